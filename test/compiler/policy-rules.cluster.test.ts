/** Our rules for the fields of the per-type table beside those of a real API server: what it refuses is refused at start-up, and no more. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parsePolicy } from '../../compiler/policy.ts'
import { startJudge } from './examples/dry-run.ts'
import type { Judge } from './examples/dry-run.ts'
import { aPolicy } from './examples/policy.ts'
import { runOf } from './examples/run.ts'
import { aMetadataRun } from './examples/run-request.ts'

let judge: Judge

beforeAll(async () => {
  judge = await startJudge({ serviceAccounts: ['ingestion'] })
})
afterAll(async () => judge.close())

const { pod } = runOf(aMetadataRun(), aPolicy())
const [container] = pod.spec?.containers ?? []

async function clusterTakes(spec: object): Promise<boolean> {
  return (await judge.refusalOf({ ...pod, spec: { ...pod.spec, ...spec } })) === undefined
}

function argoPolicyTakes(entry: object): boolean {
  return parsePolicy({ EXECUTOR_TYPE: 'argo', ARGO_PIPELINE_TYPE_CONFIGS: JSON.stringify({ metadata: entry }) }).ok
}

function policyTakes(entry: object): boolean {
  return parsePolicy({ SIMPLEK8S_PIPELINE_TYPE_CONFIGS: JSON.stringify({ metadata: entry }) }).ok
}

const LONG = 'a'.repeat(63)
const KEYS = [
  'a',
  'A-b_c.d',
  'example.com/a',
  LONG,
  `${LONG}a`,
  'a/b/c',
  'UPPER.com/a',
  '/a',
  'a/',
  '-a',
  'a-',
  'a b',
  'é',
  `${'a.'.repeat(126)}a/${LONG}`,
  `${'a.'.repeat(127)}a/a`,
]
const VALUES = ['', 'a', 'A_b-c.d', LONG, `${LONG}a`, '-a', 'a.', 'a b', 'a/b', 'é', 'true', '1']

const TOLERATIONS: readonly object[] = [
  {},
  { operator: 'Exists' },
  { operator: 'Exists', value: 'a' },
  { operator: 'Equal', value: 'a' },
  { key: 'a', operator: 'In', value: 'b' },
  { key: 'a', operator: 'exists' },
  { key: 'a', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'a', operator: 'Exists', value: '' },
  { key: 'a', effect: 'PreferNoSchedule' },
  { key: 'a', effect: 'noschedule' },
  { key: 'a', effect: 'NoExecute', tolerationSeconds: 5 },
  { key: 'a', effect: 'NoExecute', tolerationSeconds: -5 },
  { key: 'a', effect: 'NoSchedule', tolerationSeconds: 5 },
  { key: 'a', tolerationSeconds: 5 },
  { key: 'a', effect: 'NoExecute', tolerationSeconds: 1.5 },
  { key: 'a', tolerationSecond: 5 },
  ...KEYS.map((key) => ({ key, operator: 'Exists' })),
  ...VALUES.map((value) => ({ key: 'a', operator: 'Equal', value })),
]

const QUANTITIES: readonly unknown[] = [
  '1',
  '0',
  '-1',
  '+1',
  '.5',
  '1.',
  '500m',
  '1.5Gi',
  '1e3',
  '1E',
  '1K',
  '1GB',
  '1 Gi',
  ' 1',
  '',
  'x',
  1,
  0.5,
  -1,
  true,
  '1e-30',
  '100u',
]

const HUGE_PAGES = ['hugepages-2Mi', 'hugepages-1Gi', 'hugepages-big', 'hugepages-', 'hugepages-0', 'hugepages-1500m', 'hugepages-2M']

const RESOURCES: readonly object[] = [
  ...QUANTITIES.flatMap((memory) => [{ limits: { memory } }, { requests: { memory } }]),
  { requests: { cpu: '2' }, limits: { cpu: '1' } },
  { requests: { cpu: '1000m' }, limits: { cpu: '1' } },
  { requests: { memory: '1Gi' }, limits: { memory: '1024Mi' } },
  { requests: { memory: '1025Mi' }, limits: { memory: '1Gi' } },
  { limits: { 'ephemeral-storage': '1Gi' } },
  { limits: { storage: '1Gi' } },
  { limits: { gpu: 1 } },
  { limits: { 'nvidia.com/gpu': 1 } },
  { limits: { 'nvidia.com/gpu': '500m' } },
  { limits: { 'nvidia.com/gpu': 2 }, requests: { 'nvidia.com/gpu': 1 } },
  { limits: { 'nvidia.com/gpu': 2 }, requests: { 'nvidia.com/gpu': 2 } },
  { requests: { 'nvidia.com/gpu': 1 } },
  { limits: { 'a b/gpu': 1 } },
  ...HUGE_PAGES.flatMap((name) => [
    { requests: { cpu: '1', [name]: '4Mi' }, limits: { [name]: '4Mi' } },
    { requests: { cpu: '1', [name]: '4Mi' }, limits: { [name]: '8Mi' } },
    { requests: { cpu: '1', [name]: '4Mi' } },
    { limits: { cpu: '1', [name]: '4Mi' } },
    { limits: { cpu: '1', [name]: '3Mi' } },
    { limits: { cpu: '1', [name]: 0 } },
  ]),
  { limit: {} },
]

const REQUIREMENTS: readonly object[] = [
  { key: 'a', operator: 'In', values: ['b'] },
  { key: 'a', operator: 'In', values: [] },
  { key: 'a', operator: 'In' },
  { key: 'a', operator: 'NotIn', values: ['b', 'c'] },
  { key: 'a', operator: 'NotIn', values: ['b c'] },
  { key: 'a', operator: 'Exists' },
  { key: 'a', operator: 'Exists', values: [] },
  { key: 'a', operator: 'Exists', values: ['b'] },
  { key: 'a', operator: 'DoesNotExist' },
  { key: 'a', operator: 'Gt', values: ['7'] },
  { key: 'a', operator: 'Gt', values: ['-7'] },
  { key: 'a', operator: 'Gt', values: ['007'] },
  { key: 'a', operator: 'Lt', values: ['x'] },
  { key: 'a', operator: 'Lt', values: ['1', '2'] },
  { key: 'a', operator: 'Lt', values: [7] },
  { key: 'a', operator: 'in', values: ['b'] },
  { key: 'a b', operator: 'Exists' },
  { key: '', operator: 'Exists' },
  { operator: 'Exists' },
  { key: 'a' },
]

const FIELD_REQUIREMENTS: readonly object[] = [
  { key: 'metadata.name', operator: 'In', values: ['node-1'] },
  { key: 'metadata.name', operator: 'NotIn', values: ['node-1'] },
  { key: 'metadata.name', operator: 'In', values: ['a', 'b'] },
  { key: 'metadata.name', operator: 'In', values: ['No Node'] },
  { key: 'metadata.name', operator: 'Exists' },
  { key: 'metadata.labels', operator: 'In', values: ['a'] },
]

const POD_TERM = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { a: 'b' } } }

const POD_TERMS: readonly object[] = [
  POD_TERM,
  { topologyKey: 'kubernetes.io/hostname' },
  { ...POD_TERM, topologyKey: '' },
  { ...POD_TERM, topologyKey: 'a b' },
  { labelSelector: {} },
  { ...POD_TERM, namespaces: ['a'] },
  { ...POD_TERM, namespaces: ['A'] },
  { ...POD_TERM, namespaceSelector: {} },
  { ...POD_TERM, namespaceSelector: { matchLabels: { 'a b': 'c' } } },
  { ...POD_TERM, labelSelector: { matchLabels: { a: 'b c' } } },
  { ...POD_TERM, labelSelector: { matchLabels: { a: 1 } } },
  { ...POD_TERM, labelSelector: { matchLabel: {} } },
  { ...POD_TERM, matchLabelKeys: ['c'] },
  { ...POD_TERM, matchLabelKeys: ['a'] },
  { ...POD_TERM, matchLabelKeys: ['c'], mismatchLabelKeys: ['c'] },
  { ...POD_TERM, matchLabelKeys: ['c d'] },
  { topologyKey: 'kubernetes.io/hostname', matchLabelKeys: ['c'] },
  { topologyKey: 'kubernetes.io/hostname', mismatchLabelKeys: ['c'] },
  { topologyKey: 'kubernetes.io/hostname', matchLabelKeys: [] },
  ...REQUIREMENTS.map((requirement) => ({ ...POD_TERM, labelSelector: { matchExpressions: [requirement] } })),
]

const WEIGHTS: readonly unknown[] = [1, 100, 0, 101, -1, 1.5, '1', null]

const AFFINITIES: readonly object[] = [
  {},
  { nodeAffinity: {} },
  { nodeAfinity: {} },
  { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } },
  { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
  ...[
    {},
    ...REQUIREMENTS.map((requirement) => ({ matchExpressions: [requirement] })),
    ...FIELD_REQUIREMENTS.map((requirement) => ({ matchFields: [requirement] })),
  ].flatMap((term) => [
    { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } },
    { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: term }] } },
  ]),
  ...POD_TERMS.flatMap((podAffinityTerm) => [
    { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [podAffinityTerm] } },
    { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm }] } },
  ]),
  ...WEIGHTS.flatMap((weight) => [
    { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, preference: { matchExpressions: [REQUIREMENTS[0]] } }] } },
    { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm: POD_TERM }] } },
  ]),
]

const OLDEST_MINOR = 28

/** A pod affinity has had label keys since Kubernetes 1.29: before, they are a field that nobody knows. */
const isUnknownBefore = (affinity: object): boolean => /"(mis)?matchLabelKeys"/.test(JSON.stringify(affinity))

/** Requirements of nodes whose values the oldest Kubernetes does not look at: it takes the pod, and no node has such a label. */
const UNJUDGED_BEFORE = [
  { key: 'a', operator: 'NotIn', values: ['b c'] },
  { key: 'a', operator: 'Gt', values: ['-7'] },
].map((requirement) =>
  JSON.stringify({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [requirement] }] } } }),
)

/** What that Kubernetes says of an affinity that newer ones judge otherwise; undefined when it judges as they do. */
function verdictOfBefore(affinity: object): boolean | undefined {
  const isOther = isUnknownBefore(affinity) || UNJUDGED_BEFORE.includes(JSON.stringify(affinity))
  return isOther && judge.minorVersion === OLDEST_MINOR ? !isUnknownBefore(affinity) : undefined
}

describe('policy and API server agree', () => {
  test.each(AFFINITIES)('on the affinity %j', async (affinity) => {
    expect(await clusterTakes({ affinity })).toBe(verdictOfBefore(affinity) ?? argoPolicyTakes({ affinity }))
  })

  test.each(VALUES.filter((value) => value !== ''))('on the value %j of a taint named dedicated', async (toleration) => {
    expect(argoPolicyTakes({ toleration })).toBe(await clusterTakes({ tolerations: [{ key: 'dedicated', operator: 'Equal', value: toleration }] }))
  })

  test.each(TOLERATIONS)('on the toleration %j', async (toleration) => {
    const tolerations = [toleration]
    expect(policyTakes({ tolerations })).toBe(await clusterTakes({ tolerations }))
  })

  test.each([...KEYS.map((key) => ({ [key]: 'a' })), ...VALUES.map((value) => ({ a: value })), { a: 1 }, { a: true }])(
    'on the node selector %j',
    async (nodeSelector) => {
      expect(policyTakes({ nodeSelector })).toBe(await clusterTakes({ nodeSelector }))
    },
  )

  test.each(RESOURCES)('on the resources %j', async (resources) => {
    expect(policyTakes({ resources })).toBe(await clusterTakes({ containers: [{ ...container, resources }] }))
  })

  test.each([null, 'Gi', '.', '-'])('but for the amount %j, which the API server takes for zero and the policy for a slip of the pen', async (memory) => {
    const resources = { requests: { memory } }
    expect(await clusterTakes({ containers: [{ ...container, resources }] })).toBe(true)
    expect(policyTakes({ resources })).toBe(false)
  })
})
