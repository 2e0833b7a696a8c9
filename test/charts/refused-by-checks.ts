import { LABEL, LABELS, NAME, NO_JSON, pods, TABLE, TAG, type RefusedValues } from './refused-values.ts'

/** Refused in words of the chart's own, the same under every Helm. */
export const REFUSED_BY_CHECKS: readonly RefusedValues[] = [
  {
    name: 'no token',
    values: { config: { authTokenSecret: null } },
    lines: ["config.authToken: is missing. Put the ingestion bot's token into a Secret and name it in config.authTokenSecret.name and .key, or give it here."],
  },
  {
    name: "a token's key without its Secret",
    values: { config: { authTokenSecret: { name: null, key: 'token' } }, envFrom: [{ secretRef: { name: 'a' } }] },
    lines: ['config.authTokenSecret.name: is missing, though a key is given. Name the Secret that holds the token.'],
  },
  {
    name: 'a token with its scheme',
    values: { config: { authToken: 'Bearer hunter2' } },
    lines: ['config.authToken: must be the token alone, one word without "Bearer".'],
  },
  {
    name: "the vendor's runner",
    values: { image: { repository: '118146679784.dkr.ecr.eu-west-1.amazonaws.com/hybrid-ingestion-runner' } },
    lines: [
      "image.repository: is the vendor's runner, which this chart does not start. Take image.repository, image.tag and image.pullPolicy out of your values, or name a mirror of this chart's own image.",
    ],
  },
  {
    name: 'an image with its tag in the wrong place',
    values: { image: { repository: 'registry.corp/runner:1.0' } },
    lines: ['image.repository: must be the repository of an image in lower case, without a tag.'],
  },
  { name: 'replicas as a word', values: { replicaCount: 'two' }, lines: ['replicaCount: must be a whole number, 0 or more, such as 2.'] },
  {
    name: 'a port as a word',
    values: { service: { metricsPort: 'http' } },
    lines: ['service.metricsPort: must be a whole number from 1 to 65535.'],
  },
  {
    name: 'a port of nothing',
    values: { service: { port: '' } },
    lines: ["service.port: is empty. Give a value (Port of health), or leave the line out for the chart's own."],
  },
  { name: 'a port with a zero in front', values: { service: { port: '08585' } }, lines: ['service.port: must be a whole number from 1 to 65535.'] },
  {
    name: 'two ports of one number, one of them in quotes',
    values: { service: { port: '9000', metricsPort: 9000 } },
    lines: ['service.metricsPort: is service.port, too. Give the two different ports.'],
  },
  { name: 'a tag with blanks', values: { image: { tag: 'a b' } }, lines: [`image.tag: ${TAG}`] },
  { name: 'a tag with half a digest', values: pods({ tag: '1.13.3@sha256:0123' }), lines: [`config.ingestionPods.tag: ${TAG}`] },
  {
    name: 'a tag without quotes, of which YAML has lost a digit',
    values: { image: { tag: 1.1 } },
    lines: ['image.tag: is read as a number, which loses digits (1.10 becomes 1.1). Put it in quotes.'],
  },
  {
    name: 'an image without a repository',
    values: { image: { repository: '' } },
    lines: ["image.repository: is empty. Give a value (Repository of the image), or leave the line out for the chart's own."],
  },
  {
    name: 'nothing for what a part needs that is switched on',
    values: { ecrRegistryHelper: { enabled: true, schedule: '', collateCredentials: { secretRef: 'key' } }, serviceMonitor: { enabled: true, interval: '' } },
    lines: [
      "ecrRegistryHelper.schedule: is empty. Give a value (When it is renewed; a token lives for twelve hours), or leave the line out for the chart's own.",
      "serviceMonitor.interval: is empty. Give a value (How often), or leave the line out for the chart's own.",
    ],
  },
  { name: 'a label that is none', values: { commonLabels: { team: 'data platform' } }, lines: [`commonLabels: ${LABELS}`] },
  { name: 'a key of a label that is none', values: { podLabels: { 'a/b/c': 'x' } }, lines: [`podLabels: ${LABELS}`] },
  {
    name: 'a name that no Service may have',
    values: { fullnameOverride: '1-runner' },
    lines: [
      'fullnameOverride: must begin with a letter and be a name of at most 63 letters, digits and "-", all lower case, and begin and end with a letter or digit.',
    ],
  },
  {
    name: 'a range of addresses that is too long',
    values: { networkPolicy: { collateCidrs: ['1.2.3.4/99'] } },
    lines: ['networkPolicy.collateCidrs: must be ranges of addresses such as 10.0.0.0/8.'],
  },
  {
    name: 'tolerations as a text, in a table that is a map',
    values: pods({ additionalPipelineConfigs: { metadata: { tolerations: 'dedicated' } } }),
    lines: [`${TABLE}.metadata.tolerations: is a text, and must be a list. Write each item behind "- ", on a line of its own.`],
  },
  { name: 'a digest that is cut', values: { image: { digest: 'sha256:abc' } }, lines: ['image.digest: must be sha256: and 64 hexadecimal digits.'] },
  {
    name: 'a host with its protocol',
    values: { config: { serverHost: 'https://acme.getcollate.io' } },
    lines: ['config.serverHost: must be a host such as acme.getcollate.io, without https:// before it; config.useSecureProtocols says which protocol.'],
  },
  {
    name: 'a secrets manager that is none',
    values: { config: { secretsManager: 'vault' } },
    lines: ['config.secretsManager: must be one of kubernetes, managed-aws, aws, managed-aws-ssm, aws-ssm, managed-azure-kv, azure-kv, gcp, db.'],
  },
  {
    name: 'seconds with their unit',
    values: { config: { reconnectDelaySeconds: '5s' } },
    lines: ['config.reconnectDelaySeconds: must be a number of seconds, such as 5, without a unit.'],
  },
  { name: 'a number in words', values: { config: { maxActiveRuns: 'many' } }, lines: ['config.maxActiveRuns: must be a whole number, 1 or more.'] },
  {
    name: 'numbers that the runner would refuse at its start',
    values: { config: { reconnectDelaySeconds: '-1', maxActiveRuns: 0, runTtlSeconds: '1234567890' } },
    lines: [
      'config.reconnectDelaySeconds: must be a number of seconds, such as 5, without a unit.',
      'config.maxActiveRuns: must be a whole number, 1 or more.',
      'config.runTtlSeconds: must be a whole number, of nine digits at most.',
    ],
  },
  { name: 'a name for an address', values: { config: { hostIp: 'nat.corp' } }, lines: ['config.hostIp: must be an IP address, such as 203.0.113.7.'] },
  {
    name: 'a Secret with a name that none may have',
    values: pods({ secrets: ['prod-mysql', 'Prod_Snowflake'] }),
    lines: [`config.ingestionPods.secrets: ${NAME}`],
  },
  {
    name: 'pull secrets as a list, of which one has a name that none may have',
    values: pods({ imagePullSecrets: ['one', 'Two'] }),
    lines: ['config.ingestionPods.imagePullSecrets: must be names of Secrets, separated by commas.'],
  },
  {
    name: "more reserved than may be used, for the chart's own containers",
    values: {
      resources: { limits: { memory: '256Mi' }, requests: { memory: '300Mi' } },
      installArgoWorkflows: true,
      argoWorkflows: { controller: { resources: { limits: { cpu: 0.5 }, requests: { cpu: 1 } } } },
    },
    lines: [
      'resources.requests.memory: is more than resources.limits.memory, which Kubernetes refuses. Lower it to the limit at most, or raise the limit.',
      'argoWorkflows.controller.resources.requests.cpu: is more than argoWorkflows.controller.resources.limits.cpu, which Kubernetes refuses. Lower it to the limit at most, or raise the limit.',
    ],
  },
  {
    name: 'a flag in other words',
    values: { config: { dynamicIngestionVersionEnabled: 'on' } },
    lines: ['config.dynamicIngestionVersionEnabled: must be true or false.'],
  },
  {
    name: 'a proxy without its protocol',
    values: { config: { proxy: { httpsProxy: 'proxy.corp:3128' } } },
    lines: ['config.proxy.httpsProxy: must be an address such as http://proxy.corp:3128; in a user or password before it, what is special is percent-encoded.'],
  },
  {
    name: 'another protocol of proxies',
    values: { config: { proxy: { httpProxy: 'socks5://proxy.corp' } } },
    lines: ['config.proxy.httpProxy: must be an address such as http://proxy.corp:3128; in a user or password before it, what is special is percent-encoded.'],
  },
  { name: 'a namespace in capitals', values: pods({ namespace: 'Ingestion' }), lines: [`config.ingestionPods.namespace: ${LABEL}`] },
  { name: 'a namespace with a dot', values: { namespaceOverride: 'a.b' }, lines: [`namespaceOverride: ${LABEL}`] },
  {
    name: 'an account that no object may be called',
    values: pods({ serviceAccount: { name: 'My_Account' } }),
    lines: [`config.ingestionPods.serviceAccount.name: ${NAME}`],
  },
  {
    name: 'the account of all others',
    values: pods({ namespace: 'ingestion', serviceAccount: { name: 'default' } }),
    lines: [
      'config.ingestionPods.serviceAccount.name: is "default", to which every pod of that namespace would get the rights of ingestion. Name an account of its own.',
    ],
  },
  {
    name: 'memory in another unit',
    values: pods({ resources: { limits: { memory: '4GB' } } }),
    lines: ['config.ingestionPods.resources.limits.memory: must be a quantity such as 500m, 2 or 4096Mi.'],
  },
  {
    name: 'cores in words',
    values: pods({ automationResources: { requests: { cpu: 'half' } } }),
    lines: ['config.ingestionPods.automationResources.requests.cpu: must be a quantity such as 500m, 2 or 4096Mi.'],
  },
  {
    name: 'more memory reserved than may be used',
    values: pods({ resources: { limits: { memory: '2Gi' }, requests: { memory: '3000Mi' } } }),
    lines: [
      'config.ingestionPods.resources.requests.memory: is more than config.ingestionPods.resources.limits.memory, which Kubernetes refuses. Lower it to the limit at most, or raise the limit.',
    ],
  },
  {
    name: 'more cores reserved than may be used, for automations',
    values: pods({ automationResources: { limits: { cpu: '300m' }, requests: { cpu: 0.5 } } }),
    lines: [
      'config.ingestionPods.automationResources.requests.cpu: is more than config.ingestionPods.automationResources.limits.cpu, which Kubernetes refuses. Lower it to the limit at most, or raise the limit.',
    ],
  },
  {
    name: 'variables with an equals sign',
    values: pods({ extraEnvs: ['A=1'] }),
    lines: ['config.ingestionPods.extraEnvs: must be variables, each NAME:value in one text.'],
  },
  {
    name: 'variables of ingestion pods in a text that is none',
    values: pods({ extraEnvs: 'A=1,B=2' }),
    lines: ['config.ingestionPods.extraEnvs: must be variables, each NAME:value in one text.'],
  },
  {
    name: 'pull secrets that no object may be called',
    values: pods({ imagePullSecrets: 'one, Two' }),
    lines: ['config.ingestionPods.imagePullSecrets: must be names of Secrets, separated by commas.'],
  },
  {
    name: 'a schedule of four fields',
    values: { ecrRegistryHelper: { schedule: '0 6 * *' } },
    lines: ['ecrRegistryHelper.schedule: must be a schedule of five fields, such as 0 0/6 * * *.'],
  },
  {
    name: 'a share that is none',
    values: { podDisruptionBudget: { minAvailable: 'all' } },
    lines: ['podDisruptionBudget.minAvailable: must be a number of pods, or a share of them such as 50%.'],
  },
  {
    name: 'a budget with both of its bounds',
    values: { podDisruptionBudget: { enabled: true, minAvailable: 1, maxUnavailable: '50%' } },
    lines: ['podDisruptionBudget.maxUnavailable: stands beside podDisruptionBudget.minAvailable, and Kubernetes takes only one of the two. Take one out.'],
  },
  {
    name: 'a path that does not begin',
    values: { metricsServerConfiguration: { path: 'metrics' } },
    lines: ['metricsServerConfiguration.path: must begin with /.'],
  },
  {
    name: 'metrics where health is',
    values: { metricsServerConfiguration: { port: 8585 } },
    lines: ['metricsServerConfiguration.port: is the port where the runner serves its health. Take another one.'],
  },
  {
    name: 'ports in variables that are none',
    values: {
      extraEnvs: [
        { name: 'APP_SERVER_PORT', value: '08585' },
        { name: 'METRICS_SERVER_PORT', value: '65536' },
      ],
    },
    lines: ['APP_SERVER_PORT', 'METRICS_SERVER_PORT'].map(
      (name) => `extraEnvs[${name}]: must be a port, digits from 1 to 65535: the container, its probes and the Service go by it.`,
    ),
  },
  {
    name: 'one port for two things',
    values: { service: { port: 8080, metricsPort: 8080 } },
    lines: ['service.metricsPort: is service.port, too. Give the two different ports.'],
  },
  {
    name: 'an interval without its unit',
    values: { serviceMonitor: { interval: '30' } },
    lines: ['serviceMonitor.interval: must be a time such as 30s or 1m.'],
  },
  {
    name: 'addresses without their range',
    values: { networkPolicy: { collateCidrs: ['10.0.0.1'] } },
    lines: ['networkPolicy.collateCidrs: must be ranges of addresses such as 10.0.0.0/8.'],
  },
  {
    name: 'Argo in a variable, without Argo among the values',
    values: { extraEnvs: [{ name: 'EXECUTOR_TYPE', value: 'argo' }] },
    lines: [
      'extraEnvs[EXECUTOR_TYPE]: is argo, while the values choose Simple Kubernetes. Take it out; to have Argo, set installArgoWorkflows to true, or name an Argo that is there in config.argoWorkflows.endpoint.',
    ],
  },
  {
    name: 'no Argo in a variable, with Argo among the values',
    values: { config: { argoWorkflows: { endpoint: 'argo:2746' } }, extraEnvs: [{ name: 'EXECUTOR_TYPE', value: 'simpleK8s' }] },
    lines: [
      'extraEnvs[EXECUTOR_TYPE]: is simpleK8s, while the values choose Argo. Take it out; to have pods without Argo, set installArgoWorkflows to false and leave config.argoWorkflows.endpoint empty.',
    ],
  },
  {
    name: 'an executor that is none',
    values: { extraEnvs: [{ name: 'EXECUTOR_TYPE', value: 'kubernetes' }] },
    lines: [
      'extraEnvs[EXECUTOR_TYPE]: must be simpleK8s or argo. Better take it out: the values choose the executor; to have Argo, set installArgoWorkflows to true, or name an Argo that is there in config.argoWorkflows.endpoint.',
    ],
  },
  {
    name: "a variable that is the pod's",
    values: {
      extraEnvs: [
        { name: 'POD_NAME', value: 'me' },
        { name: 'POD_UID', value: '1' },
      ],
    },
    lines: ['POD_NAME', 'POD_UID'].map((name) => `extraEnvs[${name}]: must be of the pod, as the chart sets it: the lease is held by that name. Take it out.`),
  },
  {
    name: "a variable of the pod's from another field, beside one that quotes the right one",
    values: {
      extraEnvs: [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        { name: 'QUOTED', value: '{"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}' },
      ],
    },
    lines: ['extraEnvs[POD_NAME]: must be of the pod, as the chart sets it: the lease is held by that name. Take it out.'],
  },
  {
    name: "a variable of the pod's, right and twice",
    values: { extraEnvs: ['x', 'y'].map(() => ({ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } })) },
    lines: ['extraEnvs[POD_NAME]: stands there twice, and only the last would count. Take one out.'],
  },
  {
    name: 'a variable that stands there twice, and another three times',
    values: { extraEnvs: ['A', 'B', 'A', 'LOG_LEVEL', 'B', 'A'].map((name) => ({ name, value: 'x' })) },
    lines: ['A', 'B'].map((name) => `extraEnvs[${name}]: stands there twice, and only the last would count. Take one out.`),
  },
  {
    name: 'a variable of the refresher twice',
    values: { ecrRegistryHelper: { extraEnvs: [{ name: 'A' }, { name: 'A' }] } },
    lines: ['ecrRegistryHelper.extraEnvs[A]: stands there twice, and only the last would count. Take one out.'],
  },
  {
    name: "volumes with names of the chart's own, and one twice",
    values: {
      config: { extraCa: { configMap: 'corporate-ca' }, ingestionPods: { customConfig: { enabled: true } } },
      volumes: ['auth-token', 'ingestion-config', 'extra-ca', 'mine', 'mine'].map((name) => ({ name, emptyDir: {} })),
    },
    lines: [
      ...['auth-token', 'ingestion-config', 'extra-ca'].map(
        (name) => `volumes[${name}]: is the name of a volume of the chart's. Give yours another name, here and in volumeMounts.`,
      ),
      'volumes[mine]: stands there twice, which Kubernetes refuses. Give each volume a name of its own.',
    ],
  },
  {
    name: 'mounts where the chart mounts, and two at one place',
    values: {
      volumes: [{ name: 'mine', emptyDir: {} }],
      volumeMounts: ['/var/run/secrets/collate', '/data', '/data'].map((mountPath) => ({ name: 'mine', mountPath })),
    },
    lines: [
      'volumeMounts[/var/run/secrets/collate]: is where the chart mounts a volume of its own. Mount yours at another path.',
      'volumeMounts[/data]: stands there twice, which Kubernetes refuses. Mount each volume at a path of its own.',
    ],
  },
  {
    name: 'a pull secret that stands there twice',
    values: { imagePullSecrets: [{ name: 'one' }, { name: 'two' }, { name: 'one' }] },
    lines: ['imagePullSecrets[one]: stands there twice, which Kubernetes refuses. Take one out.'],
  },
  {
    name: 'three wrong values, told together',
    values: { config: { serverHost: 'wss://acme', ingestionPods: { namespace: 'A', additionalPipelineConfigs: '{' } } },
    lines: [
      'config.serverHost: must be a host such as acme.getcollate.io, without https:// before it; config.useSecureProtocols says which protocol.',
      `config.ingestionPods.namespace: ${LABEL}`,
      NO_JSON,
    ],
  },
]
