/**
 * Writes the chart, twice: as Helm templates below `charts/hybrid-ingestion-runner/`, and with its default values as plain YAML.
 *
 * The entry point of `cdk8s synth` and of `npm run synth`. `cdk8s synth` names the folder in CDK8S_OUTDIR.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import packageJson from '../package.json' with { type: 'json' }
import { chartFiles } from './helm/chart-files.ts'
import { CHART_NAME } from './helm/chart-name.ts'
import { plainYaml } from './yaml/plain-yaml.ts'

const FOLDER = process.env['CDK8S_OUTDIR'] ?? 'charts'

/** All files of `charts/` by their paths in it. */
function synthesized(): Record<string, string> {
  const { version } = packageJson
  const chart = Object.entries(chartFiles(version)).map(([path, text]) => [join(CHART_NAME, path), text] as const)
  return { ...Object.fromEntries(chart), 'plain.yaml': plainYaml(version) }
}

/** With `--check` nothing is written: the exit code says whether the folder holds just these files. */
async function isUpToDate(files: Record<string, string>): Promise<boolean> {
  const found = (await readdir(FOLDER, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  if (found.length !== Object.keys(files).length) return false
  const texts = await Promise.all(Object.keys(files).map(async (path) => readFile(join(FOLDER, path), 'utf8').catch(() => undefined)))
  return Object.values(files).every((text, index) => text === texts[index])
}

async function write(files: Record<string, string>): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true })
  for (const [path, text] of Object.entries(files)) {
    const file = join(FOLDER, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}

if (process.argv.includes('--check')) process.exitCode = (await isUpToDate(synthesized())) ? 0 : 1
else await write(synthesized())
