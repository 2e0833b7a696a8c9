import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ROOT } from './run-program.ts'

/** Imports that each folder must not have, with a piece of the advice that the rule gives. */
const OFFENCES: readonly { readonly path: string; readonly statement: string; readonly advice: string }[] = [
  { path: 'compiler/a.ts', statement: `import { readFileSync as x } from 'node:fs'`, advice: 'compiler/ is pure' },
  { path: 'compiler/b.ts', statement: `import { request as x } from 'undici'`, advice: 'compiler/ is pure' },
  { path: 'compiler/c.ts', statement: `import { KubeConfig as x } from '@kubernetes/client-node'`, advice: 'write `import type`' },
  { path: 'compiler/d.ts', statement: `import { startAgent as x } from '../reconciler/main.ts'`, advice: 'pass what you need as an argument' },
  { path: 'compiler/policy/a.ts', statement: `import { startAgent as x } from '../../reconciler/main.ts'`, advice: 'pass what you need as an argument' },
  { path: 'compiler/e.ts', statement: `import { x } from './utils.ts'`, advice: 'no catch-all files' },
  { path: 'reconciler/link/a.ts', statement: `import { KubeConfig as x } from '@kubernetes/client-node'`, advice: 'take the Cluster interface' },
  { path: 'reconciler/main.ts', statement: `import { x } from '../test/collate/main.ts'`, advice: 'does not know its tests' },
  { path: 'reconciler/cluster/a.ts', statement: `import { x } from '../../constructs/main.ts'`, advice: 'does not know its chart' },
  { path: 'reconciler/cluster/b.ts', statement: `import { x } from './helpers/table.ts'\nimport { x as y } from './types.ts'`, advice: 'no catch-all files' },
  { path: 'reconciler/plan/a.ts', statement: `import { readFileSync as x } from 'node:fs'`, advice: 'functions of their arguments' },
  { path: 'reconciler/observe/a.ts', statement: `import { x } from '../cluster/kube-cluster.ts'`, advice: 'they reach nothing outside' },
  { path: 'reconciler/cli/policy-from-values.ts', statement: `import { x } from '../../constructs/chart-templates.ts'`, advice: 'These bring cdk8s' },
  { path: 'reconciler/cli/a.ts', statement: `import { x } from '../../constructs/yaml/release-scope.ts'`, advice: 'does not know its chart' },
  { path: 'constructs/a.ts', statement: `import { x } from '../reconciler/main.ts'`, advice: 'does not know how the runner works' },
  { path: 'test/a.ts', statement: `import { x } from './common.ts'`, advice: 'no catch-all files' },
]

const FINE: Readonly<Record<string, string>> = {
  'compiler/fine.ts': `import type { V1Pod } from '@kubernetes/client-node'\nimport { z } from 'zod'\nimport { x } from './pod.ts'`,
  'compiler/policy/fine.ts': `import { x } from '../issue.ts'`,
  'reconciler/fine.ts': `import type { V1Pod } from '@kubernetes/client-node'\nimport { x } from '../compiler/compile.ts'\nimport { readFile } from 'node:fs/promises'`,
  'reconciler/cluster/fine.ts': `import { KubeConfig } from '@kubernetes/client-node'`,
  'reconciler/plan/fine.ts': `import { x } from '../../compiler/record.ts'\nimport type { Cluster } from '../cluster/cluster.ts'`,
  'test/fine.ts': `import { x } from '../reconciler/main.ts'\nimport { y } from '../compiler/compile.ts'`,
}

const report = z.object({ diagnostics: z.array(z.object({ code: z.string().optional(), filename: z.string(), help: z.string().optional() })) })

/** The advice that the import rules give, by file. */
let advice: Map<string, readonly string[]>
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-rules-'))
  await copyFile(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  for (const { path, statement } of OFFENCES) await plant(path, statement)
  for (const [path, statements] of Object.entries(FINE)) await plant(path, statements)
  advice = await lint()
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function plant(path: string, text: string): Promise<void> {
  await mkdir(join(folder, dirname(path)), { recursive: true })
  await writeFile(join(folder, path), `${text}\n`)
}

async function lint(): Promise<Map<string, readonly string[]>> {
  const { promise, resolve } = Promise.withResolvers<string>()
  // It ends with 1, as it should when it finds something.
  execFile(join(ROOT, 'node_modules/.bin/oxlint'), ['--format=json'], { cwd: folder }, (_error, stdout) => resolve(stdout))
  const { diagnostics } = report.parse(JSON.parse(await promise))
  const found = diagnostics.filter(({ code }) => code?.includes('no-restricted-imports') === true)
  return new Map(Object.entries(Object.groupBy(found, ({ filename }) => filename)).map(([path, list = []]) => [path, list.map(({ help = '' }) => help)]))
}

describe('the import rules', () => {
  test.each(OFFENCES)('$path must not: $statement', ({ path, advice: piece }) => {
    expect(advice.get(path)?.join('\n')).toContain(piece)
  })

  test('leave alone what the design allows', () => {
    expect([...advice.keys()].filter((path) => path in FINE)).toEqual([])
  })
})
