import { parsePolicy } from '../../../compiler/policy.ts'
import type { Policy } from '../../../compiler/policy.ts'
import type { CustomConfigFiles } from '../../../compiler/policy/custom-config.ts'
import type { Executor } from '../../../compiler/policy/executor.ts'
import { must } from './must.ts'

export type Environment = Readonly<Record<string, string>>

/** What the chart sets for the runner `aws-prod`, before anything particular. */
export const ENVIRONMENT = {
  AGENT_ID: 'aws-prod',
  EXECUTOR_TYPE: 'simpleK8s',
  INGESTION_NAMESPACE: 'collate',
  INGESTION_IMAGE: 'registry.example.com/collate/ingestion:om-1.11.0-cl-1.11.0',
} as const

export function aPolicy(environment: Environment = {}, files: CustomConfigFiles = {}): Policy {
  return must(parsePolicy({ ...ENVIRONMENT, ...environment }, files)).policy
}

/** The policy of Argo mode, as the vendor's chart sets it: by the address of an Argo server. */
export function anArgoPolicy(environment: Environment = {}, files: CustomConfigFiles = {}): Policy {
  return aPolicy({ EXECUTOR_TYPE: '', PIPELINE_SERVICE_CLIENT_ENDPOINT: 'http://argo-workflows-server.collate.svc:2746', ...environment }, files)
}

export function aPolicyOf(executor: Executor, environment: Environment = {}, files: CustomConfigFiles = {}): Policy {
  return executor === 'argo' ? anArgoPolicy(environment, files) : aPolicy(environment, files)
}

/** The variables that give one entry of the per-type table, to whichever executor. */
export function entryFor(type: string, entry: object, executor: Executor): Environment {
  return { [executor === 'argo' ? 'ARGO_PIPELINE_TYPE_CONFIGS' : 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS']: JSON.stringify({ [type]: entry }) }
}

/** The policy with one entry of the per-type table. */
export function aPolicyFor(type: string, entry: object, executor: Executor = 'simpleK8s'): Policy {
  return aPolicyOf(executor, entryFor(type, entry, executor))
}
