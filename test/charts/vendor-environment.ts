import type { ExpectedValue, VendorCase } from './vendor-case.ts'

const TOKEN = 'a-token'

/** What the vendor's chart sets with its defaults and the minimum of values, whatever runs the pods. An empty text is the same as nothing. */
const ALWAYS: Readonly<Record<string, ExpectedValue>> = {
  AGENT_ID: 'aws-prod',
  AUTH_TOKEN: TOKEN,
  SERVER_URL: 'wss://mycluster.getcollate.io',
  SERVER_HOST_API_URL: 'https://mycluster.getcollate.io/api',
  SECRETS_MANAGER: 'kubernetes',
  INGESTION_NAMESPACE: 'argo-workflows',
  INGESTION_SERVICE_ACCOUNT_NAME: 'ingestion',
  INGESTION_IMAGE: '118146679784.dkr.ecr.eu-west-1.amazonaws.com/collate-customers-ingestion-slim-eu-west-1:om-1.13.3-cl-1.13.3',
  INGESTION_IMAGE_PULL_SECRETS: 'omd-registry-credentials',
  INGESTION_CPU_LIMIT: '1000m',
  INGESTION_MEMORY_LIMIT: '4096Mi',
  INGESTION_CPU_REQUEST: '1000m',
  INGESTION_MEMORY_REQUEST: '4096Mi',
  INGESTION_AUTOMATION_WORKFLOW_CPU_LIMIT: '500m',
  INGESTION_AUTOMATION_WORKFLOW_MEMORY_LIMIT: '512Mi',
  INGESTION_AUTOMATION_WORKFLOW_CPU_REQUEST: '200m',
  INGESTION_AUTOMATION_WORKFLOW_MEMORY_REQUEST: '256Mi',
}

const BY_EXECUTOR: Readonly<Record<VendorCase['executor'], Readonly<Record<string, ExpectedValue>>>> = {
  simpleK8s: { EXECUTOR_TYPE: 'simpleK8s', SIMPLEK8S_PIPELINE_TYPE_CONFIGS: '' },
  argo: { ARGO_PIPELINE_TYPE_CONFIGS: '', ARGO_TOKEN: { secret: 'argowf-client-token', key: 'token' } },
}

/** Variables of the vendor's runner for a server of Argo's, which ours does not ask. */
export const OF_ARGOS_SERVER: readonly string[] = ['ARGO_TOKEN', 'ARGO_SERVER_CERTIFICATE_PATH', 'ARGO_TEST_CONNECTION_BACKOFF_TIME']

/** Variables that the vendor's chart sets in one case or another: where it does not, ours does not either. */
export const VENDORS_NAMES: readonly string[] = [
  ...Object.keys(ALWAYS),
  ...Object.values(BY_EXECUTOR).flatMap((variables) => Object.keys(variables)),
  ...OF_ARGOS_SERVER,
  'RECONNECT_DELAY_SECONDS',
  'DYNAMIC_INGESTION_VERSION_ENABLED',
  'INGESTION_DISABLE_VERSION_VALIDATION',
  'INGESTION_AUTOMOUNT_SA_TOKEN',
  'INGESTION_EXTRA_ENVS',
  'PIPELINE_SERVICE_CLIENT_ENDPOINT',
  'ARGO_SECONDS_AFTER_COMPLETION_TTL',
  'ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH',
  'ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH',
]

/** The environment of the runner's container under the vendor's chart, as far as it is one that ours is to have. */
export function vendorEnvironment({ executor, environment }: Pick<VendorCase, 'executor' | 'environment'>): Map<string, ExpectedValue> {
  const all = Object.entries({ ...ALWAYS, ...BY_EXECUTOR[executor], ...environment })
  return new Map(
    all.flatMap(([name, value]): [string, ExpectedValue][] => (value === null || value === '' || OF_ARGOS_SERVER.includes(name) ? [] : [[name, value]])),
  )
}
