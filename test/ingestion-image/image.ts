import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from '../cluster/cluster.ts'
import { exclusively } from '../cluster/exclusive.ts'
import { cacheFolder } from '../cluster/folders.ts'
import { cachedArchive, loadArchive } from '../cluster/images.ts'
import { run } from '../cluster/shell.ts'

export const INGESTION_IMAGE = 'localhost/ingestion-stand-in'

/**
 * Builds the image that plays the ingestion image and loads it into the cluster, once for all tags.
 * Program and image come out of the cache unless their sources have changed. Gives the names, `repository:tag`.
 */
export async function loadIngestionImage(cluster: Cluster, tags: readonly string[], repository = INGESTION_IMAGE): Promise<readonly string[]> {
  const names = tags.map((tag) => `${repository}:${tag}`)
  await loadArchive(cluster, await ingestionArchive(names))
  return names
}

/** Path of the image as an OCI archive under these names. */
export async function ingestionArchive(names: readonly string[]): Promise<string> {
  const python = await readFile(await programPath())
  return await cachedArchive(
    {
      files: [{ path: 'usr/bin/python', mode: 0o755, content: python }],
      links: [{ path: 'usr/local/bin/python', target: '../../bin/python' }],
      folders: [
        { path: 'ingestion', mode: 0o755 },
        { path: 'tmp', mode: 0o1777 },
      ],
      command: ['python', 'main.py'],
      user: '1000:1000',
      workingFolder: '/ingestion',
    },
    names,
  )
}

async function programPath(): Promise<string> {
  const sources = join(import.meta.dirname, 'program')
  const digest = createHash('sha256')
  for (const file of (await readdir(sources)).toSorted()) digest.update(`${file}\0`).update(await readFile(join(sources, file)))
  const folder = join(cacheFolder(), 'programs', 'ingestion-stand-in')
  const target = join(folder, `python-${process.arch}-${digest.digest('hex').slice(0, 16)}`)
  if (existsSync(target)) return target
  return await exclusively('build-ingestion-stand-in', async () => {
    await mkdir(folder, { recursive: true })
    const temporary = `${target}.building-${process.pid}`
    const env = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' }
    await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', temporary, '.'], { cwd: sources, env })
    await rename(temporary, target)
    return target
  })
}
