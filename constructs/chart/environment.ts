/** The environment of the runner: the vendor's names, from the values. */
import type { Expression } from '../expression/expression.ts'
import { call, type Operand } from '../expression/values.ts'
import { itemsOf, valueOf, when } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { EXECUTOR_TYPE, IS_ARGO } from './executor.ts'
import { INGESTION_NAMESPACE } from './names.ts'
import { tokenVariables } from './token.ts'

export const CUSTOM_CONFIG_FOLDER = '/custom-config'
export const HAS_CUSTOM_CONFIG = value((v) => v.config.ingestionPods.customConfig.enabled)

interface Variable {
  readonly name: string
  readonly value: Operand
  /** Without a condition it is always there. */
  readonly when?: Expression
}

const IS_SECURE = call(
  'or',
  call(
    'not',
    call(
      'isSet',
      value((v) => v.config.useSecureProtocols),
    ),
  ),
  value((v) => v.config.useSecureProtocols),
)

function ifSet(name: string, expression: Expression): Variable {
  return { name, value: call('text', expression), when: call('and', call('isSet', expression), call('not', call('equals', expression, ''))) }
}

const LINK: readonly Variable[] = [
  {
    name: 'AGENT_ID',
    value: call(
      'text',
      value((v) => v.config.agentId),
    ),
  },
  {
    name: 'SERVER_URL',
    value: call(
      'concat',
      call('ifElse', IS_SECURE, 'wss://', 'ws://'),
      value((v) => v.config.serverHost),
    ),
  },
  {
    name: 'SERVER_HOST_API_URL',
    value: call(
      'concat',
      call('ifElse', IS_SECURE, 'https://', 'http://'),
      value((v) => v.config.serverHost),
      '/api',
    ),
  },
  ifSet(
    'RECONNECT_DELAY_SECONDS',
    value((v) => v.config.reconnectDelaySeconds),
  ),
  ifSet(
    'MAX_ACTIVE_RUNS',
    value((v) => v.config.maxActiveRuns),
  ),
  ifSet(
    'RUN_TTL_SECONDS',
    value((v) => v.config.runTtlSeconds),
  ),
  ifSet(
    'INGESTION_HOST_IP',
    value((v) => v.config.hostIp),
  ),
  ifSet(
    'LOG_LEVEL',
    value((v) => v.config.logLevel),
  ),
]

const SERVERS: readonly Variable[] = [
  { name: 'APP_SERVER_PORT', value: '8585' },
  {
    name: 'METRICS_SERVER_PORT',
    value: call(
      'text',
      call(
        'orElse',
        value((v) => v.metricsServerConfiguration.port),
        8989,
      ),
    ),
  },
  {
    name: 'METRICS_SERVER_PATH',
    value: call(
      'orElse',
      value((v) => v.metricsServerConfiguration.path),
      '/metrics',
    ),
  },
]

const EXTRA_ENVS = value((v) => v.config.ingestionPods.extraEnvs)
/** As the vendor's chart writes it; as JSON where a comma in a value would be taken for the next variable's. */
const EXTRA_ENVS_TEXT = call(
  'ifElse',
  call('contains', ',', call('joined', EXTRA_ENVS, '')),
  call('json', EXTRA_ENVS),
  call('concat', '[', call('joined', EXTRA_ENVS, ','), ']'),
)

const PODS: readonly Variable[] = [
  { name: 'EXECUTOR_TYPE', value: EXECUTOR_TYPE },
  { name: 'INGESTION_NAMESPACE', value: call('text', INGESTION_NAMESPACE) },
  {
    name: 'INGESTION_IMAGE',
    value: call(
      'concat',
      value((v) => v.config.ingestionPods.repository),
      ':',
      value((v) => v.config.ingestionPods.tag),
    ),
  },
  ifSet(
    'DYNAMIC_INGESTION_VERSION_ENABLED',
    value((v) => v.config.dynamicIngestionVersionEnabled),
  ),
  ifSet(
    'INGESTION_DISABLE_VERSION_VALIDATION',
    value((v) => v.config.ingestionPods.disableVersionValidation),
  ),
  ifSet(
    'INGESTION_IMAGE_PULL_SECRETS',
    value((v) => v.config.ingestionPods.imagePullSecrets),
  ),
  {
    name: 'INGESTION_SERVICE_ACCOUNT_NAME',
    value: call(
      'text',
      value((v) => v.config.ingestionPods.serviceAccount.name),
    ),
  },
  ifSet(
    'INGESTION_AUTOMOUNT_SA_TOKEN',
    call(
      'ifElse',
      call(
        'isSet',
        value((v) => v.config.ingestionPods.automountSAToken),
      ),
      value((v) => v.config.ingestionPods.automountSAToken),
      value((v) => v.config.ingestionPods.autoMountSAToken),
    ),
  ),
  {
    name: 'SECRETS_MANAGER',
    value: call(
      'text',
      value((v) => v.config.secretsManager),
    ),
  },
  { name: 'OPENSHIFT_ENABLED', value: 'true', when: value((v) => v.openshift.enabled) },
  { name: 'INGESTION_EXTRA_ENVS', value: EXTRA_ENVS_TEXT, when: EXTRA_ENVS },
]

const RESOURCES: readonly Variable[] = [
  ifSet(
    'INGESTION_CPU_LIMIT',
    value((v) => v.config.ingestionPods.resources.limits.cpu),
  ),
  ifSet(
    'INGESTION_MEMORY_LIMIT',
    value((v) => v.config.ingestionPods.resources.limits.memory),
  ),
  ifSet(
    'INGESTION_CPU_REQUEST',
    value((v) => v.config.ingestionPods.resources.requests.cpu),
  ),
  ifSet(
    'INGESTION_MEMORY_REQUEST',
    value((v) => v.config.ingestionPods.resources.requests.memory),
  ),
  ifSet(
    'INGESTION_AUTOMATION_WORKFLOW_CPU_LIMIT',
    value((v) => v.config.ingestionPods.automationResources.limits.cpu),
  ),
  ifSet(
    'INGESTION_AUTOMATION_WORKFLOW_MEMORY_LIMIT',
    value((v) => v.config.ingestionPods.automationResources.limits.memory),
  ),
  ifSet(
    'INGESTION_AUTOMATION_WORKFLOW_CPU_REQUEST',
    value((v) => v.config.ingestionPods.automationResources.requests.cpu),
  ),
  ifSet(
    'INGESTION_AUTOMATION_WORKFLOW_MEMORY_REQUEST',
    value((v) => v.config.ingestionPods.automationResources.requests.memory),
  ),
]

const TYPE_CONFIGS = value((v) => v.config.ingestionPods.additionalPipelineConfigs)

const EXECUTORS: readonly Variable[] = [
  { name: 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS', value: TYPE_CONFIGS, when: call('and', TYPE_CONFIGS, call('not', IS_ARGO)) },
  { name: 'ARGO_PIPELINE_TYPE_CONFIGS', value: TYPE_CONFIGS, when: call('and', TYPE_CONFIGS, IS_ARGO) },
  ifSet(
    'PIPELINE_SERVICE_CLIENT_ENDPOINT',
    value((v) => v.config.argoWorkflows.endpoint),
  ),
  ifSet(
    'ARGO_SECONDS_AFTER_COMPLETION_TTL',
    value((v) => v.config.argoWorkflows.secondsAfterCompletionTTL),
  ),
  { name: 'ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH', value: `${CUSTOM_CONFIG_FOLDER}/container-params.yaml`, when: HAS_CUSTOM_CONFIG },
  { name: 'ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH', value: `${CUSTOM_CONFIG_FOLDER}/workflow-params.yaml`, when: HAS_CUSTOM_CONFIG },
]

export const OPERATORS_OWN = value((v) => v.extraEnvs)

/** Where the metrics are served, whoever said so. */
export const METRICS_PORT = call(
  'number',
  call(
    'orElse',
    call('valueOfName', OPERATORS_OWN, 'METRICS_SERVER_PORT'),
    call(
      'orElse',
      value((v) => v.metricsServerConfiguration.port),
      8989,
    ),
  ),
)
export const METRICS_PATH = call(
  'orElse',
  call('valueOfName', OPERATORS_OWN, 'METRICS_SERVER_PATH'),
  call(
    'orElse',
    value((v) => v.metricsServerConfiguration.path),
    '/metrics',
  ),
)

/** Who holds the lease. Always there, and not the operator's to set. */
const POD_NAME = { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }

/** The runner's variables. One that the operator sets himself is his: a name stands in the list once. */
export function runnerEnvironment(): object[] {
  const chartsOwn = [...LINK, ...SERVERS, ...PODS, ...RESOURCES, ...EXECUTORS]
  return [POD_NAME, ...tokenVariables().map(unlessOperators), ...chartsOwn.map(environmentEntry), itemsOf<object>(OPERATORS_OWN)]
}

function environmentEntry({ name, value: operand, when: condition }: Variable): object {
  const entry = { name, value: typeof operand === 'object' && operand !== null ? valueOf(operand) : operand }
  const isOurs = call('not', call('hasName', OPERATORS_OWN, name))
  return when(condition === undefined ? isOurs : call('and', condition, isOurs), entry)
}

function unlessOperators(entry: object): object {
  return when(call('not', call('hasName', OPERATORS_OWN, (entry as { name: string }).name)), entry)
}
