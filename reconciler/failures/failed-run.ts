import { policyForType } from '../../compiler/policy/pipeline-type-policy.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { RunSpec } from '../../compiler/record.ts'
import { overlayResources } from '../../compiler/resources.ts'
import type { FailedRun } from './failure-cause.ts'

/** What of a run and the policy its remedy depends on. */
export function failedRun({ kind, pipeline, startedBy }: Pick<RunSpec, 'kind' | 'pipeline' | 'startedBy'>, policy: Policy): FailedRun {
  const general = kind === 'automation' ? policy.automationResources : policy.resources
  const resources = overlayResources(general, policyForType(policy.pipelineTypes, pipeline.type).resources)
  return { executor: policy.executor, pipelineType: pipeline.type, types: policy.pipelineTypes, resources, isScheduled: startedBy !== undefined }
}
