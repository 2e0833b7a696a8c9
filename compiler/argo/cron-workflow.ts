import type { Issue } from '../issue.ts'
import { annotationsForRecord, END_RECORDED_FINALIZER, LABEL_ATTEMPT, labelsForRecord } from '../labels.ts'
import { cronName } from '../names.ts'
import { ownedBy } from '../owner.ts'
import type { Policy } from '../policy.ts'
import { ok } from '../result.ts'
import type { Result } from '../result.ts'
import { concurrencyPolicyFor, HISTORY_LIMIT } from '../schedule/cron-job.ts'
import type { Firing } from '../schedule/firing.ts'
import type { StoredSchedule } from '../schedule/schedule-record.ts'
import { workloadFor } from '../pod/workload.ts'
import type { RunIdentity } from '../pod/workload.ts'
import { customWorkflow } from './custom-workflow.ts'
import { workflowSpecFor } from './workflow.ts'
import type { CronWorkflow } from './workflow-types.ts'

/** Argo puts these in: the Workflow's uid is the run's id. */
const RUN_OF_WORKFLOW: RunIdentity = { pipelineRunId: { value: '{{workflow.uid}}' }, jobName: { value: '{{workflow.name}}' } }

/** The CronWorkflow of a schedule. Each Workflow that it starts stays until its end is recorded. */
export function cronWorkflowForSchedule(schedule: StoredSchedule, firing: Firing, policy: Policy, image: string): Result<CronWorkflow, Issue[]> {
  const { spec } = schedule
  const labels = labelsForRecord(schedule)
  const annotations = annotationsForRecord(schedule)
  const runLabels = { ...labels, [LABEL_ATTEMPT]: '1' }
  const workload = workloadFor({ kind: 'pipeline', ...spec }, RUN_OF_WORKFLOW, policy, image)
  const workflowSpec = customWorkflow(workflowSpecFor(workload, policy, runLabels), policy.customConfig)
  if (!workflowSpec.ok) return workflowSpec
  return ok({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'CronWorkflow',
    metadata: { name: cronName(spec.pipeline.id, spec.agentId), namespace: policy.namespace, labels, annotations, ownerReferences: [ownedBy(schedule)] },
    spec: {
      schedules: [spec.schedule],
      timezone: spec.timeZone,
      suspend: firing.isSuspended,
      concurrencyPolicy: concurrencyPolicyFor(spec.maxActiveRuns),
      startingDeadlineSeconds: firing.startingDeadlineSeconds,
      successfulJobsHistoryLimit: HISTORY_LIMIT,
      failedJobsHistoryLimit: HISTORY_LIMIT,
      workflowMetadata: { labels: runLabels, annotations, finalizers: [END_RECORDED_FINALIZER] },
      workflowSpec: workflowSpec.value,
    },
  })
}
