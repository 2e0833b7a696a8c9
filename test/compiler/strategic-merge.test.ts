import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { strategicMerge } from '../../compiler/merge/strategic-merge.ts'
import { anyJson } from './examples/arbitraries.ts'
import { anyPatch } from './strategic-merge-arbitrary.ts'
import { BASE, PATCHES } from './strategic-merge-cases.ts'

const ROOTS = { original: 'pod', patch: 'workflowParams' }

function merged(patch: unknown, original: object = BASE): Record<string, unknown> {
  const result = strategicMerge('PodSpec', original, patch, ROOTS)
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value as Record<string, unknown>
}

function mergedContainer(original: object, patch: unknown): object {
  const result = strategicMerge('Container', { name: 'main', ...original }, patch, ROOTS)
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  const { name, ...rest } = result.value
  expect(name).toBe('main')
  return rest
}

/** Freezes a value all through, so that a function that changes its argument throws. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

describe('a strategic merge', () => {
  test.each<[string, object, object, object]>([
    ['of nothing changes nothing', { image: 'a' }, {}, { image: 'a' }],
    [
      'merges environment by name and puts new variables first',
      { env: [{ name: 'A', value: '1' }] },
      { env: [{ name: 'B', value: '2' }] },
      {
        env: [
          { name: 'B', value: '2' },
          { name: 'A', value: '1' },
        ],
      },
    ],
    [
      'changes a variable in its place',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      { env: [{ name: 'B', value: 'b' }] },
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: 'b' },
        ],
      },
    ],
    [
      'takes a variable out',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      { env: [{ name: 'A', $patch: 'delete' }] },
      { env: [{ name: 'B', value: '2' }] },
    ],
    [
      'replaces a list',
      { env: [{ name: 'A', value: '1' }] },
      { env: [{ $patch: 'replace' }, { name: 'B', value: '2' }] },
      { env: [{ name: 'B', value: '2' }] },
    ],
    [
      'merges maps deep, and null takes away',
      { resources: { limits: { cpu: '1', memory: '1Gi' } } },
      { resources: { limits: { cpu: null }, requests: { cpu: '1' } } },
      { resources: { limits: { memory: '1Gi' }, requests: { cpu: '1' } } },
    ],
    ['replaces a list of plain values', { args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
    ['takes plain values out of a list', { args: ['a', 'b'] }, { '$deleteFromPrimitiveList/args': ['a'] }, { args: ['b'] }],
    [
      'merges mounts by path',
      { volumeMounts: [{ name: 'a', mountPath: '/a' }] },
      { volumeMounts: [{ mountPath: '/a', readOnly: true }] },
      { volumeMounts: [{ name: 'a', mountPath: '/a', readOnly: true }] },
    ],
    [
      'drops null in what is new',
      {},
      { env: [{ name: 'A', value: null }], resources: { limits: { cpu: null } } },
      { env: [{ name: 'A' }], resources: { limits: {} } },
    ],
  ])('%s', (_, original, patch, result) => {
    expect(mergedContainer(original, patch)).toEqual(result)
  })

  test('replaces tolerations whole, and merges pull secrets by name', () => {
    const { tolerations, imagePullSecrets } = merged({ tolerations: [{ operator: 'Exists' }], imagePullSecrets: [{ name: 'new' }] })
    expect(tolerations).toEqual([{ operator: 'Exists' }])
    expect(imagePullSecrets).toEqual([{ name: 'new' }, { name: 'one' }, { name: 'two' }])
  })

  test.each(Object.entries(PATCHES))('leaves its arguments alone and gives plain data: %s', (_, patch) => {
    const result = merged(frozen(structuredClone(patch)), frozen(structuredClone(BASE)))
    expect(JSON.stringify(result)).not.toMatch(/"\$|null/)
  })

  test('is the same every time, and leaves any patch alone', () => {
    fc.assert(
      fc.property(anyPatch, (patch) => {
        const before = structuredClone(patch)
        expect(merged(frozen(patch))).toEqual(merged(before))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a patch that cannot be merged', () => {
  test.each<[unknown, string, string]>([
    ['x', 'workflowParams', 'must be an object, not a string'],
    [[], 'workflowParams', 'must be an object, not a list'],
    [null, 'workflowParams', 'must be an object, not null'],
    [{ toleration: [] }, 'workflowParams.toleration', 'is no field of a PodSpec; check its spelling'],
    [{ nodeselector: {} }, 'workflowParams.nodeselector', 'is no field of a PodSpec; did you mean nodeSelector?'],
    [{ tolerations: {} }, 'workflowParams.tolerations', 'must be a list, not an object'],
    [
      { tolerations: [{ keys: 'a' }] },
      'workflowParams.tolerations[0].keys',
      'is no field of a Toleration; it has effect, key, operator, tolerationSeconds, value',
    ],
    [{ tolerations: [{ tolerationSeconds: '5' }] }, 'workflowParams.tolerations[0].tolerationSeconds', 'must be a whole number, not a string'],
    [{ tolerations: [null] }, 'workflowParams.tolerations[0]', 'must be an object, not null'],
    [
      { tolerations: [{ $patch: 'replace' }] },
      'workflowParams.tolerations[0].$patch',
      'has no meaning here: the list around it is replaced whole; take it out',
    ],
    [{ nodeSelector: { a: 1 } }, 'workflowParams.nodeSelector.a', 'must be a string, not a number'],
    [{ volumes: [{ emptyDir: {} }] }, 'workflowParams.volumes[0].name', 'is missing; this list merges by it'],
    [{ volumes: [{ $patch: 'delete' }] }, 'workflowParams.volumes[0].name', 'is missing; this list merges by it'],
    [{ volumes: [{ name: 'a', $patch: 'merge' }] }, 'workflowParams.volumes[0].$patch', 'must be replace or delete'],
    [
      { '$setElementOrder/volumes': [] },
      'workflowParams["$setElementOrder/volumes"]',
      'is not supported; take it out: elements of the patch keep the order they are given in',
    ],
    [{ $retainKeys: ['a'], hostNetwork: true }, 'workflowParams.$retainKeys', 'must name every field that is set beside it; add hostNetwork'],
    [{ $other: 1 }, 'workflowParams.$other', 'is no directive; there are $patch, $retainKeys and $deleteFromPrimitiveList/<field>'],
    [{ '$deleteFromPrimitiveList/volumes': [] }, 'workflowParams["$deleteFromPrimitiveList/volumes"]', 'must name a list of plain values'],
    [JSON.parse('{"__proto__": {}}'), 'workflowParams.__proto__', 'is no field of a PodSpec; check its spelling'],
    [JSON.parse('{"nodeSelector": {"__proto__": "a"}}'), 'workflowParams.nodeSelector.__proto__', 'is no key of a map; take it out'],
  ])('%j', (patch, path, message) => {
    const result = strategicMerge('PodSpec', BASE, patch, ROOTS)
    expect(result.ok ? [] : result.error.map((issue) => `${issue.path}: ${issue.message}`)).toEqual([`${path}: ${message}`])
  })

  test('tells all problems at once, of the original too', () => {
    const result = strategicMerge('PodSpec', { volumes: [{}] }, { hostNetwork: 'no', priority: 1.5 }, ROOTS)
    expect(result.ok ? [] : result.error.map(({ path }) => path)).toEqual(['pod.volumes[0].name', 'workflowParams.hostNetwork', 'workflowParams.priority'])
  })

  test('is answered with issues, whatever JSON it is', () => {
    fc.assert(
      fc.property(anyJson, (patch) => {
        const result = strategicMerge('PodSpec', BASE, patch, ROOTS)
        if (!result.ok) expect(result.error.length).toBeGreaterThan(0)
        else expect(result.value).toEqual(merged(patch))
      }),
      { numRuns: 2000 },
    )
  })
})
