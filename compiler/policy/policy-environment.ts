import { z } from 'zod'
import { parseImageReference } from '../image-reference.ts'
import { dnsLabelRule, dnsSubdomainRule } from '../kubernetes-names.ts'
import type { Resources } from '../resources.ts'
import { SECRETS_CHECKS } from '../secrets-check.ts'
import { SECRETS_MANAGERS } from '../secrets-manager.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'
import { EXECUTORS } from './executor.ts'
import { parseExtraEnvs } from './extra-envs.ts'
import { resourceVariables } from './resource-variables.ts'
import { flag, list, oneOf, parsed, ruled, variable, wholeSeconds } from './variable.ts'

export const PULL_POLICIES = ['IfNotPresent', 'Always', 'Never'] as const

/** The image Collate hands to customers. Its tag is only used when dynamic versions are off. */
const DEFAULT_IMAGE = '118146679784.dkr.ecr.eu-west-1.amazonaws.com/collate-customers-ingestion-slim-eu-west-1:om-1.13.3-cl-1.13.3'

const WEEK_SECONDS = 7 * 24 * 60 * 60

export const GENERAL_RESOURCES: Resources = { requests: { cpu: '1000m', memory: '4096Mi' }, limits: { cpu: '1000m', memory: '4096Mi' } }
export const AUTOMATION_RESOURCES: Resources = { requests: { cpu: '200m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } }

const TABLE_FIELDS = 'JSON by pipeline type (`metadata`, `profiler`, `lineage`, `automation`, ...; `default` for all others)'

const image = {
  INGESTION_IMAGE: variable(
    parsed(parseImageReference).prefault(DEFAULT_IMAGE),
    'Image of the pods: `repository:tag`, `repository@sha256:...` or both; a digest always wins.',
    { oldNames: ['ARGO_INGESTION_IMAGE'] },
  ),
  DYNAMIC_INGESTION_VERSION_ENABLED: variable(
    flag.prefault('true'),
    "The image's tag follows the server: version `1.11.1` makes `om-1.11.1-cl-1.11.1`; `false` keeps the configured tag.",
  ),
  INGESTION_DISABLE_VERSION_VALIDATION: variable(
    flag.prefault('false'),
    '`true` lets image and server differ in their versions: neither the runner nor the pod compares them.',
    { oldNames: ['ARGO_DISABLE_VERSION_VALIDATION'] },
  ),
  INGESTION_IMAGE_PULL_POLICY: variable(oneOf(PULL_POLICIES).prefault('IfNotPresent'), 'When the image is pulled.'),
  INGESTION_IMAGE_PULL_SECRETS: variable(list(dnsSubdomainRule).prefault(''), 'Names of pull secrets, separated by commas.', {
    fallback: 'none',
    oldNames: ['ARGO_IMAGE_PULL_SECRETS'],
  }),
} as const

const secrets = {
  SECRETS_CHECK: variable(
    oneOf(SECRETS_CHECKS).prefault('report'),
    'What an init container does about `secret:` references before a run starts that holds any: `report` reads each and, if the run fails, its status says which could not be read; `enforce` lets no run start whose references cannot be read; `resolve` puts the values in their place, for images that resolve none; `off` has no such container.',
  ),
  RUNNER_IMAGE: variable(parsed(parseImageReference).optional(), "The runner's own image, for that init container. The chart sets it.", {
    fallback: 'none: no references are looked at',
  }),
  RUNNER_IMAGE_PULL_POLICY: variable(oneOf(PULL_POLICIES).prefault('IfNotPresent'), "When the runner's own image is pulled."),
  RUNNER_IMAGE_PULL_SECRETS: variable(
    parsed(pullSecretNames).prefault(''),
    'Pull secrets for the runner\'s own image: names separated by commas, or JSON as a pod has it (`[{"name": "registry"}]`). Pods that run it get them beside their own.',
    { fallback: 'none' },
  ),
} as const

const identity = {
  INGESTION_SERVICE_ACCOUNT_NAME: variable(ruled(dnsSubdomainRule).prefault('ingestion'), 'Service account of the pods.', {
    oldNames: ['ARGO_WORKFLOW_EXECUTOR_SERVICE_ACCOUNT_NAME'],
  }),
  INGESTION_AUTOMOUNT_SA_TOKEN: variable(flag.optional(), "Whether the service account's token is mounted.", {
    fallback: "the account's own setting",
    oldNames: ['ARGO_AUTOMOUNT_SA_TOKEN'],
  }),
  SECRETS_MANAGER: variable(
    oneOf(SECRETS_MANAGERS).prefault('kubernetes'),
    `Where the pods look up \`secret:\` references: ${SECRETS_MANAGERS.map((name) => `\`${name}\``).join(', ')}.`,
  ),
  ...secrets,
  OPENSHIFT_ENABLED: variable(flag.prefault('false'), 'Leaves out fixed user and group ids, which OpenShift gives to each namespace.'),
} as const

const tables = {
  SIMPLEK8S_PIPELINE_TYPE_CONFIGS: variable(z.string().optional(), `${TABLE_FIELDS}: \`tolerations\`, \`nodeSelector\`, \`priorityClass\`, \`resources\`.`, {
    fallback: 'none',
    executor: 'simpleK8s',
  }),
  ARGO_PIPELINE_TYPE_CONFIGS: variable(
    z.string().optional(),
    `${TABLE_FIELDS}: \`toleration\`, \`affinity\`, \`nodeSelector\`, \`priorityClass\`, \`resources\`.`,
    { fallback: 'none', executor: 'argo' },
  ),
  ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH: variable(
    z.string().optional(),
    'YAML file with fields of the container (`env`, `volumeMounts`, ...), merged last into every pod of either executor.',
    { fallback: 'none' },
  ),
  ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH: variable(
    z.string().optional(),
    "YAML file with fields of Argo's WorkflowSpec (`tolerations`, `affinity`, `volumes`, `podMetadata`, ...), merged last; the Simple Kubernetes executor takes those that a pod has, too.",
    { fallback: 'none' },
  ),
} as const

const dead = {
  ARGO_TOKEN: variable(z.string().optional(), 'Token of an Argo server.', {
    deadBecause: "Workflows go to the Kubernetes API under the runner's own service account, and no Argo server is asked; take it out",
  }),
  ARGO_SERVER_CERTIFICATE_PATH: variable(z.string().optional(), 'Certificate of an Argo server.', {
    deadBecause: 'no Argo server is asked, so there is no certificate to check; take it out',
  }),
  ARGO_TEST_CONNECTION_BACKOFF_TIME: variable(z.string().optional(), 'Pause between two looks at a test connection.', {
    deadBecause: 'runs are watched, so there is no pause between two looks; take it out',
  }),
  PIPELINE_SERVICE_CLIENT_SECRETS_MANAGER_LOADER: variable(z.string().optional(), 'Loader of the secrets manager.', {
    deadBecause: 'the loader follows SECRETS_MANAGER; take it out',
  }),
  INGESTION_CUSTOMER_TOLERATION: variable(z.string().optional(), 'Taint that every pod tolerates.', {
    oldNames: ['ARGO_WORKFLOW_CUSTOMER_TOLERATION'],
    deadBecause: 'give tolerations by pipeline type (or under "default") in SIMPLEK8S_PIPELINE_TYPE_CONFIGS or ARGO_PIPELINE_TYPE_CONFIGS',
  }),
} as const

/** All that the operator says about the pods of runs, by the names of the vendor's chart where it has one. */
export const policyEnvironment = z.object({
  AGENT_ID: variable(ruled(agentIdRule).prefault('RemoteRunner'), "The runner's name in Collate; unique."),
  EXECUTOR_TYPE: variable(oneOf(EXECUTORS).optional(), 'What runs the pods: `simpleK8s` (pods and CronJobs) or `argo` (Workflows and CronWorkflows).', {
    fallback: '`simpleK8s`; `argo` when `PIPELINE_SERVICE_CLIENT_ENDPOINT` is set',
  }),
  PIPELINE_SERVICE_CLIENT_ENDPOINT: variable(
    z.string().optional(),
    'Address of an Argo server; only selects the executor, Workflows go to the Kubernetes API.',
    { fallback: 'none' },
  ),
  INGESTION_NAMESPACE: variable(ruled(dnsLabelRule).prefault('default'), 'Namespace of records, payloads and pods.', {
    oldNames: ['ARGO_NAMESPACE', 'SIMPLEK8S_NAMESPACE'],
  }),
  ...image,
  ...identity,
  INGESTION_EXTRA_ENVS: variable(
    parsed(parseExtraEnvs).prefault('[]'),
    'Further variables of the pods: `[NAME:value,OTHER:value]`, or JSON for any value: `{"NAME": "value"}` or `["NAME:value"]`. In the first form, a comma begins a new variable before a name in capitals and a colon (but not `://`), and before another name only where the first one is like it, no colon stands in the value before and no port follows: else it belongs to the value. A comma that can be read in two ways makes a warning.',
    { fallback: 'none', oldNames: ['ARGO_EXTRA_ENVS'], mayHoldSecret: true },
  ),
  ...resourceVariables('INGESTION', 'ARGO_WORKFLOW', GENERAL_RESOURCES, ''),
  ...resourceVariables('INGESTION_AUTOMATION_WORKFLOW', 'ARGO_AUTOMATION_WORKFLOW', AUTOMATION_RESOURCES, ', for test connections and other automations'),
  ...tables,
  ARGO_SECONDS_AFTER_COMPLETION_TTL: variable(wholeSeconds(0).prefault(String(WEEK_SECONDS)), 'How long an ended Workflow stays.', { executor: 'argo' }),
  ...dead,
})

/** Names separated by commas, or the list of a pod's spec as JSON, as the chart has it. One without a name is passed over, as Kubernetes does. */
function pullSecretNames(text: string): Result<readonly string[], readonly string[]> {
  const names = text.startsWith('[') ? namesInJson(text) : text.split(',').map((name) => name.trim())
  if (names === undefined) return err(['must be names separated by commas, or a JSON list of objects with a name'])
  const given = names.filter((name) => name !== '')
  const problems = given.flatMap((name) => dnsSubdomainRule(name) ?? [])
  return problems.length === 0 ? ok(given) : err(problems)
}

const pullSecretList = z.array(z.looseObject({ name: z.string().nullish() }))

function namesInJson(text: string): readonly string[] | undefined {
  try {
    const found = pullSecretList.safeParse(JSON.parse(text))
    return found.success ? found.data.map(({ name }) => name ?? '') : undefined
  } catch {
    return undefined
  }
}

function agentIdRule(text: string): string | undefined {
  return /^[^\p{Cc}\p{Cs}]{1,256}$/u.test(text) ? undefined : 'must have at most 256 characters and no control characters'
}
