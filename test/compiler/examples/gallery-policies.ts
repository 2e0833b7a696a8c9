import { SECRETS_MANAGERS } from '../../../compiler/secrets-manager.ts'
import type { SecretsManager } from '../../../compiler/secrets-manager.ts'
import type { RunCase } from './gallery-case.ts'
import { entryFor } from './policy.ts'
import { aMetadataRun, aRunWithManyFilters, withLimits } from './run-request.ts'
import { variableOf } from './view.ts'

/** A case of one entry of the table, for metadata pods unless another type is named. */
function entry(shows: string, fields: object, rest: Pick<RunCase, 'point' | 'executors'>, type = 'metadata'): RunCase {
  return { shows, environment: (executor) => entryFor(type, fields, executor), ...rest }
}

const NODE_LABELS = { 'nodetype': 'openmetadata-hybrid-runner', 'kubernetes.io/arch': 'amd64' }

const DEDICATED = [{ key: 'dedicated', operator: 'Equal', value: 'openmetadata-hybrid-runner' }]

const TOLERATIONS = [
  { key: 'nodetype', operator: 'Equal', value: 'openmetadata-hybrid-runner', effect: 'NoSchedule' },
  { key: 'spot', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 120 },
]

const NODE_AFFINITY = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'nodetype', operator: 'In', values: ['openmetadata-hybrid-runner'] }] }],
    },
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, preference: { matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['7'] }] } }],
  },
}

const BESIDE_PROXY = { topologyKey: 'topology.kubernetes.io/zone', labelSelector: { matchLabels: { app: 'egress-proxy' } } }

const POD_AFFINITY = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [BESIDE_PROXY] } }

const APART = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'openmetadata-ingestion' } } }

const POD_ANTI_AFFINITY = { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: APART }] } }

/** A case of fields of the operator's own, which both executors take: whole ones where the table has one word, or none. */
function custom(shows: string, workflowParams: object, point: RunCase['point']): RunCase {
  return { shows, files: { workflowParams }, point }
}

const CUSTOM_PLACEMENT: Readonly<Record<string, RunCase>> = {
  'custom-tolerations': custom(
    "Whole tolerations for every pod, by the operator's own fields: what the one word of Argo's table cannot say.",
    { tolerations: TOLERATIONS },
    ({ spec }) => [spec.tolerations, TOLERATIONS],
  ),
  'custom-node-affinity': custom(
    "Nodes wanted and nodes preferred, by the operator's own fields: the table of the Simple Kubernetes executor has no affinity.",
    { affinity: NODE_AFFINITY },
    ({ spec }) => [spec.affinity, NODE_AFFINITY],
  ),
  'custom-pod-affinity': custom("A zone where certain pods run, by the operator's own fields.", { affinity: POD_AFFINITY }, ({ spec }) => [
    spec.affinity,
    POD_AFFINITY,
  ]),
  'custom-pod-anti-affinity': custom("Pods of runs kept apart, by the operator's own fields.", { affinity: POD_ANTI_AFFINITY }, ({ spec }) => [
    spec.affinity,
    POD_ANTI_AFFINITY,
  ]),
}

const PLACEMENT: Readonly<Record<string, RunCase>> = {
  'toleration': entry(
    "Argo's one word for a taint: nodes tainted `dedicated=<word>`, whatever the effect.",
    { toleration: 'openmetadata-hybrid-runner' },
    { executors: ['argo'], point: ({ spec }) => [spec.tolerations, DEDICATED] },
  ),
  'tolerations': entry(
    'Two taints of nodes tolerated, for metadata pods only.',
    { tolerations: TOLERATIONS },
    { executors: ['simpleK8s'], point: ({ spec }) => [spec.tolerations, TOLERATIONS] },
  ),
  'tolerations-for-every-type': {
    shows: 'The entry `default`, which holds for every pipeline type without an entry of its own.',
    environment: (executor) =>
      entryFor('default', executor === 'argo' ? { toleration: 'openmetadata-hybrid-runner' } : { tolerations: [{ operator: 'Exists' }] }, executor),
    point: ({ spec }, executor) => [spec.tolerations, executor === 'argo' ? DEDICATED : [{ operator: 'Exists' }]],
  },
  'node-affinity': entry(
    'Nodes wanted and nodes preferred.',
    { affinity: NODE_AFFINITY },
    { executors: ['argo'], point: ({ spec }) => [spec.affinity, NODE_AFFINITY] },
  ),
  'pod-affinity': entry(
    'A zone where certain pods run.',
    { affinity: POD_AFFINITY },
    { executors: ['argo'], point: ({ spec }) => [spec.affinity, POD_AFFINITY] },
  ),
  'pod-anti-affinity': entry(
    'Pods of runs kept apart.',
    { affinity: POD_ANTI_AFFINITY },
    { executors: ['argo'], point: ({ spec }) => [spec.affinity, POD_ANTI_AFFINITY] },
  ),
  'node-selector': entry(
    'Metadata pods on nodes with certain labels.',
    { nodeSelector: NODE_LABELS },
    { point: ({ spec }) => [spec.nodeSelector, NODE_LABELS] },
  ),
  'priority-class': entry(
    'A priority class for metadata pods.',
    { priorityClass: 'ingestion-high' },
    { point: ({ priorityClass }) => [priorityClass, 'ingestion-high'] },
  ),
  'resources': entry(
    'Resources of a type laid over the general ones: where they contradict, the general ones give way.',
    { resources: { requests: { cpu: '500m' }, limits: { 'cpu': 2, 'memory': '2Gi', 'ephemeral-storage': '1Gi' } } },
    {
      point: ({ container }) => [
        container.resources,
        { requests: { cpu: '500m', memory: '2Gi' }, limits: { 'cpu': '2', 'memory': '2Gi', 'ephemeral-storage': '1Gi' } },
      ],
    },
  ),
}

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`

const IMAGES: Readonly<Record<string, RunCase>> = {
  'image-tag-dynamic': {
    shows: "The image's tag follows the version of the Collate server, here 1.12.4.",
    facts: { serverVersion: '1.12.4' },
    point: ({ container }) => [container.image, 'registry.example.com/collate/ingestion:om-1.12.4-cl-1.12.4'],
  },
  'image-tag-fixed': {
    shows: 'Dynamic versions off: the configured tag holds.',
    environment: () => ({ DYNAMIC_INGESTION_VERSION_ENABLED: 'false' }),
    point: ({ container }) => [container.image, 'registry.example.com/collate/ingestion:om-1.11.0-cl-1.11.0'],
  },
  'image-digest': {
    shows: 'An image pinned by digest, which wins over dynamic versions.',
    environment: () => ({ INGESTION_IMAGE: `registry.example.com/collate/ingestion@${DIGEST}` }),
    point: ({ container }) => [container.image, `registry.example.com/collate/ingestion@${DIGEST}`],
  },
  'own-registry': {
    shows: 'An image of your own in a registry with a port, always pulled, its version not compared.',
    environment: () => ({
      INGESTION_IMAGE: 'registry.example.com:5000/my-image:my-tag',
      DYNAMIC_INGESTION_VERSION_ENABLED: 'false',
      INGESTION_DISABLE_VERSION_VALIDATION: 'true',
      INGESTION_IMAGE_PULL_POLICY: 'Always',
      INGESTION_IMAGE_PULL_SECRETS: 'my-credentials',
    }),
    point: ({ container }) => [
      [container.image, container.imagePullPolicy],
      ['registry.example.com:5000/my-image:my-tag', 'Always'],
    ],
  },
  'pull-secrets': {
    shows: 'Two pull secrets for images of a private registry.',
    environment: () => ({ INGESTION_IMAGE_PULL_SECRETS: 'omd-registry-credentials, mirror-credentials' }),
    point: ({ spec }) => [spec.imagePullSecrets, [{ name: 'omd-registry-credentials' }, { name: 'mirror-credentials' }]],
  },
}

/** A case for each place where secrets may lie. */
function secretsManagerCases(): Record<string, RunCase> {
  const cases = SECRETS_MANAGERS.map((manager): [string, RunCase] => [`secrets-manager-${manager}`, secretsManagerCase(manager)])
  return Object.fromEntries(cases)
}

function secretsManagerCase(manager: SecretsManager): RunCase {
  const isAzure = manager.endsWith('azure-kv')
  const extra: Readonly<Record<string, string>> = isAzure
    ? { AZURE_KEY_VAULT_NAME: 'acme-vault' }
    : manager.includes('aws')
      ? { AWS_DEFAULT_REGION: 'eu-west-1' }
      : {}
  return {
    shows: `Secrets manager \`${manager}\`: ${SECRETS_SENTENCES[manager]}`,
    environment: () => ({ SECRETS_MANAGER: manager, INGESTION_EXTRA_ENVS: JSON.stringify(extra) }),
    point: (view) => [
      [view.labels['azure.workload.identity/use'], variableOf(view, 'KUBERNETES_IN_CLUSTER'), ...Object.keys(extra).map((name) => variableOf(view, name))],
      [isAzure ? 'true' : undefined, manager === 'kubernetes' ? 'true' : undefined, ...Object.values(extra)],
    ],
  }
}

const AWS = 'credentials by the pod identity of the service account, the region by an extra variable.'
const AZURE = "the label that asks for a workload identity, and the vault's name."

const SECRETS_SENTENCES: Readonly<Record<SecretsManager, string>> = {
  'kubernetes': 'Secrets of the namespace, found from inside the cluster.',
  'managed-aws': AWS,
  'aws': AWS,
  'managed-aws-ssm': AWS,
  'aws-ssm': AWS,
  'managed-azure-kv': AZURE,
  'azure-kv': AZURE,
  'gcp': 'credentials and project by the workload identity of the service account.',
  'db': "Collate's own database; nothing is needed in the pod.",
}

export const POLICY_CASES: Readonly<Record<string, RunCase>> = {
  'default': {
    shows: "What a metadata run becomes under a policy that sets only the runner's name, its namespace and an image.",
    point: ({ container }) => [container.command, ['python', 'main.py']],
  },
  ...PLACEMENT,
  ...IMAGES,
  'service-account': {
    shows: "A service account of the operator's own, its token not mounted.",
    environment: () => ({ INGESTION_SERVICE_ACCOUNT_NAME: 'ingestion-irsa', INGESTION_AUTOMOUNT_SA_TOKEN: 'false' }),
    point: ({ spec }) => [
      [spec.serviceAccountName, spec.automountServiceAccountToken],
      ['ingestion-irsa', false],
    ],
  },
  'extra-envs': {
    shows: 'Extra variables, one of them with commas and one with colons in its value.',
    environment: () => ({ INGESTION_EXTRA_ENVS: '[NO_PROXY:localhost,.svc,HTTPS_PROXY:http://proxy.example.com:3128]' }),
    point: ({ container }) => [
      container.env?.slice(-2),
      [
        { name: 'NO_PROXY', value: 'localhost,.svc' },
        { name: 'HTTPS_PROXY', value: 'http://proxy.example.com:3128' },
      ],
    ],
  },
  'extra-envs-as-json': {
    shows: 'Extra variables as JSON, for values with quotes, blanks and braces; Argo would replace what stands between two braces.',
    environment: () => ({ INGESTION_EXTRA_ENVS: JSON.stringify({ GREETING: '"hello", {{name}}', QUERY: 'a:b, C:d' }) }),
    point: (view, executor) => [variableOf(view, 'GREETING'), executor === 'argo' ? '"hello", {$(OPENING_BRACE)name}}' : '"hello", {{name}}'],
  },
  'custom-container': {
    shows: "Fields of the operator's own for the container: a variable from a ConfigMap, and a mount. They are merged last.",
    files: {
      containerParams: {
        env: [{ name: 'DBT_PROFILE', valueFrom: { configMapKeyRef: { name: 'dbt', key: 'profile' } } }],
        volumeMounts: [{ name: 'drivers', mountPath: '/drivers', readOnly: true }],
      },
      workflowParams: { volumes: [{ name: 'drivers', configMap: { name: 'drivers' } }] },
    },
    point: (view) => [
      [variableOf(view, 'DBT_PROFILE'), view.container.volumeMounts, view.spec.volumes],
      [
        { configMapKeyRef: { name: 'dbt', key: 'profile' } },
        [{ name: 'drivers', mountPath: '/drivers', readOnly: true }],
        [{ name: 'drivers', configMap: { name: 'drivers' } }],
      ],
    ],
  },
  'custom-pod': {
    shows: "Fields of the operator's own for the pod, by the names of Argo's WorkflowSpec: whole tolerations, an affinity, an annotation, a patch.",
    files: {
      workflowParams: {
        tolerations: TOLERATIONS,
        affinity: NODE_AFFINITY,
        podPriorityClassName: 'ingestion-high',
        podMetadata: { annotations: { 'sidecar.istio.io/inject': 'false' } },
        podSpecPatch: '{"hostUsers": false}',
      },
    },
    point: ({ spec, priorityClass }) => [
      [spec.tolerations, spec.affinity, priorityClass],
      [TOLERATIONS, NODE_AFFINITY, 'ingestion-high'],
    ],
  },
  ...CUSTOM_PLACEMENT,
  'custom-workflow': {
    shows: 'Fields that only Argo has: an ended Workflow goes after an hour, its pods when it has ended.',
    executors: ['argo'],
    files: { workflowParams: { ttlStrategy: { secondsAfterCompletion: 3600 }, podGC: { strategy: 'OnWorkflowCompletion', deleteDelayDuration: null } } },
    point: ({ container }) => [container.command, ['python', 'main.py']],
  },
  ...secretsManagerCases(),
  'openshift': {
    shows: 'OpenShift: no fixed ids, which that gives to each namespace itself.',
    environment: () => ({ OPENSHIFT_ENABLED: 'true' }),
    point: ({ spec }) => [spec.securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }],
  },
  'workflow-timeout': {
    shows: 'A pipeline with a time-out of an hour: the deadline.',
    request: withLimits({ workflowTimeout: 3600 }),
    point: ({ deadlineSeconds }) => [deadlineSeconds, 3600],
  },
  'large-payload': {
    shows: 'A payload too large for an environment string: mounted as a file, and handed to the entry point inside the process.',
    request: aRunWithManyFilters(),
    point: (view) => [
      [variableOf(view, 'config'), view.container.volumeMounts],
      [undefined, [{ name: 'payload', mountPath: '/etc/hybrid-runner/payload', readOnly: true }]],
    ],
  },
  'names-with-braces-and-dollars': {
    shows: 'A name that Kubernetes and Argo would take for something to be put in: it stays what it is.',
    request: { ...aMetadataRun(), ingestionPipeline: { ...aMetadataRun().ingestionPipeline, fullyQualifiedName: 'prod_mysql.{{$(config)}}' } },
    point: (view, executor) => [
      variableOf(view, 'ingestionPipelineFQN'),
      executor === 'argo' ? 'prod_mysql.{$(OPENING_BRACE)$$(config)}}' : 'prod_mysql.{{$$(config)}}',
    ],
  },
}
