import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { nearestKey } from '../../constructs/expression/nearest-key.ts'
import { type Shape, shapeProblems } from '../../constructs/expression/shape-problems.ts'
import { NAMED_TEMPLATES } from '../../constructs/helm/named-templates.ts'
import { chartValues } from '../../constructs/values/chart-values.ts'
import { describe as described, type Described } from '../../constructs/values/described.ts'
import { CHART_PATHS, CHART_SHAPE, misshapen } from '../../constructs/values/judged-values.ts'
import { overlaidValues } from '../../constructs/values/overlaid-values.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'
import { type HelmMajor, helmProgram } from '../charts/helm.ts'
import { helmTemplate, withFiles } from '../charts/render.ts'
import { propertyCases } from '../support/property-cases.ts'
import { someChartValues } from './values-arbitrary.ts'

const RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }

const allOf = (parts: readonly Described[]): Described[] => parts.flatMap((one) => [one, ...allOf(one.parts ?? [])])
const PATHS = allOf(described(chartValues)).map(({ path }) => path)

const junk: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    '',
    'x',
    '1',
    'true',
    0,
    -1,
    1.5,
    70_000,
    1e30,
    true,
    false,
    [],
    {},
    ['x'],
    [1],
    [{}],
    [{ name: 'a' }],
    [null],
    { a: 'x' },
    { a: 1 },
    { enabled: 'yes' },
    { name: [] },
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
)
/** A key that is none, or one of the chart's in another place. */
const someKey = fc.oneof(
  fc.constantFrom('repo', 'agentID', 'authToken', 'enable', 'Image', 'x', 'replicas', 'ingestion-pods', 'naem', 'é<'),
  fc.constantFrom(...PATHS.map((path) => path.at(-1) ?? '')),
)
const placed = (path: readonly string[], value: Json): Json => path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value)
const somePart = fc.oneof(
  fc.tuple(fc.constantFrom(...PATHS), junk).map(([path, value]) => placed(path, value)),
  fc.tuple(fc.constantFrom(...PATHS), someKey, junk).map(([path, key, value]) => placed([...path.slice(0, -1), key], value)),
)
/** Values files in which a few things may be wrong. */
const someValues = fc.tuple(someChartValues, fc.array(somePart, { maxLength: 3 })).map(([values, parts]) => parts.reduce(overlaidValues, values))

describe("the judgement of the values' shapes", () => {
  test('is that of the schema, and where null takes a needed default away, more', () => {
    const { numRuns, seed } = propertyCases({ inCi: 400, elsewhere: 60 })
    for (const given of fc.sample(someValues, { numRuns, seed })) {
      const { values } = scopeFor(given, RELEASE)
      const lines = misshapen(values).filter((line) => !line.includes("is null, which takes the chart's own away"))
      expect(lines.length === 0, `${JSON.stringify(given)}\n${lines.join('\n')}`).toBe(chartValues.safeParse(values).success)
    }
  })

  test('takes no whole number that is too great to be written exactly, alone or beside a text', () => {
    const { values } = scopeFor({ terminationGracePeriodSeconds: 1e30, podDisruptionBudget: { minAvailable: 1e30 } }, RELEASE)
    const paths = misshapen(values).map((line) => line.split(':')[0])
    expect(paths).toEqual(['podDisruptionBudget.minAvailable', 'terminationGracePeriodSeconds'])
  })

  test('has nothing to say of the defaults', () => {
    expect(misshapen(scopeFor({}, RELEASE).values)).toEqual([])
  })

  test('never tells a value', () => {
    const lines = misshapen({
      config: { authToken: ['planted'], logLevel: 'planted', maxActiveRuns: { planted: 'planted' } },
      extraEnvs: 'planted',
      image: { digest: { a: 'planted' } },
    })
    expect(lines.length).toBeGreaterThan(4)
    expect(lines.join('\n')).not.toContain('planted')
  })
})

describe('the named template of the same', () => {
  beforeAll(async () => Promise.all([helmProgram(3), helmProgram(4)]), 120_000)

  const TEMPLATE = `results:
{{- range $.Values.cases }}
  - {{ include "hybrid-runner.shape-problems" (list .value "" $.Values.shape $.Values.paths false) | toJson }}
{{- end }}
`

  test.each([3, 4] as const)('says what ours says, under Helm %i', { timeout: 120_000 }, async (major: HelmMajor) => {
    const { numRuns, seed } = propertyCases({ inCi: 200, elsewhere: 40 })
    const cases = fc.sample(someValues, { numRuns, seed }).map((given) => ({ value: scopeFor(given, RELEASE).values }))
    const values = { shape: CHART_SHAPE, paths: CHART_PATHS, cases }
    const files = {
      'Chart.yaml': 'apiVersion: v2\nname: shapes\nversion: 1.0.0\n',
      'templates/_functions.tpl': NAMED_TEMPLATES,
      'templates/results.yaml': TEMPLATE,
      'values.json': JSON.stringify(values),
    }
    const [rendered] = (await withFiles(files, async (folder) => helmTemplate(major, folder, 'x', 'x', ['--values', `${folder}/values.json`]))) as [
      { readonly results: readonly string[] },
    ]
    const ours = cases.map(({ value }) => misshapen(value).join('\n'))
    expect(ours.filter((lines) => lines !== '').length).toBeGreaterThan(numRuns / 4)
    for (const [index, lines] of ours.entries()) expect(rendered.results[index], JSON.stringify(cases[index])).toBe(lines)
  })
})

describe('the nearest key', () => {
  const KNOWN = ['repository', 'tag', 'digest', 'pullPolicy', 'replicaCount', 'imagePullSecrets', 'serviceAccount', 'tolerations']

  test.each([
    ['repo', 'repository'],
    ['Repository', 'repository'],
    ['repositroy', 'repository'],
    ['pull-policy', 'pullPolicy'],
    ['pull_policy', 'pullPolicy'],
    ['imagePullSecret', 'imagePullSecrets'],
    ['toleration', 'tolerations'],
    ['tags', 'tag'],
    ['replicas', 'replicaCount'],
    ['foo', ''],
    ['x', ''],
    ['', ''],
  ])('to %s is "%s"', (key, near) => {
    expect(nearestKey(key, KNOWN)).toBe(near)
  })
})

describe('a shape', () => {
  const shape: Shape = {
    kinds: ['map'],
    rule: 'must be a map',
    keys: { name: { kinds: ['string'], rule: 'must be a text', ifNull: 'is missing', isRequired: true } },
  }

  test('wants the keys that are required, and lets others pass where no word says what they are', () => {
    expect(shapeProblems({ other: 1 }, 'a', shape)).toEqual(['a.name: is missing.'])
    expect(shapeProblems({ name: 'x', other: 1 }, 'a', shape)).toEqual([])
    expect(shapeProblems({ name: 'x', other: 1 }, 'a', { ...shape, noun: 'field', known: ['name'] })).toEqual(['a.other: is no field. There are name.'])
  })
})
