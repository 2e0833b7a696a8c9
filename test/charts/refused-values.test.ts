import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { overlaidValues } from '../../constructs/values/overlaid-values.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'
import { CommandError, run } from '../cluster/shell.ts'
import { parsePipelineTypePolicies } from '../../compiler/policy/pipeline-type-policy.ts'
import { type HelmMajor, helmProgram } from './helm.ts'
import { REFUSED_BY_CHECKS } from './refused-by-checks.ts'
import { REFUSED_BY_SHAPE } from './refused-by-shape.ts'
import { REFUSED_TABLES } from './refused-tables.ts'
import { CHART_FOLDER } from './release.ts'
import { withFiles } from './render.ts'

// Each starts a Helm, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const BY_CHECKS = [...REFUSED_BY_CHECKS, ...REFUSED_TABLES]
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
  const [, lines = ''] = /templates\/checks\/values\.yaml:\d+:\d+\): ?\n([\s\S]*?)\n\s*\n/.exec(stderr) ?? []
  return lines.split('\n')
}

describe('values of a wrong form', () => {
  test.each(REFUSED_BY_SHAPE)('$name', async ({ values, lines }) => {
    expect(checkLines(await refusalOf(4, TEMPLATE, over(values)))).toEqual(lines)
    expect(problemsOf(scopeFor(over(values), RELEASE))).toEqual(lines)
  })

  test('are all refused in the same words by Helm 3, together', async () => {
    const all = REFUSED_BY_SHAPE.filter(({ values }) => !JSON.stringify(values).includes('null')).map(({ values }) => values as Json)
    const values = all.reduce<Json>(overlaidValues, GOOD)
    const lines = problemsOf(scopeFor(values, RELEASE))
    expect(lines.length).toBeGreaterThan(20)
    expect(checkLines(await refusalOf(3, TEMPLATE, values))).toEqual(lines)
    expect(checkLines(await refusalOf(4, TEMPLATE, values))).toEqual(lines)
  })

  test.each([3, 4] as const)('are refused by Helm %i where --set gives them', async (major) => {
    const set = run(await helmProgram(major), [...TEMPLATE, '--values', '-', '--set', 'replicaCount=two,service.port=70000'], { input: JSON.stringify(GOOD) })
    const stderr = await set.then(() => '', String)
    expect(checkLines(stderr)).toEqual(problemsOf(scopeFor(over({ replicaCount: 'two', service: { port: 70_000 } }), RELEASE)))
  })
})

describe('helm lint', () => {
  const lint = async (major: HelmMajor, values: Json): Promise<string> =>
    run(await helmProgram(major), ['lint', CHART_FOLDER, '--values', '-'], { input: JSON.stringify(values) }).catch(String)

  test.each(
    ([3, 4] as const).flatMap((major) => [
      { major, name: 'a wrong form', values: { replicaCount: 'two' }, path: 'replicaCount' },
      { major, name: 'what the checks refuse', values: { config: { serverHost: 'https://acme' } }, path: 'config.serverHost' },
      { major, name: 'a missing token', values: { config: { serverHost: 'acme.getcollate.io', authTokenSecret: null } }, path: 'config.authToken' },
    ]),
  )('of Helm $major refuses $name, with its path and the mend', async ({ major, values, path }) => {
    const text = await lint(major, over(values))
    expect(text).toContain('1 chart(s) failed')
    const [line = ''] = problemsOf(scopeFor(over(values), RELEASE))
    expect(line.startsWith(`${path}:`)).toBe(true)
    expect(text.replaceAll('\\"', '"')).toContain(line)
  })

  test.each([3, 4] as const)('of Helm %i has no error for the chart without values of anybody', async (major) => {
    expect(await run(await helmProgram(major), ['lint', '--strict', CHART_FOLDER])).toContain('0 chart(s) failed')
  })
})

/** As an editor judges a values file, with the validators of both Helms: to a chart without values of its own they show the file as it is. */
describe('the JSON Schema', () => {
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: schema\nversion: 1.0.0\n',
    'values.schema.json': readFileSync(join(CHART_FOLDER, 'values.schema.json'), 'utf8'),
  }
  const judged = async (major: HelmMajor, values: unknown): Promise<string> =>
    withFiles(files, async (folder) =>
      run(await helmProgram(major), ['template', folder, '--values', '-'], { input: JSON.stringify(values) }).then(() => 'taken', String),
    )
  const ofForm = REFUSED_BY_SHAPE.filter(({ values }) => !JSON.stringify(values).includes('null'))

  test.each(ofForm)('refuses $name', async ({ values }) => {
    expect(await judged(4, values)).toContain("values don't meet the specifications of the schema")
  })

  test('refuses by Helm 3, too, and takes what is right', async () => {
    expect(await judged(3, ofForm[0]?.values)).toContain("values don't meet the specifications of the schema")
    expect([await judged(3, GOOD), await judged(4, GOOD)]).toEqual(['taken', 'taken'])
  })
})

describe('values that the checks refuse', () => {
  test.each(BY_CHECKS)('$name', async ({ values, lines }) => {
    expect(checkLines(await refusalOf(4, TEMPLATE, over(values)))).toEqual(lines)
    expect(problemsOf(scopeFor(over(values), RELEASE))).toEqual(lines)
  })

  test.each(BY_CHECKS.filter((_, index) => index % 5 === 0))('$name, with Helm 3', async ({ values, lines }) => {
    expect(checkLines(await refusalOf(3, TEMPLATE, over(values)))).toEqual(lines)
  })

  test('are refused by an install that is only tried', async () => {
    const [first] = BY_CHECKS
    expect(checkLines(await refusalOf(4, DRY_RUN, over(first?.values ?? {})))).toEqual(first?.lines)
  })
})

describe('values that are odd and right', () => {
  const off = { enabled: false, schedule: null, region: null, registry: null, serviceAccount: null }
  const pods = (values: object): object => ({ config: { ingestionPods: values } })

  const TAKEN: readonly { readonly name: string; readonly values: object }[] = [
    { name: 'null for what a part needs that is switched off', values: { ecrRegistryHelper: off, serviceMonitor: { interval: null } } },
    { name: 'null deeper in a part that is switched off', values: { ecrRegistryHelper: { enabled: false, serviceAccount: { name: null, create: null } } } },
    { name: 'nothing for what a part needs that is switched off', values: { ecrRegistryHelper: { enabled: false, region: '', serviceAccount: { name: '' } } } },
    { name: 'pull secrets as a list', values: pods({ imagePullSecrets: ['one', 'two.corp'] }) },
    { name: 'pull secrets as text, with blanks and a comma too many', values: pods({ imagePullSecrets: ' one, two.corp,' }) },
    { name: 'no pull secrets, as a list', values: pods({ imagePullSecrets: [] }) },
    {
      name: 'numbers in quotes where charts before wanted them so',
      values: { config: { maxActiveRuns: '7', runTtlSeconds: '60', reconnectDelaySeconds: '0.5' } },
    },
    { name: 'a number of pods in quotes', values: { podDisruptionBudget: { enabled: true, minAvailable: '1', maxUnavailable: '1' } } },
    { name: 'a limit below the default request', values: { resources: { limits: { cpu: '50m', memory: '128Mi' } } } },
    { name: 'a request above the default limit', values: { resources: { requests: { memory: '1Gi' } } } },
    { name: 'null for amounts', values: { resources: { limits: { memory: null, cpu: null }, requests: null } } },
    {
      name: 'amounts that contradict each other where there is no such container',
      values: { argoWorkflows: { controller: { resources: { limits: { cpu: 1 }, requests: { cpu: 2 } } } } },
    },
    { name: 'an address of the new kind', values: { config: { hostIp: '2001:db8::7' } } },
  ]

  test.each(TAKEN)('$name', async ({ values }) => {
    expect(problemsOf(scopeFor(over(values), RELEASE))).toEqual([])
    for (const major of [3, 4] as const) {
      const text = await run(await helmProgram(major), [...TEMPLATE, '--values', '-'], { input: JSON.stringify(over(values)) })
      expect(text).toContain('kind: Deployment')
    }
  })
})

describe('a table that the chart refuses', () => {
  const tables = BY_CHECKS.flatMap(({ name, values }) => {
    const text = (over(values) as { config: { ingestionPods?: { additionalPipelineConfigs?: string } } }).config.ingestionPods?.additionalPipelineConfigs
    return text === undefined ? [] : [{ name, text, executor: 'installArgoWorkflows' in values ? ('argo' as const) : ('simpleK8s' as const) }]
  })

  test.each(tables)('would be refused by the runner, too: $name', ({ text, executor }) => {
    expect(parsePipelineTypePolicies(executor, 'TABLE', text).ok).toBe(false)
  })
})
