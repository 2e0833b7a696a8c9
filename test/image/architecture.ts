/** Architectures that the image is built for, by the names of OCI and Debian. */
export const ARCHITECTURES = ['amd64', 'arm64'] as const

export type Architecture = (typeof ARCHITECTURES)[number]

/** This machine's. */
export const HOST_ARCHITECTURE: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
