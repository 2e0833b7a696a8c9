import { describe, expect, test, vi } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { overlaidValues } from '../../constructs/values/overlaid-values.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'
import { CommandError, run } from '../cluster/shell.ts'
import { parsePipelineTypePolicies } from '../../compiler/policy/pipeline-type-policy.ts'
import { type HelmMajor, helmProgram } from './helm.ts'
import { REFUSED_BY_CHECKS, REFUSED_BY_SCHEMA } from './refused-values.ts'
import { CHART_FOLDER } from './release.ts'

// Each starts a Helm, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const GOOD: Json = { config: { authTokenSecret: { name: 'collate-token', key: 'token' } }, ecrRegistryHelper: { enabled: false } }
const RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }

/** Values over those that are right. */
const over = (values: object): Json => overlaidValues(GOOD, values as Json)

/** What Helm writes when it refuses; fails where it does not. */
async function refusalOf(major: HelmMajor, args: readonly string[], values: Json): Promise<string> {
  const refused = await run(await helmProgram(major), [...args, '--values', '-'], { input: JSON.stringify(values) }).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(refused instanceof CommandError)) throw new Error('Helm took the values')
  return refused.stderr
}

const TEMPLATE = ['template', RELEASE.name, CHART_FOLDER, '--namespace', RELEASE.namespace]
const DRY_RUN = ['install', RELEASE.name, CHART_FOLDER, '--namespace', RELEASE.namespace, '--dry-run=client']

/** The lines of a refusal by the checks: all that stands between the place of the template and the hint of Helm's. */
function checkLines(stderr: string): string[] {
  const [, lines = ''] = /templates\/checks\.yaml:\d+:\d+\): ?\n([\s\S]*?)\n\s*\n/.exec(stderr) ?? []
  return lines.split('\n')
}

const schemaLines = (stderr: string): string[] => stderr.split('\n').filter((line) => /^\s*- at /.test(line)).toSorted()

describe('values that the schema refuses', () => {
  test.each(REFUSED_BY_SCHEMA)('$name', async ({ values, lines }) => {
    expect(schemaLines(await refusalOf(4, TEMPLATE, over(values)))).toEqual(lines)
  })

  test('are refused by lint and by Helm 3, all at once and by their paths', async () => {
    const values = over({ replicaCount: 'two', config: { agentID: 'x', maxActiveRuns: [1] } })
    const linted = await run(await helmProgram(4), ['lint', CHART_FOLDER, '--values', '-'], { input: JSON.stringify(values) }).catch(String)
    expect(linted).toContain('1 chart(s) failed')
    const stderr = await refusalOf(3, TEMPLATE, values)
    expect(stderr).toContain('- replicaCount: Invalid type. Expected: [integer,null], given: string')
    expect(stderr).toContain('- config: Additional property agentID is not allowed')
    expect(stderr).toContain('- config.maxActiveRuns: Invalid type. Expected: [integer,string,null], given: array')
  })
})

describe('values that the checks refuse', () => {
  test.each(REFUSED_BY_CHECKS)('$name', async ({ values, lines }) => {
    expect(checkLines(await refusalOf(4, TEMPLATE, over(values)))).toEqual(lines)
    expect(problemsOf(scopeFor(over(values), RELEASE))).toEqual(lines)
  })

  test.each(REFUSED_BY_CHECKS.filter((_, index) => index % 5 === 0))('$name, with Helm 3', async ({ values, lines }) => {
    expect(checkLines(await refusalOf(3, TEMPLATE, over(values)))).toEqual(lines)
  })

  test('are refused by an install that is only tried', async () => {
    const [first] = REFUSED_BY_CHECKS
    expect(checkLines(await refusalOf(4, DRY_RUN, over(first?.values ?? {})))).toEqual(first?.lines)
  })
})

describe('a table that the chart refuses', () => {
  const tables = REFUSED_BY_CHECKS.flatMap(({ name, values }) => {
    const text = (over(values) as { config: { ingestionPods?: { additionalPipelineConfigs?: string } } }).config.ingestionPods?.additionalPipelineConfigs
    return text === undefined ? [] : [{ name, text, executor: 'installArgoWorkflows' in values ? ('argo' as const) : ('simpleK8s' as const) }]
  })

  test.each(tables)('would be refused by the runner, too: $name', ({ text, executor }) => {
    expect(parsePipelineTypePolicies(executor, 'TABLE', text).ok).toBe(false)
  })
})
