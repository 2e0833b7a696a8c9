import { describe, expect, test } from 'vitest'
import { moreQuantity } from '../../constructs/expression/more-quantity.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { releaseVariables } from '../../constructs/yaml/release-environment.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'

const RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }

/** Request and limit of the memory that the runner is told. */
function memoryWith(ingestionPods: object, extraEnvs: { name: string; value: string }[] = []): (string | undefined)[] {
  const variables = releaseVariables(scopeFor({ config: { ingestionPods }, extraEnvs } as never, RELEASE))
  return ['INGESTION_MEMORY_REQUEST', 'INGESTION_MEMORY_LIMIT'].map((name) => variables.findLast((variable) => variable.name === name)?.value)
}

const resources = (limits: object, requests: object): object => ({ resources: { limits, requests } })

describe('the memory of ingestion pods', () => {
  test('is by the defaults where nothing is given', () => {
    expect(memoryWith({})).toEqual(['4096Mi', '4096Mi'])
  })

  test('is reserved up to a smaller limit, where only the limit is given', () => {
    expect(memoryWith(resources({ memory: '2Gi' }, {}))).toEqual(['2Gi', '2Gi'])
  })

  test('is reserved by the default below a larger limit', () => {
    expect(memoryWith(resources({ memory: '8Gi' }, {}))).toEqual(['4096Mi', '8Gi'])
  })

  test('is limited to a larger request, where only the request is given', () => {
    expect(memoryWith(resources({}, { memory: '8Gi' }))).toEqual(['8Gi', '8Gi'])
  })

  test("is reserved up to a limit of the operator's own variable", () => {
    expect(memoryWith({}, [{ name: 'INGESTION_MEMORY_LIMIT', value: '1Gi' }])).toEqual(['1Gi', '1Gi'])
  })
})

describe('a container of the chart', () => {
  interface Rendered {
    readonly kind: string
    readonly spec?: { readonly template?: { readonly spec: { readonly containers: readonly { readonly name: string; readonly resources: object }[] } } }
  }
  const containers = (values: object): readonly { readonly name: string; readonly resources: object }[] =>
    (plainObjects(values as Json, RELEASE) as unknown as Rendered[]).flatMap(({ kind, spec }) =>
      kind === 'Deployment' || kind === 'Job' ? (spec?.template?.spec.containers ?? []) : [],
    )
  const resourcesOf = (name: string, values: object): object | undefined => containers(values).find((one) => one.name === name)?.resources

  test.each([
    { name: 'the defaults', given: {}, made: { limits: { memory: '384Mi' }, requests: { cpu: '100m', memory: '192Mi' } } },
    {
      name: 'smaller limits alone, which lower the requests',
      given: { limits: { cpu: '50m', memory: '128Mi' } },
      made: { limits: { cpu: '50m', memory: '128Mi' }, requests: { cpu: '50m', memory: '128Mi' } },
    },
    {
      name: 'a larger request alone, which raises the limit',
      given: { requests: { memory: '1Gi' } },
      made: { limits: { memory: '1Gi' }, requests: { cpu: '100m', memory: '1Gi' } },
    },
    {
      name: 'null, which takes a default away',
      given: { limits: { memory: null, cpu: null }, requests: { cpu: null } },
      made: { limits: {}, requests: { memory: '192Mi' } },
    },
    {
      name: 'other resources, and claims',
      given: { limits: { 'ephemeral-storage': '1Gi' }, claims: [{ name: 'disk' }] },
      made: { limits: { 'memory': '384Mi', 'ephemeral-storage': '1Gi' }, requests: { cpu: '100m', memory: '192Mi' }, claims: [{ name: 'disk' }] },
    },
  ])('has by its values $name', ({ given, made }) => {
    expect(resourcesOf('hybrid-ingestion-runner', { resources: given })).toEqual(made)
  })

  test('is that of the refresher, too, and that of Argo', () => {
    const resources = { limits: { memory: '64Mi' } }
    expect(resourcesOf('ecr-registry-helper', { ecrRegistryHelper: { resources } })).toEqual({ ...resources, requests: { cpu: '50m', memory: '64Mi' } })
    const ofArgo = { installArgoWorkflows: true, argoWorkflows: { controller: { resources } } }
    expect(resourcesOf('controller', ofArgo)).toEqual({ ...resources, requests: { cpu: '100m', memory: '64Mi' } })
  })
})

test.each([
  ['4096Mi', '2Gi', 'true'],
  ['4Gi', '4096Mi', ''],
  ['1', '1000m', ''],
  ['1.5', '1499m', 'true'],
  ['2e3', '1k', 'true'],
  ['1E', '1e3', 'true'],
  ['', '1', ''],
  ['much', '1', ''],
])('whether %s is more than %s: "%s"', (one, other, more) => {
  expect(moreQuantity(one, other)).toBe(more)
})
