/**
 * `make release`: all that a release publishes, written to a folder and published by nobody.
 *
 *   hybrid-ingestion-runner-<version>.oci.tar   the image for every architecture, one index
 *   hybrid-ingestion-runner-<version>.cdx.json  what it is made of (CycloneDX)
 *   charts/                                     a classic chart repository: the packed chart and index.yaml
 *   digests.json                                digest of the image's index, and SHA-256 of each file
 */
import { createHash } from 'node:crypto'
import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import packageJson from '../../../package.json' with { type: 'json' }
import { helmProgram } from '../../charts/helm.ts'
import { consoleProgress } from '../../cluster/progress.ts'
import { run } from '../../cluster/shell.ts'
import { ROOT } from '../run-program.ts'
import { nodeOfDockerfile, writeImageIndex } from './image-index.ts'
import { type PackageLock, sbomOf } from './sbom.ts'

const HELP = `Usage: node test/workshop/release/release.ts [options]

Writes the image, its list of parts, and a chart repository. Publishes nothing.

Options:
  --out <folder>   where to (default: dist/release)
  --url <url>      where the chart repository will be served (default: none: index.yaml names the file alone)
  --without-image  only the list of parts and the chart repository
  --local-bases    build on Debian's packages and npm's Node instead of the images that the Dockerfile names: needs no image registry
  --help           print this
`

const NAME = packageJson.name
const VERSION = packageJson.version

interface Options {
  readonly out: string
  readonly url: string
  readonly hasLocalBases: boolean
  readonly hasImage: boolean
}

function optionsOf(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      'out': { type: 'string' },
      'url': { type: 'string' },
      'without-image': { type: 'boolean' },
      'local-bases': { type: 'boolean' },
      'help': { type: 'boolean' },
    },
  })
  if (values.help === true) return undefined
  return {
    out: values.out ?? join(ROOT, 'dist/release'),
    url: values.url ?? '',
    hasLocalBases: values['local-bases'] ?? false,
    hasImage: values['without-image'] !== true,
  }
}

async function release({ out, url, hasLocalBases, hasImage }: Options): Promise<void> {
  await expectOneNode()
  await rm(out, { recursive: true, force: true })
  await mkdir(join(out, 'charts'), { recursive: true })
  const archive = join(out, `${NAME}-${VERSION}.oci.tar`)
  const buildImages = async (): Promise<string> => writeImageIndex(archive, { version: VERSION, hasLocalBases })
  const image = hasImage ? await consoleProgress(process.stderr).during('building the image', buildImages) : null
  await writeSbom(join(out, `${NAME}-${VERSION}.cdx.json`))
  await writeChartRepository(join(out, 'charts'), url)
  await writeFile(join(out, 'digests.json'), `${JSON.stringify({ image, files: await digestsBelow(out) }, null, 2)}\n`)
  console.log(`${out}: version ${VERSION}${image === null ? '' : `, image ${image}`}`)
}

async function expectOneNode(): Promise<void> {
  const [inImage, tested] = [await nodeOfDockerfile(ROOT), packageJson.devDependencies.node]
  if (inImage !== tested)
    throw new Error(`Dockerfile: the image has Node ${inImage}, and the program is tested with ${tested}. Name the same in the argument NODE`)
}

async function writeSbom(file: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as PackageLock
  const changedAt = Number(await run('git', ['log', '-1', '--format=%ct'], { cwd: ROOT }))
  await writeFile(file, `${JSON.stringify(sbomOf(lock, packageJson.devDependencies.node, changedAt), null, 2)}\n`)
}

async function writeChartRepository(folder: string, url: string): Promise<void> {
  const helm = await helmProgram(4)
  await run(helm, ['package', join(ROOT, 'charts', NAME), '--destination', folder])
  await run(helm, ['repo', 'index', folder, ...(url === '' ? [] : ['--url', url])])
}

async function digestsBelow(folder: string): Promise<Record<string, string>> {
  const paths = (await Array.fromAsync(glob('{,charts/}*.*', { cwd: folder }))).toSorted()
  const entries = await Promise.all(
    paths.map(
      async (path) =>
        [
          path,
          createHash('sha256')
            .update(await readFile(join(folder, path)))
            .digest('hex'),
        ] as const,
    ),
  )
  return Object.fromEntries(entries)
}

const options = optionsOf(process.argv.slice(2))
if (options === undefined) process.stdout.write(HELP)
else await release(options)
