import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exists, installPackages } from '../cluster/debian-packages.ts'
import { consoleProgress } from '../cluster/progress.ts'
import { run } from '../cluster/shell.ts'
import type { Architecture } from './architecture.ts'

/** Buildah with a store of its own, so that nothing of it stays on the machine. */
export interface Buildah {
  /** A folder that goes with the store. */
  readonly folder: string
  (...args: readonly string[]): Promise<string>
}

/** Gives `work` a buildah, which it installs where there is none, and takes the store away in the end. */
export async function withBuildah<T>(work: (buildah: Buildah) => Promise<T>): Promise<T> {
  if (!exists('buildah')) await installPackages(['buildah'], consoleProgress(process.stderr))
  const folder = await mkdtemp(join(tmpdir(), 'image-'))
  // The driver that mounts nothing: it works also where this machine is itself a container.
  const store = ['--storage-driver', 'vfs', '--root', join(folder, 'storage'), '--runroot', join(folder, 'run')]
  const buildah = async (...args: readonly string[]): Promise<string> => run('buildah', [...store, ...args], { env: { BUILDAH_ISOLATION: 'chroot' } })
  try {
    return await work(Object.assign(buildah, { folder }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A root folder as an image of one layer, that a Dockerfile can name: equal files give an equal layer. */
export async function imageOfFolder(buildah: Buildah, rootFolder: string, name: string, architecture: Architecture): Promise<void> {
  const container = (await buildah('from', '--arch', architecture, 'scratch')).trim()
  await buildah('copy', '--quiet', container, rootFolder, '/')
  await buildah('commit', '--quiet', '--timestamp', '0', '--rm', container, name)
}
