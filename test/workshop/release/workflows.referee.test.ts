import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildPrograms, programPath } from '../../cluster/build-cache.ts'
import { consoleProgress } from '../../cluster/progress.ts'
import { WORKFLOW_JUDGE } from '../../cluster/versions.ts'
import { ROOT, runProgram } from '../run-program.ts'

const FILES = await Array.fromAsync(glob('.github/workflows/*.yml', { cwd: ROOT }))

beforeAll(async () => buildPrograms([WORKFLOW_JUDGE], consoleProgress(process.stderr)))

describe('the workflow files', () => {
  test('are valid for actionlint: syntax, expressions, contexts, permissions', async () => {
    expect(FILES.length).toBeGreaterThan(1)
    expect(await runProgram(programPath(WORKFLOW_JUDGE), ['-no-color', '-shellcheck=', '-pyflakes=', ...FILES])).toEqual({ code: 0, output: '' })
  })

  test('are judged: an expression that names nothing is found', async () => {
    const broken = { code: 1, output: expect.stringContaining('undefined variable "nowhere"') as string }
    expect(
      await runProgram(programPath(WORKFLOW_JUDGE), ['-no-color', '-shellcheck=', '-pyflakes=', 'test/workshop/release/broken-workflow.yml']),
    ).toMatchObject(broken)
  })

  test('start targets of make that there are', async () => {
    const makefile = await readFile(join(ROOT, 'Makefile'), 'utf8')
    const texts = await Promise.all(FILES.map(async (file) => readFile(join(ROOT, file), 'utf8')))
    const targets = texts.flatMap((text) => [...text.matchAll(/\brun: .*\bmake ([a-z-]+)/g)].map(([, target]) => target))
    expect(targets).toContain('release')
    expect(targets.filter((target) => !makefile.includes(`\n${target}:`))).toEqual([])
  })

  // sudo has a path of its own, and takes no other by --preserve-env.
  test('hand their path to what they start as root', async () => {
    const texts = await Promise.all(FILES.map(async (file) => readFile(join(ROOT, file), 'utf8')))
    const asRoot = texts.flatMap((text) => [...text.matchAll(/\brun: sudo (?!apt-get)(.*)/g)].map(([, command]) => command ?? ''))
    expect(asRoot).toHaveLength(2)
    expect(asRoot.filter((command) => !command.startsWith('env "PATH=$PATH" "HOME=$HOME" '))).toEqual([])
  })
})
