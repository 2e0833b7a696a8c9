/** The step of the release workflow that publishes, run as it stands: real git and Helm, a repository of this machine, and a `gh` that only notes. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import packageJson from '../../../package.json' with { type: 'json' }
import { CHART_FOLDER } from '../../charts/release.ts'
import { helmProgram } from '../../charts/helm.ts'
import { run } from '../../cluster/shell.ts'
import { ROOT } from '../run-program.ts'

const { name } = packageJson
const CHARTS_URL = 'https://owner.example/charts'
const AS_SOMEBODY = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }

interface Workflow {
  readonly jobs: { readonly release: { readonly steps: readonly { readonly name?: string; readonly run?: string }[] } }
}

let folder: string
let script: string
let path: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'publish-'))
  const workflow = parse(await readFile(join(ROOT, '.github/workflows/release.yml'), 'utf8')) as Workflow
  script = workflow.jobs.release.steps.find((step) => step.name === 'Publish')?.run ?? ''
  await git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', 'origin.git')
  await git(folder, 'clone', '--quiet', join(folder, 'origin.git'), 'work')
  await writeFile(join(folder, 'work/program.ts'), 'a program\n')
  await git(join(folder, 'work'), 'add', '.')
  await git(join(folder, 'work'), 'commit', '--quiet', '--message', 'A program')
  await git(join(folder, 'work'), 'push', '--quiet', 'origin', 'HEAD:main')
  await mkdir(join(folder, 'bin'))
  await writeFile(join(folder, 'bin/gh'), `#!/bin/sh\nprintf '%s\\n' "$*" >> '${join(folder, 'gh.log')}'\n`, { mode: 0o755 })
  await writeFile(join(folder, 'bin/helm'), `#!/bin/sh\nexec '${await helmProgram(4)}' "$@"\n`, { mode: 0o755 })
  path = [join(folder, 'bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter)
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  return run('git', args, { cwd, env: { ...AS_SOMEBODY, GIT_CONFIG_GLOBAL: '/dev/null' } })
}

/** As the workflow does it for a tag: in a fresh checkout, with what `make release` has made. */
async function publish(version: string): Promise<void> {
  const checkout = join(folder, `of-${version}`)
  await git(folder, 'clone', '--quiet', join(folder, 'origin.git'), checkout)
  await git(checkout, 'checkout', '--quiet', '--detach')
  const out = join(checkout, 'dist/release/charts')
  await mkdir(out, { recursive: true })
  await run(await helmProgram(4), ['package', CHART_FOLDER, '--version', version, '--destination', out])
  const env = { PATH: path, HOME: folder, VERSION: `v${version}`, CHARTS_URL, GITHUB_ACTOR: 'somebody' }
  await run('bash', ['-e', '-c', script], { cwd: checkout, env })
}

const published = async (file: string): Promise<string> => git(join(folder, 'origin.git'), 'show', `gh-pages:${file}`)

test('the first release begins the chart repository, the next one adds to it, and nothing else is in it', async () => {
  await publish('0.1.0')
  await publish('0.2.0')
  const { entries } = parse(await published('index.yaml')) as {
    readonly entries: Record<string, readonly { readonly version: string; readonly urls: readonly string[] }[]>
  }
  const shown = entries[name]?.map(({ version, urls }) => `${version} ${urls.join(' ')}`).toSorted()
  expect(shown).toEqual(['0.1.0', '0.2.0'].map((version) => `${version} ${CHARTS_URL}/${name}-${version}.tgz`))
  const files = await git(join(folder, 'origin.git'), 'ls-tree', '--name-only', 'gh-pages')
  expect(files.trim().split('\n')).toEqual([`${name}-0.1.0.tgz`, `${name}-0.2.0.tgz`, 'index.yaml'])
  expect(await readFile(join(folder, 'gh.log'), 'utf8')).toMatch(/^release create v0\.1\.0 .*\nrelease create v0\.2\.0 .*\n$/)
})
