/** The variables from which the runner makes its pods. */
import { call, isGiven } from '../expression/values.ts'
import { value } from '../values/value.ts'
import { EXECUTOR_TYPE, IS_ARGO } from './executor.ts'
import { INGESTION_ACCOUNT, INGESTION_NAMESPACE } from './names.ts'
import { HAS_RUNNER_PULL_SECRETS, RUNNER_IMAGE, RUNNER_PULL_SECRETS } from './runner-image.ts'
import { resourceVariables } from './pod-resources.ts'
import { ifSet, type Variable } from './variable.ts'

export const CUSTOM_CONFIG_FOLDER = '/custom-config'
export const HAS_CUSTOM_CONFIG = value('config.ingestionPods.customConfig.enabled')

const EXTRA_ENVS = value('config.ingestionPods.extraEnvs')
const IS_ONE_TEXT = call('equals', EXTRA_ENVS, call('text', EXTRA_ENVS))
/** As the vendor's chart writes it; a list as JSON where a comma in a value would be taken for the next variable's. */
const EXTRA_ENVS_TEXT = call(
  'ifElse',
  call('and', call('not', IS_ONE_TEXT), call('contains', ',', call('joined', EXTRA_ENVS, ''))),
  call('json', EXTRA_ENVS),
  call('concat', '[', call('joined', EXTRA_ENVS, ','), ']'),
)

/** An item of a list that the vendor's runner would take for several variables. */
export const HAS_SEVERAL_IN_ONE = call(
  'and',
  call('not', IS_ONE_TEXT),
  call('matches', ',[ \\t]*[A-Z_][A-Z0-9_]*:([^/]|$)', call('joined', EXTRA_ENVS, '\u0000')),
)

const PULL_SECRETS = value('config.ingestionPods.imagePullSecrets')

/** What the pods themselves say of the token of their account; it goes before what the account says. */
export const MOUNTS_TOKEN = call(
  'ifElse',
  isGiven(value('config.ingestionPods.automountSAToken')),
  value('config.ingestionPods.automountSAToken'),
  value('config.ingestionPods.autoMountSAToken'),
)

/** The check of secret references runs the runner's own image in the pods. */
const SECRETS: readonly Variable[] = [
  ifSet('SECRETS_CHECK', value('config.secretsCheck')),
  { name: 'RUNNER_IMAGE', value: RUNNER_IMAGE },
  ifSet('RUNNER_IMAGE_PULL_POLICY', value('image.pullPolicy')),
  { name: 'RUNNER_IMAGE_PULL_SECRETS', value: call('json', RUNNER_PULL_SECRETS), when: HAS_RUNNER_PULL_SECRETS },
]

const PODS: readonly Variable[] = [
  { name: 'EXECUTOR_TYPE', value: EXECUTOR_TYPE },
  { name: 'INGESTION_NAMESPACE', value: call('text', INGESTION_NAMESPACE) },
  {
    name: 'INGESTION_IMAGE',
    value: call('concat', value('config.ingestionPods.repository'), ':', value('config.ingestionPods.tag')),
  },
  ifSet('DYNAMIC_INGESTION_VERSION_ENABLED', value('config.dynamicIngestionVersionEnabled')),
  ifSet('INGESTION_DISABLE_VERSION_VALIDATION', value('config.ingestionPods.disableVersionValidation')),
  { name: 'INGESTION_IMAGE_PULL_SECRETS', value: call('joined', PULL_SECRETS, ','), when: PULL_SECRETS },
  {
    name: 'INGESTION_SERVICE_ACCOUNT_NAME',
    value: INGESTION_ACCOUNT,
  },
  ifSet('INGESTION_AUTOMOUNT_SA_TOKEN', MOUNTS_TOKEN),
  {
    name: 'SECRETS_MANAGER',
    value: call('text', value('config.secretsManager')),
  },
  ...SECRETS,
  { name: 'OPENSHIFT_ENABLED', value: 'true', when: value('openshift.enabled') },
  { name: 'INGESTION_EXTRA_ENVS', value: EXTRA_ENVS_TEXT, when: EXTRA_ENVS },
]

const TYPE_CONFIGS = value('config.ingestionPods.additionalPipelineConfigs')
/** A map as JSON. */
const TYPE_CONFIGS_TEXT = call('text', TYPE_CONFIGS)

const EXECUTORS: readonly Variable[] = [
  { name: 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS', value: TYPE_CONFIGS_TEXT, when: call('and', TYPE_CONFIGS, call('not', IS_ARGO)) },
  { name: 'ARGO_PIPELINE_TYPE_CONFIGS', value: TYPE_CONFIGS_TEXT, when: call('and', TYPE_CONFIGS, IS_ARGO) },
  ifSet('PIPELINE_SERVICE_CLIENT_ENDPOINT', value('config.argoWorkflows.endpoint')),
  ifSet('ARGO_SECONDS_AFTER_COMPLETION_TTL', value('config.argoWorkflows.secondsAfterCompletionTTL')),
  { name: 'ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH', value: `${CUSTOM_CONFIG_FOLDER}/container-params.yaml`, when: HAS_CUSTOM_CONFIG },
  { name: 'ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH', value: `${CUSTOM_CONFIG_FOLDER}/workflow-params.yaml`, when: HAS_CUSTOM_CONFIG },
]

export const POD_VARIABLES: readonly Variable[] = [...PODS, ...resourceVariables(), ...EXECUTORS]
