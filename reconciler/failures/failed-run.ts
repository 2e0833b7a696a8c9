import { policyForType } from '../../compiler/policy/pipeline-type-policy.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import { overlayResources } from '../../compiler/resources.ts'
import type { FailedRun } from './remedy.ts'

/** What of a record and the policy its remedy depends on. */
export function failedRun({ spec }: StoredRecord, policy: Policy): FailedRun {
  const pipelineType = spec.pipeline.type
  const general = spec.kind === 'automation' ? policy.automationResources : policy.resources
  const { limits } = overlayResources(general, policyForType(policy.pipelineTypes, pipelineType).resources)
  return { executor: policy.executor, pipelineType, memoryLimit: limits['memory'] ?? null }
}
