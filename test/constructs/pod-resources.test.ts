import { describe, expect, test } from 'vitest'
import { moreQuantity } from '../../constructs/expression/more-quantity.ts'
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
