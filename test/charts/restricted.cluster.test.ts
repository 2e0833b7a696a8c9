/** Every object of the chart is one that a real API server takes, strictly, in a namespace that enforces the strictest Pod Security Standard. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { mergedValues } from '../../constructs/values/merged-values.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { type ChartObject, objectionsTo, podsOf } from './dry-run.ts'

let cluster: Cluster
let namespace: TestNamespace

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  const level = 'restricted'
  namespace = await createNamespace(cluster, 'restricted', { 'pod-security.kubernetes.io/enforce': level, 'pod-security.kubernetes.io/warn': level })
})
afterAll(async () => namespace?.delete())

const NEEDED: Json = { config: { authToken: 'x' }, ecrRegistryHelper: { enabled: false } }
const KEY = { ecrRegistryHelper: { enabled: true, collateCredentials: { values: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' } } } }

/** Everything that a release can have at once. */
const EVERYTHING: Json = {
  ...KEY,
  replicaCount: 2,
  commonLabels: { team: 'data' },
  podLabels: { 'app.example.com/part': 'agent' },
  podAnnotations: { 'example.com/note': 'a note' },
  deploymentAnnotations: { 'example.com/owner': 'data' },
  extraEnvs: [{ name: 'LOG_LEVEL', value: 'debug' }],
  envFrom: [{ secretRef: { name: 'proxy' } }],
  volumes: [{ name: 'scratch', emptyDir: {} }],
  volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] } },
  },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { a: 'b' } } },
  ],
  imagePullSecrets: [{ name: 'registry' }],
  podDisruptionBudget: { enabled: true, minAvailable: '50%' },
  networkPolicy: { enabled: true, extraEgress: [{ to: [{ ipBlock: { cidr: '10.0.0.7/32' } }], ports: [{ port: 3128, protocol: 'TCP' }] }] },
  serviceMonitor: { enabled: true },
  prometheusRules: { enabled: true },
  grafanaDashboard: { enabled: true },
  config: {
    authToken: 'x',
    proxy: { httpsProxy: 'http://proxy.corp:3128', noProxy: '.cluster.local' },
    extraCa: { configMap: 'corporate-ca' },
    maxActiveRunsByType: { profiler: 5 },
    ingestionPods: {
      secrets: ['prod-mysql'],
      extraEnvs: ['A:1'],
      serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/ingestion' } },
      additionalPipelineConfigs: '{"metadata":{"nodeSelector":{"pool":"data"}}}',
      customConfig: { enabled: true, containerParams: { env: [{ name: 'NAME', value: 'value' }] } },
    },
  },
}

const CASES: readonly { readonly name: string; readonly values: Json }[] = [
  { name: 'with little more than the defaults', values: NEEDED },
  { name: 'with a token of its own Secret', values: { config: { authTokenSecret: { name: 'token', key: 'token' } }, ecrRegistryHelper: { enabled: false } } },
  { name: 'with the vendor’s registry', values: mergedValues(KEY, NEEDED) },
  { name: 'with an Argo that is there', values: mergedValues({ config: { argoWorkflows: { endpoint: 'argo:2746' } } }, NEEDED) },
  { name: 'with an Argo of its own', values: mergedValues({ installArgoWorkflows: true }, NEEDED) },
  { name: 'under OpenShift', values: mergedValues({ openshift: { enabled: true } }, NEEDED) },
  {
    name: 'with accounts of the operator',
    values: mergedValues({ serviceAccount: { create: false, name: 'a' }, config: { ingestionPods: { serviceAccount: { create: false } } } }, NEEDED),
  },
  { name: 'with secrets in another store', values: mergedValues({ config: { secretsManager: 'managed-aws' } }, NEEDED) },
  { name: 'with everything on', values: EVERYTHING },
  { name: 'with everything on, Argo and OpenShift', values: mergedValues({ installArgoWorkflows: true, openshift: { enabled: true } }, EVERYTHING) },
]

/** Kinds of the Prometheus and Grafana operators: only their own definitions know what is right, and these are not Kubernetes'. */
const OF_OTHERS = ['ServiceMonitor', 'PrometheusRule', 'GrafanaDashboard']

/** A pod is refused before its account is there. */
const accountsIn = (objects: readonly ChartObject[]): string[] => [...new Set(objects.flatMap(({ kind, spec }) => (kind === 'Pod' ? accountOf(spec) : [])))]
const accountOf = (spec: object = {}): string[] => ('serviceAccountName' in spec ? [String(spec.serviceAccountName)] : [])

async function createAccount(name: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace.name}/serviceaccounts`
  const { status } = await cluster.api({ method: 'POST', path, body: { metadata: { name } } })
  if (![201, 409].includes(status)) throw new Error(`service account ${name}: ${status}`)
}

/** A priority class has to be there, too, before a pod may name it, so none is named. */
const objectsOf = (values: Json): ChartObject[] =>
  plainObjects(values, { name: 'collate-prod', namespace: namespace.name, version: '1.2.3' }) as unknown as ChartObject[]

describe.concurrent('every object of the chart is taken without a word', () => {
  test.for(CASES)('$name', async ({ values }) => {
    const objects = objectsOf(values).filter(({ kind }) => !OF_OTHERS.includes(kind))
    const judged = [...objects, ...objects.flatMap(podsOf)]
    await Promise.all(accountsIn(judged).map(createAccount))
    const objections = await Promise.all(judged.map(async (object) => objectionsTo(cluster, namespace.name, object)))
    expect(objections.flat()).toEqual([])
    expect(judged.filter(({ kind }) => kind === 'Pod').length).toBeGreaterThanOrEqual(3)
  })
})

test('one that is not restricted, has a field of no kind, or is out of date would be told of', async () => {
  const container = { name: 'a', image: 'a' }
  const pod: ChartObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [container] } as object }
  expect(await objectionsTo(cluster, namespace.name, pod)).toEqual([expect.stringMatching(/violates PodSecurity/)])
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } }
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { selector: { matchLabels: { a: 'b' } }, template },
  } as ChartObject
  expect(await objectionsTo(cluster, namespace.name, deployment)).toEqual([expect.stringMatching(/would violate PodSecurity/)])
  const misspelt = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, datta: {} } as ChartObject
  expect(await objectionsTo(cluster, namespace.name, misspelt)).toEqual([expect.stringMatching(/datta/)])
})
