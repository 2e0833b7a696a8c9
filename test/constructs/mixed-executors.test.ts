import { describe, expect, test } from 'vitest'
import { warningsOf } from '../../constructs/chart/warnings.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { overlaidValues } from '../../constructs/values/overlaid-values.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'

const RELEASE = { name: 'collate-prod', namespace: 'runner', version: '1.2.3' }
const NEEDED: Json = {
  config: { serverHost: 'acme.getcollate.io', authTokenSecret: { name: 'collate-token', key: 'token' } },
  ecrRegistryHelper: { enabled: false },
}
const ENDPOINT: Json = { config: { argoWorkflows: { endpoint: 'argo:2746' } } }
const INSTALLED: Json = { installArgoWorkflows: true }

const scopeOf = (...over: Json[]) => scopeFor([NEEDED, ...over].reduce(overlaidValues), RELEASE)
const told = (...over: Json[]): string[] => warningsOf(scopeOf(...over))
const config = (values: Json): Json => ({ config: values })
const variable = (name: string, value: string): Json => ({ extraEnvs: [{ name, value }] })

const table = (entry: Json): Json => config({ ingestionPods: { additionalPipelineConfigs: JSON.stringify({ metadata: entry }) } })
const AT = 'config.ingestionPods.additionalPipelineConfigs.metadata'
const TOLERATION = { toleration: 'ingestion' }
const TOLERATIONS = { tolerations: [{ key: 'dedicated' }] }

describe('a variable that names the executor', () => {
  test.each([
    { name: 'argo, as the values', values: [INSTALLED, variable('EXECUTOR_TYPE', 'argo')] },
    { name: 'simpleK8s, as the values', values: [variable('EXECUTOR_TYPE', 'simpleK8s')] },
    { name: 'put together by Kubernetes', values: [variable('EXECUTOR_TYPE', '$(OTHER)')] },
    { name: 'from a ConfigMap', values: [{ extraEnvs: [{ name: 'EXECUTOR_TYPE', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }] }] },
    { name: 'empty', values: [variable('EXECUTOR_TYPE', '')] },
  ])('is taken where it is $name', ({ values }) => {
    expect(problemsOf(scopeOf(...values))).toEqual([])
  })
})

describe('settings of the other executor', () => {
  test.each([
    {
      name: 'an endpoint beside an Argo of the release',
      values: [INSTALLED, ENDPOINT],
      line: /^config\.argoWorkflows\.endpoint has no effect beside installArgoWorkflows: true/,
    },
    {
      name: "the life of Argo's Workflows",
      values: [config({ argoWorkflows: { secondsAfterCompletionTTL: 0 } })],
      line: /^config\.argoWorkflows\.secondsAfterCompletionTTL has no effect without Argo: config\.runTtlSeconds/,
    },
    {
      name: "resources of Argo's controller",
      values: [{ argoWorkflows: { controller: { resources: { limits: { memory: '1Gi' } } } } }],
      line: /^argoWorkflows\.controller\.resources has no effect, for the release installs no Argo\. Take it out, or set installArgoWorkflows to true\.$/,
    },
    {
      name: "resources of Argo's controller beside an Argo of somebody else's",
      values: [ENDPOINT, { argoWorkflows: { controller: { nodeSelector: { pool: 'argo' } } } }],
      line: /^argoWorkflows\.controller\.nodeSelector has no effect/,
    },
    {
      name: 'no definitions of an Argo that is not installed',
      values: [{ argoWorkflows: { crds: { install: false } } }],
      line: /^argoWorkflows\.crds\.install has no effect/,
    },
    {
      name: "an endpoint in the runner's variable",
      values: [variable('PIPELINE_SERVICE_CLIENT_ENDPOINT', 'argo:2746')],
      line: /^extraEnvs sets PIPELINE_SERVICE_CLIENT_ENDPOINT/,
    },
    {
      name: "Argo's toleration in the table",
      values: [table(TOLERATION)],
      line: `${AT}.toleration: is read by the Argo executor only and has no effect here; give tolerations, a list of Kubernetes tolerations.`,
    },
    {
      name: "Argo's affinity in the table",
      values: [table({ affinity: {} })],
      line: new RegExp(`^${AT}\\.affinity: is read by the Argo executor only .*use nodeSelector`),
    },
    {
      name: 'tolerations in the table, under Argo',
      values: [ENDPOINT, table(TOLERATIONS)],
      line: new RegExp(`^${AT}\\.tolerations: is read by the Simple Kubernetes executor only .*give toleration, `),
    },
    {
      name: 'a table that is a map',
      values: [config({ ingestionPods: { additionalPipelineConfigs: { metadata: TOLERATION } } })],
      line: new RegExp(`^${AT}\\.toleration: `),
    },
    {
      name: "a table in the runner's variable",
      values: [variable('SIMPLEK8S_PIPELINE_TYPE_CONFIGS', JSON.stringify({ profiler: TOLERATION }))],
      line: /^extraEnvs\[SIMPLEK8S_PIPELINE_TYPE_CONFIGS\]\.profiler\.toleration: is read by the Argo executor only/,
    },
  ])('are told of, and of nothing else: $name', ({ values, line }) => {
    const lines = told(...values)
    expect(lines).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)])
    expect(problemsOf(scopeOf(...values))).toEqual([])
  })

  test.each([
    { name: 'nothing is set', values: [] },
    {
      name: 'Argo is installed with its settings',
      values: [INSTALLED, table(TOLERATION), { argoWorkflows: { controller: { nodeSelector: { pool: 'argo' } }, crds: { install: false } } }],
    },
    { name: 'Argo is there, and the life of Workflows is set', values: [ENDPOINT, config({ argoWorkflows: { secondsAfterCompletionTTL: '3600' } })] },
    {
      name: "there is no Argo, and a file lists the sub-chart's own defaults",
      values: [{ argoWorkflows: { fullnameOverride: 'argo-workflows', crds: { install: true }, controller: { affinity: {}, tolerations: [] } } }],
    },
    { name: 'the table is for either', values: [table({ nodeSelector: { pool: 'a' }, priorityClass: 'high', resources: {} })] },
  ])('are not told of where $name', ({ values }) => {
    expect(told(...values)).toEqual([])
  })
})

describe("the runner's account", () => {
  const line = expect.stringMatching(/^serviceAccount: the runner has the account "default"/)

  test.each([{ serviceAccount: { create: false } }, { serviceAccount: { create: false, name: '' } }, { serviceAccount: { name: 'default' } }])(
    'is told of where it is that of all other pods: %o',
    (values) => {
      expect(told(values)).toEqual([line])
    },
  )

  test.each([{ serviceAccount: { create: false, name: 'mine' } }, { serviceAccount: { create: true } }])('is not told of where it is its own: %o', (values) => {
    expect(told(values)).toEqual([])
  })
})

describe('a variable by which the chart makes nothing', () => {
  const line = (name: string): unknown => expect.stringMatching(new RegExp(`^extraEnvs\\[${name}\\] is not what config\\.`))

  test.each([
    { name: 'INGESTION_NAMESPACE', other: 'elsewhere', same: 'runner' },
    { name: 'INGESTION_SERVICE_ACCOUNT_NAME', other: 'mine', same: 'ingestion' },
    { name: 'SECRETS_MANAGER', other: 'gcp', same: 'kubernetes' },
  ])('is told of where it says otherwise than the values: $name', ({ name, other, same }) => {
    expect(told(variable(name, other))).toEqual([line(name)])
    expect(told(variable(name, same))).toEqual([])
    expect(told(variable(name, '$(OTHER)'))).toEqual([])
    expect(told({ extraEnvs: [{ name, valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }] })).toEqual([])
  })
})

describe('a wait before the next try of the link', () => {
  test.each([
    { reconnectDelaySeconds: 0, counts: 0.1 },
    { reconnectDelaySeconds: '0', counts: 0.1 },
    { reconnectDelaySeconds: '0.1', counts: undefined },
    { reconnectDelaySeconds: 60, counts: undefined },
    { reconnectDelaySeconds: '60.5', counts: 60 },
    { reconnectDelaySeconds: 300, counts: 60 },
    { reconnectDelaySeconds: '', counts: undefined },
    { reconnectDelaySeconds: null, counts: undefined },
  ])('of $reconnectDelaySeconds counts as: $counts', ({ reconnectDelaySeconds, counts }) => {
    const line = expect.stringMatching(new RegExp(`^config\\.reconnectDelaySeconds counts as ${counts},`))
    expect(told(config({ reconnectDelaySeconds }))).toEqual(counts === undefined ? [] : [line])
  })
})

describe('a comma in a variable of the pods', () => {
  test.each<{ extraEnvs: Json; isTold: boolean }>([
    { extraEnvs: ['A:1,B:2'], isTold: true },
    { extraEnvs: ['HOSTS:a,b', 'PEERS:a:1,b:2', 'URLS:http://a,HTTP://B'], isTold: false },
    { extraEnvs: ['A:1,', 'B:2'], isTold: false },
    { extraEnvs: 'A:1,B:2', isTold: false },
    { extraEnvs: '', isTold: false },
  ])('of $extraEnvs is told of: $isTold', ({ extraEnvs, isTold }) => {
    const line = expect.stringMatching(/^config\.ingestionPods\.extraEnvs: behind a comma/)
    expect(told(config({ ingestionPods: { extraEnvs } }))).toEqual(isTold ? [line] : [])
  })
})

describe('alerts', () => {
  test.each([
    { serviceMonitor: {}, isTold: true },
    { serviceMonitor: { enabled: true }, isTold: false },
  ])('that count a runner which nobody scrapes are told of: $isTold', ({ serviceMonitor, isTold }) => {
    const line = expect.stringMatching(/^prometheusRules\.enabled without serviceMonitor\.enabled: HybridAgentDown/)
    expect(told({ prometheusRules: { enabled: true }, serviceMonitor })).toEqual(isTold ? [line] : [])
    expect(told({ serviceMonitor })).toEqual([])
  })
})

describe("a tag of the runner's image", () => {
  test.each([
    { name: "of another version, with the chart's own repository", image: { tag: '1.11.10' }, isTold: true },
    { name: "that is the chart's version", image: { tag: '1.2.3' }, isTold: false },
    { name: "that is the chart's version, and a digest", image: { tag: `1.2.3@sha256:${'0'.repeat(64)}` }, isTold: false },
    { name: "in a repository of the operator's", image: { repository: 'registry.corp/runner', tag: '1.11.10' }, isTold: false },
    { name: 'beside a digest, which counts', image: { tag: '1.11.10', digest: `sha256:${'0'.repeat(64)}` }, isTold: false },
  ])('$name is told of: $isTold', ({ image, isTold }) => {
    expect(told({ image })).toEqual(isTold ? [expect.stringMatching(/^image\.tag is not this chart's version/)] : [])
  })
})

describe('an account that does not do', () => {
  test.each(['default', '', null])('is told of: of the pods, the one that all others have, as %o', (name) => {
    const account: Json = config({ ingestionPods: { serviceAccount: { create: false, name } } })
    expect(told(account)).toEqual([expect.stringMatching(/^config\.ingestionPods\.serviceAccount\.name is "default"/)])
  })

  test("is told of: the runner's, where nothing of it is mounted", () => {
    const line = expect.stringMatching(/^serviceAccount\.automount is false/)
    expect(told({ serviceAccount: { automount: false } })).toEqual([line])
    expect(told({ serviceAccount: { automount: false }, volumes: [{ name: 'token', projected: {} }] })).toEqual([])
    expect(told({ serviceAccount: { automount: false, create: false, name: 'mine' } })).toEqual([])
  })
})
