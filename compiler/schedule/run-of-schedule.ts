import { recordName } from '../names.ts'
import type { RunOrigin, RunRecord } from '../record.ts'
import type { ScheduleRecord } from './schedule-record.ts'

/**
 * The record of a run that Kubernetes started by the schedule's CronJob, or Argo by its CronWorkflow: what was deployed at that time,
 * under the id that the pod tells Collate, the uid of its Job or Workflow. Pure.
 *
 * @param startedAtMs when the Job was made
 */
export function runOfSchedule({ spec }: Pick<ScheduleRecord, 'spec'>, origin: RunOrigin, startedAtMs: number): RunRecord {
  const { agentId, pipeline, service, loggerLevel, maxActiveRuns, retries, retryDelaySeconds, workflowTimeoutSeconds, streamsLogs } = spec
  return {
    name: recordName(origin.uid, agentId),
    spec: {
      agentId,
      runId: origin.uid,
      kind: 'pipeline',
      pipeline,
      service,
      workflowType: null,
      loggerLevel,
      maxActiveRuns,
      retries,
      retryDelaySeconds,
      workflowTimeoutSeconds,
      streamsLogs,
      acceptedAtMs: startedAtMs,
      // Nobody repeats a request for it.
      notAfterMs: startedAtMs,
      requestDigest: spec.requestDigest,
      payload: spec.payload,
      startedBy: origin,
    },
    status: { phase: 'Queued', attempt: 1 },
  }
}
