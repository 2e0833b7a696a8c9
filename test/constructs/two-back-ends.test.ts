import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { chartTemplates } from '../../constructs/chart-templates.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { chartFiles } from '../../constructs/helm/chart-files.ts'
import { chartValues } from '../../constructs/values/chart-values.ts'
import { describe as described, type Described } from '../../constructs/values/described.ts'
import { objectsIn, plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'
import { type HelmMajor, helmProgram } from '../charts/helm.ts'
import { helmTemplate, withFiles } from '../charts/render.ts'
import { objectsOfSubCharts, subChartName } from '../charts/sub-charts.ts'
import { CommandError } from '../cluster/shell.ts'
import { propertyCases } from '../support/property-cases.ts'
import { NEEDED, problemsWith, RELEASE, valuesCases } from './values-cases.ts'

const TEMPLATES = chartTemplates()
const FILES = chartFiles(RELEASE.version)

interface Named {
  readonly kind?: string
  readonly metadata?: { readonly name?: string; readonly namespace?: string }
}

const keyOf = (object: unknown): string => {
  const { kind, metadata } = object as Named
  return `${kind} ${metadata?.namespace ?? ''} ${metadata?.name}`
}

const inOrder = (objects: readonly unknown[]): unknown[] => [...objects].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))

/** As a sub-chart, which differs from a chart of its own in its name alone. */
function objectsAsSubChart(values: Json, index: number): Json[] {
  const scope = scopeFor(values, RELEASE)
  return objectsIn({ ...scope, builtins: { ...scope.builtins, 'Chart.Name': subChartName(index) } }, TEMPLATES)
}

/** Says what differs only where something does: that takes many times as long. */
function expectSame(rendered: readonly unknown[], evaluated: readonly Json[], values: Json): void {
  const [one, other] = [inOrder(rendered), inOrder(evaluated)]
  if (!isDeepStrictEqual(one, other)) expect(one, JSON.stringify(values)).toEqual(other)
}

/** All that Helm wrote, of which an error shows the end alone. */
async function refusalOf(rendering: Promise<unknown>): Promise<string> {
  const refused = await rendering.then(
    () => undefined,
    (error: unknown) => error,
  )
  return refused instanceof CommandError ? refused.stderr : `taken, or: ${String(refused)}`
}

async function expectSameTogether(major: HelmMajor, cases: readonly Json[]): Promise<void> {
  const rendered = await objectsOfSubCharts(major, FILES, cases, RELEASE)
  expect(rendered.length).toBe(cases.length)
  for (const [index, values] of cases.entries()) expectSame(rendered[index] ?? [], objectsAsSubChart(values, index), values)
}

async function expectSameAlone(major: HelmMajor, cases: readonly Json[]): Promise<void> {
  // Helm 4.1.4 takes a file for empty whose last line has just 4096 bytes and no end.
  const files = Object.fromEntries(cases.map((values, index) => [`cases/${index}.json`, `${JSON.stringify(values)}\n`]))
  await withFiles({ ...FILES, ...files, '.helmignore': 'cases\n' }, async (folder) => {
    for (const [index, values] of cases.entries()) {
      const rendering = helmTemplate(major, folder, RELEASE.name, RELEASE.namespace, ['--values', `${folder}/cases/${index}.json`])
      const problems = problemsWith(values)
      if (problems.length > 0) expect(await refusalOf(rendering), JSON.stringify(values)).toContain(problems.join('\n'))
      else expectSame(await rendering, plainObjects(values, RELEASE, TEMPLATES), values)
    }
  })
}

const PROPERTY = propertyCases({ inCi: 500, elsewhere: 60 })
const CASES = valuesCases(PROPERTY)
const isAlone = ({ hasNulls, isRefused }: (typeof CASES)[number]): boolean => hasNulls || isRefused
const ALONE = CASES.filter(isAlone).map(({ values }) => values)
const TOGETHER = CASES.filter((one) => !isAlone(one)).map(({ values }) => values)

describe('what Helm renders of the chart and what our own evaluation gives, for any values that the schema takes,', () => {
  beforeAll(async () => Promise.all([helmProgram(3), helmProgram(4)]), 120_000)

  test.concurrent.each([4, 3] as const)('are the same objects with Helm %i', { timeout: 600_000 }, async (major) => {
    await expectSameTogether(major, TOGETHER)
  })

  test.concurrent.each([4, 3] as const)(
    'are the same objects, or the same refusal, with Helm %i where nulls take defaults away',
    { timeout: 600_000 },
    async (major) => {
      await expectSameAlone(major, ALONE)
    },
  )
})

test.each([4, 3] as const)('labels that two values give are the same to Helm %i, and the one of the object counts', async (major) => {
  const on = { enabled: true, labels: { team: 'of-object' } }
  const values = { ...NEEDED, commonLabels: { team: 'of-all' }, podLabels: { team: 'of-pods' }, serviceMonitor: on, grafanaDashboard: on }
  await expectSameAlone(major, [values])
  const teams = plainObjects(values, RELEASE, TEMPLATES).flatMap((object) => JSON.stringify(object).match(/(?<="team":")[^"]*/g) ?? [])
  expect(Object.fromEntries(Object.entries(Object.groupBy(teams, (team) => team)).map(([team, all]) => [team, all?.length]))).toMatchObject({
    'of-object': 3,
    'of-pods': 1,
  })
})

test.each([4, 3] as const)('a version with build metadata is the same to Helm %i', async (major) => {
  const release = { ...RELEASE, version: `1.2.3+acme.${'0'.repeat(60)}` }
  await withFiles(chartFiles(release.version), async (folder) => {
    const rendered = await helmTemplate(major, folder, release.name, release.namespace, ['--set', 'config.authToken=x,ecrRegistryHelper.enabled=false'])
    expectSame(rendered, plainObjects(NEEDED, release, TEMPLATES), NEEDED)
    expect(JSON.stringify(rendered)).not.toContain('+acme')
  })
})

test('no template holds what only constructs read', () => {
  const wrong = Object.entries(FILES).filter(([, text]) => text.includes('\\u0001') || text.includes('\u0001'))
  expect(wrong.map(([path]) => path)).toEqual([])
})

describe('the random values', () => {
  test('are as many as were asked for that an install takes, and some that it refuses', () => {
    expect(CASES.filter(({ values }) => problemsWith(values).length === 0)).toHaveLength(PROPERTY.numRuns)
    expect(CASES.length).toBeGreaterThan(PROPERTY.numRuns + 5)
  })

  /** Paths of all that is set, maps and what is in them. */
  function pathsIn(value: Json, path: readonly string[] = []): string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path.join('.')]
    return [path.join('.'), ...Object.entries(value).flatMap(([key, part]) => pathsIn(part, [...path, key]))]
  }
  const allPaths = (parts: readonly Described[]): string[] => parts.flatMap(({ path, parts: inner = [] }) => [path.join('.'), ...allPaths(inner)])

  test('set every value that the schema has, in five hundred files', { timeout: 180_000 }, () => {
    const found = new Set(valuesCases({ numRuns: 500, seed: 20_260_101 }).flatMap(({ values }) => pathsIn(values)))
    expect(allPaths(described(chartValues)).filter((path) => !found.has(path))).toEqual([])
  })
})
