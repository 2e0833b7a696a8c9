import { parsePolicy } from '../../../compiler/policy.ts'
import type { Policy } from '../../../compiler/policy.ts'
import { must } from './must.ts'

/** What the chart sets for the runner `aws-prod`, before anything particular. */
export const ENVIRONMENT = {
  AGENT_ID: 'aws-prod',
  EXECUTOR_TYPE: 'simpleK8s',
  INGESTION_NAMESPACE: 'collate',
  INGESTION_IMAGE: 'registry.example.com/collate/ingestion:om-1.11.0-cl-1.11.0',
} as const

export function aPolicy(environment: Readonly<Record<string, string>> = {}): Policy {
  return must(parsePolicy({ ...ENVIRONMENT, ...environment })).policy
}

/** The policy with one entry of the per-type table. */
export function aPolicyFor(type: string, entry: object): Policy {
  return aPolicy({ SIMPLEK8S_PIPELINE_TYPE_CONFIGS: JSON.stringify({ [type]: entry }) })
}
