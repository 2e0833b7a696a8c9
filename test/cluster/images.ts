import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from './cluster-handle.ts'
import { BUSYBOX } from './debian-packages.ts'
import { cacheFolder, clusterPaths } from './folders.ts'
import type { ClusterPaths } from './folders.ts'
import { ociArchive } from './oci-archive.ts'
import type { ImageContent } from './oci-archive.ts'
import { run } from './shell.ts'

export const PAUSE_IMAGE = 'localhost/pause:1'
export const BUSYBOX_IMAGE = 'localhost/busybox:1'

const APPLETS = [
  'cat',
  'date',
  'echo',
  'env',
  'false',
  'grep',
  'head',
  'hostname',
  'id',
  'ip',
  'kill',
  'ls',
  'mkdir',
  'nc',
  'nslookup',
  'ps',
  'seq',
  'sh',
  'sleep',
  'tail',
  'test',
  'touch',
  'true',
  'wget',
] as const

/** Loads an archive (OCI or docker) into a cluster. Into a user's own cluster only if it is one of kind; else it says what to do. */
export async function loadArchive(cluster: Cluster, archive: string, say: (text: string) => void = console.error): Promise<void> {
  if (!cluster.external) return await importArchive(clusterPaths(cluster.name), archive)
  const [, kind] = /^kind-(.+)$/.exec(cluster.name) ?? []
  if (kind !== undefined) await run('kind', ['load', 'image-archive', '--name', kind, archive])
  else say(`${archive} is not loaded into ${cluster.name}: push the image to a registry that this cluster reads, or load it by the cluster's own tool.`)
}

/** Imports an archive (OCI or docker) into the node's image store. */
export async function importArchive(paths: ClusterPaths, archive: string): Promise<void> {
  const snapshotter = await readFile(join(paths.containerd, 'snapshotter'), 'utf8')
  const args = ['--address', paths.containerdSocket, '--namespace', 'k8s.io', 'images', 'import', '--snapshotter', snapshotter, archive]
  await run('ctr', args)
}

/** Path of the archive of an image under these names; written into the cache unless it is there. */
export async function cachedArchive(image: ImageContent, names: readonly string[]): Promise<string> {
  const folder = join(cacheFolder(), 'images')
  const label = (names[0] ?? 'image').replace(/^localhost\//, '').replaceAll(/[^a-z0-9.-]+/gi, '_')
  const archive = ociArchive(image, names)
  const path = join(folder, `${label}-${createHash('sha256').update(archive).digest('hex').slice(0, 16)}.tar`)
  if (existsSync(path)) return path
  await mkdir(folder, { recursive: true })
  await writeFile(`${path}.${process.pid}`, archive)
  await rename(`${path}.${process.pid}`, path)
  return path
}

/** Loads the images that every node has: the pause image, and busybox for pods of tests. */
export async function loadBaseImages(paths: ClusterPaths): Promise<void> {
  const busybox = await readFile(BUSYBOX)
  const files = [{ path: 'bin/busybox', mode: 0o755, content: busybox }]
  const pause: ImageContent = { files, entrypoint: ['/bin/busybox', 'sleep', '2147483647'] }
  const shell: ImageContent = {
    files,
    links: APPLETS.map((name) => ({ path: `bin/${name}`, target: 'busybox' })),
    folders: [{ path: 'tmp', mode: 0o1777 }],
    command: ['sh'],
  }
  await importArchive(paths, await cachedArchive(pause, [PAUSE_IMAGE]))
  await importArchive(paths, await cachedArchive(shell, [BUSYBOX_IMAGE]))
}
