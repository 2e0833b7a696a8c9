/** What keeps the runner up while nodes go and values change, as it is rendered. */
import { describe, expect, test } from 'vitest'
import { warningsOf } from '../../constructs/chart/warnings.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'

const RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }
const NEEDED = { config: { authTokenSecret: { name: 'token', key: 'token' } }, ecrRegistryHelper: { enabled: false } }

interface PodTemplate {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: Readonly<Record<string, unknown>> & { readonly containers: readonly Readonly<Record<string, unknown>>[] }
}

interface Rendered {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: { readonly template?: PodTemplate; readonly selector?: object; readonly [field: string]: unknown }
}

const ofKind = (kind: string, values: object): Rendered[] =>
  (plainObjects({ ...NEEDED, ...values }, RELEASE) as unknown as Rendered[]).filter((object) => object.kind === kind)

function templateOf(values: object): PodTemplate {
  const template = ofKind('Deployment', values)[0]?.spec.template
  if (template === undefined) throw new Error('there is no Deployment')
  return template
}

const annotationsOf = (values: object): Readonly<Record<string, string>> => templateOf(values).metadata.annotations ?? {}

describe('the disruption budget', () => {
  const selector = {
    matchLabels: { 'app.kubernetes.io/name': 'hybrid-ingestion-runner', 'app.kubernetes.io/instance': 'collate-prod', 'app.kubernetes.io/component': 'runner' },
  }
  const toldOf = (podDisruptionBudget: object, more: object = {}): string[] =>
    warningsOf(scopeFor({ podDisruptionBudget, ...more } as Json, RELEASE)).filter((line) => line.startsWith('podDisruptionBudget'))
  const budgetOf = (podDisruptionBudget: object): object | undefined => ofKind('PodDisruptionBudget', { podDisruptionBudget })[0]?.spec

  test('is not there unless it is asked for', () => {
    expect(budgetOf({})).toBeUndefined()
  })

  test('lets one runner go: a single one may be moved, and of two one stays', () => {
    expect(budgetOf({ enabled: true })).toEqual({ maxUnavailable: 1, selector })
  })

  test('says how many stay where the operator gives that, and nothing else', () => {
    expect(budgetOf({ enabled: true, minAvailable: 1, maxUnavailable: 1 })).toEqual({ minAvailable: 1, selector })
    expect(budgetOf({ enabled: true, minAvailable: '50%' })).toEqual({ minAvailable: '50%', selector })
  })

  test('lets one go where neither bound says anything, and tells of it', () => {
    const neither = { enabled: true, minAvailable: '', maxUnavailable: '' }
    expect(budgetOf(neither)).toEqual({ maxUnavailable: 1, selector })
    expect(toldOf(neither)).toEqual([expect.stringMatching(/^podDisruptionBudget has neither minAvailable nor maxUnavailable: .* Write one of the two\.$/)])
  })

  test.each([
    { replicaCount: 1, minAvailable: 1, told: /with one replica: no node .* Set replicaCount to 2\.$/ },
    { replicaCount: '1', minAvailable: 1, told: /with one replica/ },
    { replicaCount: '', minAvailable: 1, told: /with one replica/ },
    { replicaCount: '2', minAvailable: 1, told: undefined },
    { replicaCount: 2, minAvailable: 2, told: /is all replicas: no node .* Lower it, or raise replicaCount\.$/ },
    { replicaCount: 3, minAvailable: '100%', told: /is all replicas/ },
    { replicaCount: 2, minAvailable: 1, told: undefined },
    { replicaCount: 1, minAvailable: 0, told: undefined },
    { replicaCount: 2, minAvailable: 3, told: /is all replicas/ },
    { replicaCount: 2, minAvailable: '2', told: /is all replicas/ },
    { replicaCount: 2, minAvailable: '0', told: undefined },
    { replicaCount: 2, minAvailable: '50%', told: undefined },
    { replicaCount: null, minAvailable: 1, told: /with one replica/ },
  ])('is told of where it keeps nodes from being drained: $minAvailable of $replicaCount', ({ replicaCount, minAvailable, told }) => {
    expect(toldOf({ enabled: true, minAvailable }, { replicaCount })).toEqual(told === undefined ? [] : [expect.stringMatching(told)])
  })

  test.each([0, '0', '0%'])('is told of where it lets none go: %s', (maxUnavailable) => {
    expect(toldOf({ enabled: true, maxUnavailable })).toEqual([expect.stringMatching(/maxUnavailable is zero: no node .* Set it to 1\.$/)])
    expect(toldOf({ enabled: true, minAvailable: 1, maxUnavailable }, { replicaCount: 2 })).toEqual([])
  })

  test('is given a number that stands in quotes as a number: Kubernetes takes no other text than a share', () => {
    expect(budgetOf({ enabled: true, maxUnavailable: '1' })).toEqual({ maxUnavailable: 1, selector })
    expect(budgetOf({ enabled: true, minAvailable: '2', maxUnavailable: '1' })).toEqual({ minAvailable: 2, selector })
  })

  test('takes zero for a number', () => {
    expect(budgetOf({ enabled: true, maxUnavailable: 0 })).toEqual({ maxUnavailable: 0, selector })
    expect(budgetOf({ enabled: true, minAvailable: 0 })).toEqual({ minAvailable: 0, selector })
  })
})

describe("the runner's pod", () => {
  test('has the priority and the spread that the operator gives, and else what the cluster gives', () => {
    const constraint = {
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { a: 'b' } },
    }
    expect(templateOf({ priorityClassName: 'urgent', topologySpreadConstraints: [constraint] }).spec).toMatchObject({
      priorityClassName: 'urgent',
      topologySpreadConstraints: [constraint],
    })
    expect(templateOf({}).spec).not.toHaveProperty('priorityClassName')
    expect(templateOf({}).spec).not.toHaveProperty('topologySpreadConstraints')
  })

  test('is asked for progress and for readiness, or as the operator says', () => {
    const [container] = templateOf({}).spec.containers
    expect(container).toMatchObject({
      livenessProbe: { httpGet: { path: '/livez', port: 'app' }, periodSeconds: 10 },
      readinessProbe: { httpGet: { path: '/readyz', port: 'app' }, periodSeconds: 5 },
    })
    const own = { tcpSocket: { port: 8585 }, periodSeconds: 30 }
    expect(templateOf({ livenessProbe: own }).spec.containers[0]).toMatchObject({ livenessProbe: own })
  })

  test('is given the time that the operator gives it, also none', () => {
    expect(templateOf({}).spec['terminationGracePeriodSeconds']).toBe(30)
    expect(templateOf({ terminationGracePeriodSeconds: 0 }).spec['terminationGracePeriodSeconds']).toBe(0)
  })

  test('is restricted, and under OpenShift without fixed ids', () => {
    const restricted = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }
    const container = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }
    expect(templateOf({}).spec).toMatchObject({ securityContext: { ...restricted, runAsUser: 65_532 }, containers: [{ securityContext: container }] })
    expect(templateOf({ openshift: { enabled: true } }).spec['securityContext']).toEqual(restricted)
    expect(templateOf({ openshift: { enabled: true } }).spec.containers[0]?.['securityContext']).toEqual(container)
  })
})

describe('a change of the values', () => {
  const withToken = (authToken: string): object => ({ config: { authToken } })
  const withCustomConfig = (env: object[]): object => ({
    config: { authToken: 'x', ingestionPods: { customConfig: { enabled: true, containerParams: { env } } } },
  })

  test('of the token starts the runner anew, without showing it', () => {
    const [one, other] = [annotationsOf(withToken('planted')), annotationsOf(withToken('another'))]
    expect(one['checksum/auth-token']).toMatch(/^[0-9a-f]{64}$/)
    expect(one).not.toEqual(other)
    expect(annotationsOf({})).not.toHaveProperty('checksum/auth-token')
  })

  test("of the pods' own fields starts it anew", () => {
    const [one, other] = [annotationsOf(withCustomConfig([])), annotationsOf(withCustomConfig([{ name: 'A', value: 'b' }]))]
    expect(one['checksum/ingestion-config']).toMatch(/^[0-9a-f]{64}$/)
    expect(one).not.toEqual(other)
    expect(annotationsOf({})).not.toHaveProperty('checksum/ingestion-config')
  })

  test('of the chart alone leaves the pod as it is', () => {
    const next = plainObjects(NEEDED, { ...RELEASE, version: '1.2.4' }) as unknown as Rendered[]
    const { metadata } = next.find(({ kind }) => kind === 'Deployment')?.spec.template ?? {}
    expect(metadata).toEqual(templateOf({}).metadata)
  })
})
