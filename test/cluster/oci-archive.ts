import { createHash } from 'node:crypto'

export interface ImageFile {
  readonly path: string
  readonly mode?: number
  readonly content: Buffer
}

export interface ImageLink {
  readonly path: string
  readonly target: string
}

/** What an image is made of: files upon nothing, and how its program is started. */
export interface ImageContent {
  readonly files: readonly ImageFile[]
  readonly links?: readonly ImageLink[]
  /** Empty folders, such as a mount point; parents of files are made by themselves. */
  readonly folders?: readonly { readonly path: string; readonly mode: number }[]
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly env?: readonly string[]
  readonly user?: string
  readonly workingFolder?: string
}

/** An OCI image of one layer as a tar archive, under every name of the list. Pure: same arguments, same bytes. */
export function ociArchive(image: ImageContent, names: readonly string[]): Buffer {
  const layer = tar(layerEntries(image))
  const config = jsonBlob(imageConfig(image, sha256(layer)))
  const manifest = jsonBlob({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${sha256(config)}`, size: config.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${sha256(layer)}`, size: layer.length }],
  })
  const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${sha256(manifest)}`, size: manifest.length }
  const manifests = names.map((name) => ({ ...descriptor, annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name } }))
  return tar([
    { path: 'oci-layout', content: jsonBlob({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', content: jsonBlob({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }) },
    ...[layer, config, manifest].map((content) => ({ path: `blobs/sha256/${sha256(content)}`, content })),
  ])
}

function imageConfig(image: ImageContent, layerDigest: string): unknown {
  return {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      ...(image.entrypoint && { Entrypoint: image.entrypoint }),
      ...(image.command && { Cmd: image.command }),
      Env: image.env ?? ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ...(image.user !== undefined && { User: image.user }),
      ...(image.workingFolder !== undefined && { WorkingDir: image.workingFolder }),
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
  }
}

interface TarEntry {
  readonly path: string
  readonly mode?: number
  readonly content?: Buffer
  readonly target?: string
}

function layerEntries({ files, links = [], folders = [] }: ImageContent): readonly TarEntry[] {
  const leaves: readonly TarEntry[] = [...files, ...links]
  const named = new Map(folders.map(({ path, mode }) => [path, mode]))
  const parents = [...leaves.map(({ path }) => path), ...named.keys()].flatMap(parentsOf)
  const all = [...new Set([...parents, ...named.keys()])].toSorted()
  return [...all.map((path) => ({ path: `${path}/`, mode: named.get(path) ?? 0o755 })), ...leaves]
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'))
}

/** A tar archive in the ustar form. Owner root and time 0, so that equal content gives equal bytes. */
function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = entry.content ?? Buffer.alloc(0)
    return [tarHeader(entry, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

function tarHeader({ path, mode, target, content }: TarEntry, size: number): Buffer {
  if (Buffer.byteLength(path) > 100 || Buffer.byteLength(target ?? '') > 100) throw new Error(`${path}: longer than the 100 bytes of a tar header`)
  const header = Buffer.alloc(512)
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0')
  const type = target !== undefined ? '2' : content === undefined ? '5' : '0'
  header.write(path, 0)
  header.write(octal(mode ?? (type === '0' ? 0o644 : 0o777), 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(octal(size, 12), 124)
  header.write(octal(0, 12), 136)
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write(target ?? '', 157)
  header.write('ustar\x0000', 257, 'latin1')
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    )}\0 `,
    148,
  )
  return header
}

function jsonBlob(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
