/** What the chart's accounts may do, and what its pods may reach, as it is rendered. */
import { describe, expect, test } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { type ChartObject, podsOf } from '../charts/dry-run.ts'

const RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }
const NEEDED = { config: { authToken: 'x' }, ecrRegistryHelper: { enabled: false } }

interface Rendered {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules?: readonly { readonly resources: readonly string[]; readonly verbs: readonly string[]; readonly resourceNames?: readonly string[] }[]
  readonly subjects?: readonly object[]
  readonly spec?: { readonly egress?: readonly object[]; readonly ingress?: readonly object[]; readonly policyTypes?: readonly string[] }
}

const objectsOf = (values: Json): Rendered[] => plainObjects(values, RELEASE) as unknown as Rendered[]
const ofKind = (kind: string, values: Json): Rendered[] => objectsOf(values).filter((object) => object.kind === kind)
const roleOf = (name: string, values: Json): Rendered['rules'] => ofKind('Role', values).find(({ metadata }) => metadata.name.endsWith(name))?.rules

const EVERYTHING: Json = {
  ...NEEDED,
  installArgoWorkflows: true,
  openshift: { enabled: true },
  networkPolicy: { enabled: true },
  serviceMonitor: { enabled: true },
}

describe('the rights of a release', () => {
  test('are those of Roles in a namespace, and no verb or resource is a wildcard', () => {
    for (const values of [NEEDED, EVERYTHING]) {
      expect(objectsOf(values).filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([])
      expect(JSON.stringify(ofKind('Role', values))).not.toContain('"*"')
    }
  })

  test('are bound to the accounts that the operator brings, which the chart does not make then', () => {
    const values = {
      ...NEEDED,
      config: { authToken: 'x', ingestionPods: { namespace: 'ingestion', serviceAccount: { create: false, name: 'workload' } } },
      serviceAccount: { create: false, name: 'agent' },
    }
    expect(ofKind('ServiceAccount', values)).toEqual([])
    expect(ofKind('RoleBinding', values).map(({ metadata, subjects }) => ({ namespace: metadata.namespace, subjects }))).toEqual([
      { namespace: 'ingestion', subjects: [{ kind: 'ServiceAccount', name: 'agent', namespace: 'collate' }] },
      { namespace: 'ingestion', subjects: [{ kind: 'ServiceAccount', name: 'workload', namespace: 'ingestion' }] },
      // For the hook of helm uninstall.
      { namespace: 'ingestion', subjects: [{ kind: 'ServiceAccount', name: 'agent', namespace: 'collate' }] },
    ])
  })

  test('make no Secret that holds the token of an account', () => {
    expect(JSON.stringify(objectsOf(EVERYTHING))).not.toContain('service-account-token')
  })

  test('let the runner create Secrets and do nothing else with them', () => {
    const rules = roleOf('collate-prod-hybrid-ingestion-runner', EVERYTHING) ?? []
    expect(rules.filter(({ resources }) => resources.includes('secrets')).flatMap(({ verbs }) => verbs)).toEqual(['create'])
  })
})

describe('what a release is given to keep', () => {
  test('stands in Secrets alone: tokens and keys are in no pod, argument, variable or ConfigMap', () => {
    const values: Json = {
      ...EVERYTHING,
      config: { authToken: 'planted-token' },
      ecrRegistryHelper: { enabled: true, collateCredentials: { values: { accessKeyId: 'planted-id', secretAccessKey: 'planted-key' } } },
    }
    const holders = objectsOf(values).filter((object) => JSON.stringify(object).includes('planted'))
    expect(new Set(holders.map(({ kind }) => kind))).toEqual(new Set(['Secret']))
    for (const planted of ['planted-token', 'planted-id', 'planted-key']) expect(JSON.stringify(holders)).toContain(planted)
  })
})

describe("each container of the chart's own", () => {
  test('has a root file system that it cannot write to', () => {
    const ecr = { enabled: true, collateCredentials: { values: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' } } }
    const objects = objectsOf({ ...EVERYTHING, ecrRegistryHelper: ecr }) as unknown as ChartObject[]
    const pods = objects.flatMap((object) => (object.kind === 'Pod' ? [object] : podsOf(object)))
    const containers = pods.flatMap(({ spec }) => {
      const { initContainers = [], containers: others } = spec as unknown as { initContainers?: object[]; containers: object[] }
      return [...initContainers, ...others]
    })
    expect(containers.length).toBeGreaterThanOrEqual(7)
    for (const container of containers) expect(container).toMatchObject({ securityContext: { readOnlyRootFilesystem: true } })
  })
})

describe('the rights of the ingestion pods', () => {
  const withConfig = (config: Json): Json => ({ ...NEEDED, config: { authToken: 'x', ...(config as object) } })

  test('let them get each Secret of their namespace, as the vendor has it', () => {
    expect(roleOf('-ingestion', NEEDED)).toEqual([{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }])
  })

  test('let them get the Secrets that the operator names, and no other', () => {
    expect(roleOf('-ingestion', withConfig({ ingestionPods: { secrets: ['prod-mysql', 'prod-snowflake'] } }))).toEqual([
      { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['prod-mysql', 'prod-snowflake'] },
    ])
  })

  test('are none where the secrets lie in another store', () => {
    expect(roleOf('-ingestion', withConfig({ secretsManager: 'managed-aws', ingestionPods: { secrets: ['prod-mysql'] } }))).toBeUndefined()
  })

  test('are to report to Argo where Argo runs them', () => {
    expect(roleOf('-ingestion', withConfig({ secretsManager: 'gcp', argoWorkflows: { endpoint: 'argo:2746' } }))).toEqual([
      { apiGroups: ['argoproj.io'], resources: ['workflowtaskresults'], verbs: ['create', 'patch'] },
    ])
  })
})

describe('the network policy', () => {
  test('is not there unless it is asked for', () => {
    expect(ofKind('NetworkPolicy', NEEDED)).toEqual([])
  })

  test.each([
    { enabled: false, ports: [53] },
    { enabled: true, ports: [53, 5353] },
  ])('lets out names at the ports of those who answer, on OpenShift: $enabled', ({ enabled, ports }) => {
    const [policy] = ofKind('NetworkPolicy', { ...NEEDED, networkPolicy: { enabled: true }, openshift: { enabled } })
    const names = { ports: ports.flatMap((port) => ['UDP', 'TCP'].map((protocol) => ({ port, protocol }))) }
    expect(policy?.spec).toMatchObject({ egress: expect.arrayContaining([names]) as unknown })
  })

  test('lets in probes and metrics, and out names, Collate, the API server and what the operator adds', () => {
    const proxy = { to: [{ ipBlock: { cidr: '10.0.0.7/32' } }], ports: [{ port: 3128, protocol: 'TCP' }] }
    const networkPolicy = {
      enabled: true,
      collateCidrs: ['203.0.113.0/24', '198.51.100.7/32'],
      apiServerCidrs: ['10.96.0.1/32'],
      apiServerPorts: [443],
      extraEgress: [proxy],
    }
    const [policy] = ofKind('NetworkPolicy', { ...NEEDED, networkPolicy, metricsServerConfiguration: { port: 9000 } })
    const tcp = (port: number): object => ({ port, protocol: 'TCP' })
    const cidr = (block: string): object => ({ ipBlock: { cidr: block } })
    expect(policy?.spec).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'hybrid-ingestion-runner', 'app.kubernetes.io/instance': 'collate-prod' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [tcp(8585), tcp(9000)] }],
      egress: [
        { ports: [{ port: 53, protocol: 'UDP' }, tcp(53)] },
        { to: [cidr('203.0.113.0/24'), cidr('198.51.100.7/32')], ports: [tcp(443)] },
        { to: [cidr('10.96.0.1/32')], ports: [tcp(443)] },
        proxy,
      ],
    })
  })
})
