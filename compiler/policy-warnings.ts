import type { Environment } from './environment-reader.ts'
import type { Issue } from './issue.ts'

/** Variables that are accepted and have no effect, with what to do instead. */
const WITHOUT_EFFECT: readonly Issue[] = [
  {
    code: 'wrongExecutor',
    path: 'ARGO_PIPELINE_TYPE_CONFIGS',
    message: 'is read by the Argo executor only and has no effect here; give SIMPLEK8S_PIPELINE_TYPE_CONFIGS',
  },
  {
    code: 'wrongExecutor',
    path: 'ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH',
    message:
      'has no effect: container parameters are not merged into the pods of the Simple Kubernetes executor; use INGESTION_EXTRA_ENVS and SIMPLEK8S_PIPELINE_TYPE_CONFIGS',
  },
  {
    code: 'wrongExecutor',
    path: 'ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH',
    message: 'has no effect: workflow parameters are not merged into the pods of the Simple Kubernetes executor; use SIMPLEK8S_PIPELINE_TYPE_CONFIGS',
  },
  {
    code: 'unknownKey',
    path: 'INGESTION_CUSTOMER_TOLERATION',
    message: 'has no effect; give tolerations by pipeline type (or under "default") in SIMPLEK8S_PIPELINE_TYPE_CONFIGS',
  },
  { code: 'unknownKey', path: 'ARGO_NAMESPACE', message: 'has no effect; its name is INGESTION_NAMESPACE' },
  { code: 'unknownKey', path: 'ARGO_INGESTION_IMAGE', message: 'has no effect; its name is INGESTION_IMAGE' },
  { code: 'unknownKey', path: 'ARGO_EXTRA_ENVS', message: 'has no effect; its name is INGESTION_EXTRA_ENVS' },
  { code: 'unknownKey', path: 'ARGO_IMAGE_PULL_SECRETS', message: 'has no effect; its name is INGESTION_IMAGE_PULL_SECRETS' },
  {
    code: 'unknownKey',
    path: 'ARGO_WORKFLOW_EXECUTOR_SERVICE_ACCOUNT_NAME',
    message: 'has no effect; its name is INGESTION_SERVICE_ACCOUNT_NAME',
  },
  { code: 'unknownKey', path: 'ARGO_AUTOMOUNT_SA_TOKEN', message: 'has no effect; its name is INGESTION_AUTOMOUNT_SA_TOKEN' },
  {
    code: 'unknownKey',
    path: 'ARGO_DISABLE_VERSION_VALIDATION',
    message: 'has no effect; its name is INGESTION_DISABLE_VERSION_VALIDATION',
  },
]

/** What is set to something and has no effect. */
export function warningsForEnvironment(environment: Environment): Issue[] {
  return WITHOUT_EFFECT.filter(({ path }) => Object.hasOwn(environment, path) && (environment[path] ?? '').trim() !== '')
}
