import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cluster } from '../cluster/cluster.ts'
import { exists, installPackages } from '../cluster/debian-packages.ts'
import { exclusively } from '../cluster/exclusive.ts'
import { cacheFolder } from '../cluster/folders.ts'
import { loadArchive } from '../cluster/images.ts'
import { consoleProgress } from '../cluster/progress.ts'
import { run } from '../cluster/shell.ts'
import { digestOfSources } from '../scenario/runner-program.ts'
import { baseFolders } from './base-image.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export const RUNNER_IMAGE_REPOSITORY = 'localhost/hybrid-ingestion-runner'
export const RUNNER_IMAGE_TAG = 'test'

/** Values that have the chart use this image. */
export const RUNNER_IMAGE_VALUES = { repository: RUNNER_IMAGE_REPOSITORY, tag: RUNNER_IMAGE_TAG, pullPolicy: 'IfNotPresent' } as const

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
    if (!existsSync(archive)) await buildArchive(archive)
    return archive
  })
}

async function digestOfImage(): Promise<string> {
  const dockerfile = await readFile(join(ROOT, 'Dockerfile'))
  return createHash('sha256')
    .update(await digestOfSources())
    .update(dockerfile)
    .update(process.version)
    .digest('hex')
    .slice(0, 16)
}

async function buildArchive(archive: string): Promise<void> {
  if (!exists('buildah')) await installPackages(['buildah'], consoleProgress(process.stderr))
  const folder = await mkdtemp(join(tmpdir(), 'runner-image-'))
  try {
    const { base, node } = await baseFolders(folder)
    await run(process.execPath, ['build.ts', '--image', join(folder, 'context/dist/image')], { cwd: ROOT })
    const bases = { BASE: await imageOf(folder, base), NODE: await imageOf(folder, node) }
    await mkdir(join(archive, '..'), { recursive: true })
    await buildInto(`${archive}.${process.pid}`, folder, bases)
    await rename(`${archive}.${process.pid}`, archive)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A root folder as an image that a Dockerfile can name. */
async function imageOf(folder: string, rootFolder: string): Promise<string> {
  const container = (await buildah(folder, ['from', 'scratch'])).trim()
  await buildah(folder, ['copy', '--quiet', container, rootFolder, '/'])
  const name = `localhost/${rootFolder.split('/').at(-1)}`
  await buildah(folder, ['commit', '--quiet', '--rm', container, name])
  return name
}

async function buildInto(archive: string, folder: string, buildArguments: Readonly<Record<string, string>>): Promise<void> {
  const args = Object.entries(buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
  const options = ['--quiet', '--timestamp', '0', '--pull-never', '--format', 'oci', ...args, '--file', join(ROOT, 'Dockerfile')]
  const name = `${RUNNER_IMAGE_REPOSITORY}:${RUNNER_IMAGE_TAG}`
  await buildah(folder, ['build', ...options, '--tag', name, join(folder, 'context')])
  await buildah(folder, ['push', '--quiet', name, `oci-archive:${archive}:${name}`])
}

/** With a store of its own, so that nothing of it stays on the machine. */
async function buildah(folder: string, args: readonly string[]): Promise<string> {
  const store = ['--storage-driver', 'vfs', '--root', join(folder, 'storage'), '--runroot', join(folder, 'run')]
  return run('buildah', [...store, ...args], { env: { BUILDAH_ISOLATION: 'chroot' } })
}
