import { AWAY, NAME, pods, type RefusedValues } from './refused-values.ts'

/** Of a wrong form: nothing else is asked of such values. */
export const REFUSED_BY_SHAPE: readonly RefusedValues[] = [
  {
    name: 'a text for a number',
    values: { terminationGracePeriodSeconds: 'long' },
    lines: ['terminationGracePeriodSeconds: is a text, and must be a whole number, 0 or more. Write its digits without quotes.'],
  },
  { name: 'a negative number', values: { replicaCount: -1 }, lines: ['replicaCount: must be a whole number, 0 or more, such as 2.'] },
  { name: 'half a replica', values: { replicaCount: 1.5 }, lines: ['replicaCount: must be a whole number, 0 or more, such as 2.'] },
  {
    name: 'a text for a flag',
    values: { serviceMonitor: { enabled: 'yes' } },
    lines: ['serviceMonitor.enabled: is a text, and must be true or false. Write it without quotes.'],
  },
  { name: 'a flag for a section', values: { openshift: true }, lines: ['openshift: is a flag, and must be a map. Its keys are enabled.'] },
  {
    name: 'a text for a section that templates read',
    values: { image: 'registry.corp/runner:1.0' },
    lines: ['image: is a text, and must be a map. Its keys are repository, tag, digest, pullPolicy.'],
  },
  {
    name: 'a list for a number',
    values: { config: { maxActiveRuns: [1] } },
    lines: ['config.maxActiveRuns: is a list, and must be a whole number, 1 or more. Write one value behind the colon.'],
  },
  {
    name: 'a map for a text',
    values: { config: { serverHost: { name: 'acme' } } },
    lines: [
      'config.serverHost: is a map, and must be a host such as acme.getcollate.io, without https:// before it; config.useSecureProtocols says which protocol. Write one value behind the colon.',
    ],
  },
  { name: 'a cut key', values: { image: { repo: 'x' } }, lines: ['image.repo: is no value of this chart. Did you mean image.repository?'] },
  { name: 'a key in other capitals', values: { config: { agentID: 'x' } }, lines: ['config.agentID: is no value of this chart. Did you mean config.agentId?'] },
  { name: 'a key by another name', values: { replicas: 2 }, lines: ['replicas: is no value of this chart. Did you mean replicaCount?'] },
  { name: 'a key in the wrong place', values: { authToken: 'x' }, lines: ['authToken: is no value of this chart. Did you mean config.authToken?'] },
  {
    name: 'a section in the wrong place',
    values: { ingestionPods: {} },
    lines: ['ingestionPods: is no value of this chart. Did you mean config.ingestionPods?'],
  },
  {
    name: 'a key like none',
    values: { service: { foo: 1 } },
    lines: ['service.foo: is no value of this chart. There are type, port, metricsPort.'],
  },
  { name: 'a port that is none', values: { service: { port: 70_000 } }, lines: ['service.port: must be a whole number from 1 to 65535.'] },
  {
    name: 'a port 0 of the API server',
    values: { networkPolicy: { apiServerPorts: [0] } },
    lines: ['networkPolicy.apiServerPorts[0]: must be a whole number from 1 to 65535.'],
  },
  { name: 'port 0', values: { metricsServerConfiguration: { port: 0 } }, lines: ['metricsServerConfiguration.port: must be a whole number from 1 to 65535.'] },
  {
    name: 'a pull policy that is none',
    values: { image: { pullPolicy: 'Sometimes' } },
    lines: ['image.pullPolicy: must be one of Always, IfNotPresent, Never.'],
  },
  {
    name: 'a type of Service that is none',
    values: { service: { type: 'Headless' } },
    lines: ['service.type: must be one of ClusterIP, NodePort, LoadBalancer.'],
  },
  { name: 'a log level that is none', values: { config: { logLevel: 'verbose' } }, lines: ['config.logLevel: must be one of debug, info, warn, error.'] },
  {
    name: 'a check of secrets that is none',
    values: { config: { secretsCheck: 'strict' } },
    lines: ['config.secretsCheck: must be one of report, enforce, resolve, off.'],
  },
  {
    name: 'a limit by type as a text',
    values: { config: { maxActiveRunsByType: { profiler: 'five' } } },
    lines: ['config.maxActiveRunsByType.profiler: is a text, and must be a whole number, 1 or more. Write its digits without quotes.'],
  },
  {
    name: 'a number for the value of a node label',
    values: { nodeSelector: { disk: 1 } },
    lines: ['nodeSelector.disk: is a number, and must be a text. Put it in quotes.'],
  },
  {
    name: 'a flag for the value of an annotation',
    values: { podAnnotations: { 'linkerd.io/inject': true } },
    lines: ['podAnnotations.linkerd.io/inject: is a flag, and must be a text. Put it in quotes.'],
  },
  { name: 'a variable without a name', values: { extraEnvs: [{ value: 'a' }] }, lines: ['extraEnvs[0].name: is missing, and has to be there.'] },
  {
    name: 'a variable with a number',
    values: { extraEnvs: [{ name: 'LOG_EVERY', value: 5 }] },
    lines: ['extraEnvs[0].value: is a number, and must be a text. Put it in quotes.'],
  },
  {
    name: 'a key of a section that is like another section',
    values: { serverHost: 'x' },
    lines: ['serverHost: is no value of this chart. Did you mean config.serverHost?'],
  },
  { name: 'a variable with an empty name', values: { extraEnvs: [{ name: '', value: 'a' }] }, lines: ['extraEnvs[0].name: must be a text that is not empty.'] },
  {
    name: 'variables as a map',
    values: { extraEnvs: { A: 'b' } },
    lines: ['extraEnvs: is a map, and must be a list. Write each item behind "- ", on a line of its own.'],
  },
  { name: 'variables as texts', values: { extraEnvs: ['A=b'] }, lines: ['extraEnvs[0]: is a text, and must be a map. Its keys are name, value.'] },
  { name: 'a pull secret as a text', values: { imagePullSecrets: ['a'] }, lines: ['imagePullSecrets[0]: is a text, and must be a map. Its keys are name.'] },
  {
    name: 'a toleration as a text',
    values: { tolerations: ['dedicated'] },
    lines: ['tolerations[0]: is a text, and must be a map. Write its entries below it, each as key: value.'],
  },
  {
    name: "variables of ingestion pods as the runner's",
    values: pods({ extraEnvs: [{ name: 'A', value: 'b' }] }),
    lines: ['config.ingestionPods.extraEnvs[0]: is a map, and must be a text. Write one value behind the colon.'],
  },
  { name: 'an empty name of a Secret', values: pods({ secrets: [''] }), lines: ['config.ingestionPods.secrets[0]: must be a text that is not empty.'] },
  ...['config', 'image', 'service', 'serviceAccount'].map((key) => ({ name: `null for ${key}`, values: { [key]: null }, lines: [`${key}: ${AWAY}`] })),
  {
    name: 'null for what a part needs that is switched on',
    values: { ecrRegistryHelper: { enabled: true, schedule: null, serviceAccount: { create: null } }, serviceMonitor: { enabled: true, interval: null } },
    lines: ['ecrRegistryHelper.schedule', 'ecrRegistryHelper.serviceAccount.create', 'serviceMonitor.interval'].map((path) => `${path}: ${AWAY}`),
  },
  {
    name: 'amounts in the place of limits',
    values: { resources: { limits: '1Gi' } },
    lines: ['resources.limits: is a text, and must be a map. Write its entries below it, each as key: value.'],
  },
  {
    name: 'amounts that are none, and a key that is cut',
    values: { resources: { limits: { memory: '1GB', cpu: [1] }, request: { cpu: 1 } } },
    lines: [
      'resources.limits.cpu: is a list, and must be a quantity such as 500m, 2 or 4096Mi. Write one value behind the colon.',
      'resources.limits.memory: must be a quantity such as 500m, 2 or 4096Mi.',
      'resources.request: is no value of this chart. Did you mean resources.requests?',
    ],
  },
  {
    name: 'an amount of another container that is none',
    values: { argoWorkflows: { controller: { resources: { requests: { cpu: -1 } } } }, ecrRegistryHelper: { resources: { requests: { memory: 'much' } } } },
    lines: ['argoWorkflows.controller.resources.requests.cpu', 'ecrRegistryHelper.resources.requests.memory'].map(
      (path) => `${path}: must be a quantity such as 500m, 2 or 4096Mi.`,
    ),
  },
  { name: 'null for the ingestion pods', values: { config: { ingestionPods: null } }, lines: [`config.ingestionPods: ${AWAY}`] },
  { name: 'null for their account', values: pods({ serviceAccount: null }), lines: [`config.ingestionPods.serviceAccount: ${AWAY}`] },
  {
    name: 'null for several values',
    values: { service: { port: null, metricsPort: null }, config: { agentId: null, serverHost: null } },
    lines: ['config.agentId', 'config.serverHost', 'service.metricsPort', 'service.port'].map((path) => `${path}: ${AWAY}`),
  },
  { name: 'a pull secret with a name that none may have', values: { imagePullSecrets: [{ name: 'My_Secret' }] }, lines: [`imagePullSecrets[0].name: ${NAME}`] },
  { name: 'null in a list', values: { tolerations: [null] }, lines: ['tolerations[0]: is null, and must be a map.'] },
  {
    name: 'two wrong values, told together',
    values: { terminationGracePeriodSeconds: 'two', openshift: true },
    lines: [
      'openshift: is a flag, and must be a map. Its keys are enabled.',
      'terminationGracePeriodSeconds: is a text, and must be a whole number, 0 or more. Write its digits without quotes.',
    ],
  },
]
