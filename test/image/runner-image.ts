import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RUNNER_VERSION } from '../../reconciler/version.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { exclusively } from '../cluster/exclusive.ts'
import { cacheFolder } from '../cluster/folders.ts'
import { loadArchive } from '../cluster/images.ts'
import { digestOfSources } from '../scenario/runner-program.ts'
import { HOST_ARCHITECTURE } from './architecture.ts'
import { localBases } from './base-image.ts'
import { buildImage, writeContext } from './build-image.ts'
import { type Buildah, withBuildah } from './buildah.ts'

const DOCKERFILE = fileURLToPath(new URL('../../Dockerfile', import.meta.url))

const REPOSITORY = 'localhost/hybrid-ingestion-runner'

/** Each checkout has a tag of its own: clusters are shared, and one must not run another's runner. */
const TAG = `test-${createHash('sha256')
  .update(import.meta.dirname)
  .digest('hex')
  .slice(0, 8)}`

/** Values that have the chart use this image. */
export const RUNNER_IMAGE_VALUES = { repository: REPOSITORY, tag: TAG, pullPolicy: 'IfNotPresent' } as const

/** Builds the runner's image from this checkout and loads it into the cluster; both only where the sources have changed. */
export async function loadRunnerImage(cluster: Cluster): Promise<void> {
  const archive = await runnerArchive()
  await exclusively(`load-runner-image-${cluster.name}`, async () => loadArchive(cluster, archive))
}

/** Path of the runner's image as an OCI archive: the Dockerfile's, on bases of this machine's own. */
export async function runnerArchive(): Promise<string> {
  const archive = join(cacheFolder(), 'images', `hybrid-ingestion-runner-${await digestOfImage()}.tar`)
  if (existsSync(archive)) return archive
  return exclusively('build-runner-image', async () => {
    if (!existsSync(archive)) await withBuildah(async (buildah) => buildArchive(buildah, archive))
    return archive
  })
}

async function digestOfImage(): Promise<string> {
  const parts = [await digestOfSources(), await readFile(DOCKERFILE), process.version, TAG]
  return parts
    .reduce((hash, part) => hash.update(part), createHash('sha256'))
    .digest('hex')
    .slice(0, 16)
}

async function buildArchive(buildah: Buildah, archive: string): Promise<void> {
  const name = `${REPOSITORY}:${TAG}`
  const context = join(buildah.folder, 'context')
  await writeContext(context)
  const bases = await localBases(buildah, HOST_ARCHITECTURE)
  await buildImage(buildah, name, { architecture: HOST_ARCHITECTURE, version: RUNNER_VERSION, bases, context })
  await mkdir(dirname(archive), { recursive: true })
  await buildah('push', '--quiet', name, `oci-archive:${archive}.${process.pid}:${name}`)
  await rename(`${archive}.${process.pid}`, archive)
}
