/** What the pages tell people to type is there. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { compileCommand } from '../../reconciler/cli/compile.ts'
import { diffCommand } from '../../reconciler/cli/diff.ts'
import { doctorCommand } from '../../reconciler/cli/doctor.ts'
import { ecrRefreshCommand } from '../../reconciler/cli/ecr-refresh.ts'
import { explainCommand } from '../../reconciler/cli/explain.ts'
import { runsCommand } from '../../reconciler/cli/runs.ts'
import { schedulesCommand } from '../../reconciler/cli/schedules.ts'
import { secretsCommand } from '../../reconciler/cli/secrets.ts'
import { serveCommand } from '../../reconciler/cli/serve.ts'
import { uninstallCommand } from '../../reconciler/cli/uninstall.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))]
const TEXTS = PAGES.map((page) => ({ page, text: readFileSync(join(ROOT, page), 'utf8') }))

const COMMANDS = [
  compileCommand,
  diffCommand,
  doctorCommand,
  ecrRefreshCommand,
  explainCommand,
  runsCommand,
  schedulesCommand,
  secretsCommand,
  serveCommand,
  uninstallCommand,
].map((make) => make())

/** What stands as code on a page: each line of a fenced block, and what is between backticks. */
function codeOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^ *```[^\n]*\n(.*?)^ *```/gms)].flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'))
  const inline = [...text.replaceAll(/^ *```.*?^ *```/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...blocks, ...inline]
}

function problemOf(typed: string): string[] {
  const [, name = '', rest = ''] = /^([a-z-]+)(.*)/.exec(typed) ?? []
  const command = COMMANDS.find((one) => one.name() === name)
  if (command === undefined) return name === '' ? [] : [`there is no command "${name}": ${typed}`]
  const flags = rest.split(/[|#;]/)[0]?.match(/(?<= )--?[a-z][a-z-]*/g) ?? []
  return flags.filter((flag) => !knows(command, flag)).map((flag) => `"${name}" has no ${flag}: ${typed}`)
}

const knows = (command: Command, flag: string): boolean => flag === '--help' || command.options.some(({ short, long }) => flag === short || flag === long)

test.each(TEXTS)('$page names commands of hybrid-runner, and options of them, that there are', ({ text }) => {
  const typed = codeOf(text).flatMap((code) => [...code.matchAll(/(?:^|[ /])hybrid-runner (?!-)(.*)$/g)].map(([, after = '']) => after))
  expect(typed.flatMap(problemOf)).toEqual([])
})

test('a command and an option that there are not would be found', () => {
  expect(problemOf('run --watch')).toEqual(['there is no command "run": run --watch'])
  expect(problemOf('runs --wach | grep --color x')).toEqual(['"runs" has no --wach: runs --wach | grep --color x'])
})

test.each(TEXTS)('$page names targets of make and scripts of npm that there are', ({ text }) => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Readonly<Record<string, string>> }
  const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8')
  const code = codeOf(text)
  const named = (pattern: RegExp): string[] => code.flatMap((line) => [...line.matchAll(pattern)].map(([, name = '']) => name))
  expect(named(/(?:^|&& |; )npm run ([a-z:-]+)/g).filter((name) => !(name in scripts))).toEqual([])
  expect(named(/(?:^|&& |; |sudo |"PATH=\$PATH" )make ([a-z-]+)/g).filter((name) => !new RegExp(`^${name}:`, 'm').test(makefile))).toEqual([])
})
