import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cluster } from '../cluster/cluster.ts'
import { installPackages } from '../cluster/debian-packages.ts'
import { exclusively } from '../cluster/exclusive.ts'
import { cacheFolder } from '../cluster/folders.ts'
import { loadArchive } from '../cluster/images.ts'
import { consoleProgress } from '../cluster/progress.ts'
import { run } from '../cluster/shell.ts'
import { type Buildah, withBuildah } from '../image/buildah.ts'
import { pythonRoot } from './python-root.ts'

/** OpenMetadata's version in the lists of packages: to a server of this version the runner gives this image. */
export const PACKAGE_VERSION = '1.11.14'
export const PACKAGE_IMAGE = 'localhost/ingestion'
export const PACKAGE_TAG = `om-${PACKAGE_VERSION}-cl-${PACKAGE_VERSION}`

const PROGRAM = fileURLToPath(new URL('program/', import.meta.url))
const LISTS = ['../referees/requirements.txt', 'requirements.txt'].map((name) => fileURLToPath(new URL(name, import.meta.url)))

/** Code that no run here imports; of its packages is only asked that they are there, which their own notes tell. */
const NOT_NEEDED =
  /^(_mysql_connector[^-]*|mysql|snowflake|babel|dbt(_[a-z_]+)?|dbtlabs|aiohttp|bin|tests?|include|openmetadata_managed_apis|airflow_provider_openmetadata|_openmetadata_testutils)$/

/** Builds the image with the real openmetadata-ingestion, its programs being ours, and loads it into the cluster; both only once. */
export async function loadPackageImage(cluster: Cluster): Promise<void> {
  const archive = await packageArchive()
  await exclusively(`load-ingestion-package-${cluster.name}`, async () => loadArchive(cluster, archive))
}

async function packageArchive(): Promise<string> {
  const programs = (await readdir(PROGRAM)).toSorted().filter((file) => file.endsWith('.py'))
  const makers = ['image.ts', 'python-root.ts'].map((file) => join(import.meta.dirname, file))
  const sources = [...makers, ...LISTS, ...programs.map((file) => join(PROGRAM, file))]
  const digest = createHash('sha256').update(process.arch)
  for (const source of sources) digest.update(await readFile(source))
  const archive = join(cacheFolder(), 'images', `ingestion-package-${digest.digest('hex').slice(0, 16)}.tar`)
  return exclusively('build-ingestion-package', async () => {
    if (existsSync(archive)) return archive
    await consoleProgress(process.stderr).during('building the image with openmetadata-ingestion (once)', async () =>
      withBuildah((buildah) => build(buildah, archive)),
    )
    return archive
  })
}

async function build(buildah: Buildah, archive: string): Promise<void> {
  const root = join(buildah.folder, 'root')
  await installPython()
  const packages = await pythonRoot(root)
  await run('/usr/bin/python3', ['-m', 'venv', join(buildah.folder, 'venv')])
  const lists = LISTS.flatMap((list) => ['--requirement', list])
  await run(join(buildah.folder, 'venv/bin/python'), ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', '--target', packages, ...lists])
  for (const name of await readdir(packages)) if (NOT_NEEDED.test(name)) await rm(join(packages, name), { recursive: true })
  // By this name the command of an application without a pipeline starts it; the published package lacks it.
  await cp(join(PROGRAM, 'application_runner.py'), join(packages, 'metadata/applications/runner.py'))
  await cp(PROGRAM, join(root, 'ingestion'), { recursive: true, filter: (path) => !path.includes('__pycache__') })
  // What a run imports is compiled once here: in a pod nobody may write it down, and it takes half a minute.
  await run('/usr/bin/python3', ['-W', 'ignore', join(root, 'ingestion/imports.py')], { env: { PYTHONPATH: packages } })
  const container = (await buildah('from', 'scratch')).trim()
  await buildah('copy', '--quiet', container, root, '/')
  await buildah(
    'config',
    '--user',
    '1000:1000',
    '--workingdir',
    '/ingestion',
    '--cmd',
    '["python", "main.py"]',
    '--env',
    'PATH=/usr/local/bin:/usr/bin:/bin',
    container,
  )
  await mkdir(dirname(archive), { recursive: true })
  const name = `${PACKAGE_IMAGE}:${PACKAGE_TAG}`
  await buildah('commit', '--quiet', '--disable-compression', '--rm', container, `oci-archive:${archive}.${process.pid}:${name}`)
  await rename(`${archive}.${process.pid}`, archive)
}

/** Debian's, for the packages are made for the Python of the image. */
async function installPython(): Promise<void> {
  const hasVenv = await run('/usr/bin/python3', ['-c', 'import ensurepip, venv']).then(
    () => true,
    () => false,
  )
  if (!hasVenv) await installPackages(['python3', 'python3-venv'], consoleProgress(process.stderr))
}
