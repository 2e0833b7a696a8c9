/**
 * A place in which steps of the release workflow run as they stand: real git and Helm, and a repository of this machine. `gh` keeps its releases
 * in a folder; `docker` and `skopeo` only note what they are asked.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { parse } from 'yaml'
import { CHART_FOLDER } from '../../charts/release.ts'
import { helmProgram } from '../../charts/helm.ts'
import { run } from '../../cluster/shell.ts'
import { ROOT } from '../run-program.ts'

export const CHARTS_URL = 'https://owner.example/charts'
const AS_SOMEBODY = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }

const GH = `#!/bin/sh
cd "$(dirname "$0")/.."; asked="$1 $2"; at="releases/$3"
if [ "$asked" = "$(cat fails 2>/dev/null)" ]; then rm fails; echo 'no answer' >&2; exit 1; fi
case "$asked" in
  'release view') [ -d "$at" ] || { echo 'release not found' >&2; exit 1; }; case "$*" in *isDraft*) [ -e "$at/.draft" ] || ls "$at" ;; esac ;;
  'release create') [ ! -d "$at" ] || exit 1; mkdir -p "$at"; for word; do case "$word" in --draft|--prerelease) touch "$at/.\${word#--}" ;; esac; done ;;
  'release upload') shift 3; for word; do case "$word" in --*) ;; *) cp "$OLDPWD/$word" "$at/" || exit 1 ;; esac; done ;;
  'release edit') rm "$at/.draft" ;;
esac
`
/** Notes its name, its arguments and its stdin. */
const NOTING = `#!/bin/sh
printf '%s %s <%s\\n' "$(basename "$0")" "$*" "$(cat)" >> "$(dirname "$0")/../noted"
`

interface Workflow {
  readonly jobs: { readonly release: { readonly steps: readonly { readonly name?: string; readonly run?: string }[] } }
}

export interface WorkflowStage {
  /** Runs a step in the checkout `folder`, for the tag `tag`. Throws what the step ends with. */
  step(name: string, at: { readonly checkout: string; readonly tag: string; readonly owner?: string }): Promise<string>
  /** A fresh checkout of the repository, as the workflow has it. */
  checkOut(): Promise<string>
  /** Has the next call of these two words to `gh` fail. */
  failNext(words: string): Promise<void>
  /** Files of a release, and `.draft` and `.prerelease` where it is one. */
  filesOf(tag: string): Promise<string[]>
  /** A file of the branch gh-pages. */
  published(file: string): Promise<string>
  publishedFiles(): Promise<string[]>
  /** What docker, skopeo and helm were asked, with Helm only noting. */
  noted(): Promise<string>
  noteHelm(): Promise<void>
  stop(): Promise<void>
}

export async function openWorkflowStage(): Promise<WorkflowStage> {
  const folder = await mkdtemp(join(tmpdir(), 'workflow-'))
  const origin = join(folder, 'origin.git')
  const bin = join(folder, 'bin')
  await writePrograms(bin)
  await writeOrigin(folder, origin)
  const workflow = parse(await readFile(join(ROOT, '.github/workflows/release.yml'), 'utf8')) as Workflow
  const base = { PATH: [bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter), HOME: folder, CHARTS_URL, REGISTRY: 'ghcr.io' }
  return {
    async step(name, { checkout, tag, owner = 'open-hybrid' }) {
      const script = workflow.jobs.release.steps.find((step) => step.name === name)?.run
      if (script === undefined) throw new Error(`the workflow has no step "${name}"`)
      const env = { ...base, VERSION: tag, OWNER: owner, GITHUB_ACTOR: 'somebody', GITHUB_REPOSITORY: `${owner}/runner`, TOKEN: 'the-token' }
      return run('bash', ['-e', '-c', script], { cwd: checkout, env })
    },
    async checkOut() {
      const checkout = await mkdtemp(join(folder, 'checkout-'))
      await git(folder, 'clone', '--quiet', origin, checkout)
      await git(checkout, 'checkout', '--quiet', '--detach')
      return checkout
    },
    failNext: async (words) => writeFile(join(folder, 'fails'), words),
    filesOf: async (tag) => (await readdir(join(folder, 'releases', tag))).toSorted(),
    published: async (file) => git(origin, 'show', `gh-pages:${file}`),
    publishedFiles: async () => (await git(origin, 'ls-tree', '--name-only', 'gh-pages')).trim().split('\n'),
    noted: async () => readFile(join(folder, 'noted'), 'utf8'),
    noteHelm: async () => writeFile(join(bin, 'helm'), NOTING, { mode: 0o755 }),
    stop: async () => rm(folder, { recursive: true, force: true }),
  }
}

async function writePrograms(bin: string): Promise<void> {
  const helm = `#!/bin/sh\nexec '${await helmProgram(4)}' "$@"\n`
  await mkdir(bin)
  for (const [name, text] of Object.entries({ gh: GH, helm, docker: NOTING, skopeo: NOTING })) await writeFile(join(bin, name), text, { mode: 0o755 })
}

/** With one commit on its branch main: as much of this project as the steps look at. */
async function writeOrigin(folder: string, origin: string): Promise<void> {
  const work = join(folder, 'work')
  await git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', origin)
  await git(folder, 'clone', '--quiet', origin, work)
  await mkdir(join(work, 'charts'))
  await run('cp', ['-r', join(ROOT, 'package.json'), work])
  await run('cp', ['-r', CHART_FOLDER, join(work, 'charts')])
  await git(work, 'add', '.')
  await git(work, 'commit', '--quiet', '--message', 'A program')
  await git(work, 'push', '--quiet', 'origin', 'HEAD:main')
}

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  return run('git', args, { cwd, env: { ...AS_SOMEBODY, GIT_CONFIG_GLOBAL: '/dev/null' } })
}
