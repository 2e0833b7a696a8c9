import type { V1CronJob } from '@kubernetes/client-node'
import { admitSchedule } from '../../../compiler/admit-schedule.ts'
import type { AdmittedSchedule } from '../../../compiler/admit-schedule.ts'
import type { CronWorkflow } from '../../../compiler/argo/workflow-types.ts'
import { compileSchedule } from '../../../compiler/compile-schedule.ts'
import type { Facts } from '../../../compiler/facts.ts'
import type { Policy } from '../../../compiler/policy.ts'
import { parseSchedule, scheduleConfigMap } from '../../../compiler/schedule/schedule-config-map.ts'
import type { ScheduleRecord, ScheduleStatus, StoredSchedule } from '../../../compiler/schedule/schedule-record.ts'
import { must } from './must.ts'
import { FACTS, NOW_MS } from './run.ts'
import { aMetadataRun, withPipeline } from './run-request.ts'
import type { RunRequestExample } from './run-request.ts'

export const DAY_MS = 24 * 60 * 60 * 1000

/** `pipeline/deploy` of the metadata pipeline, at 2 o'clock in Berlin every day. */
export function aDeploy(times: object = {}, pipeline: object = {}, run: RunRequestExample = aMetadataRun()) {
  const airflowConfig = { scheduleInterval: '0 2 * * *', pipelineTimezone: 'Europe/Berlin', retries: 2, retryDelay: 60, maxActiveRuns: 1, ...times }
  const { runId: _, ...request } = withPipeline({ airflowConfig, updatedAt: NOW_MS, ...pipeline }, run)
  return request
}

/** The schedule as it comes back from the cluster. */
export function storedSchedule(record: ScheduleRecord): StoredSchedule {
  const configMap = scheduleConfigMap(record)
  const metadata = { ...configMap.metadata, uid: '7c0d0c1e-52f7-4e8f-8a51-8c1d0f2b3a4c', resourceVersion: '4712' }
  return must(parseSchedule({ ...configMap, metadata }))
}

export interface CompiledSchedule extends AdmittedSchedule {
  readonly stored: StoredSchedule
  readonly object: V1CronJob | CronWorkflow
  readonly changesAtMs: number | null
}

export function admittedSchedule(request: unknown, policy: Policy, facts: Facts = FACTS): AdmittedSchedule {
  const admitted = must(admitSchedule(request, policy, { ...facts, nowMs: NOW_MS }))
  if (admitted === null) throw new Error('the request has no schedule')
  return admitted
}

/** Deploy to CronJob or CronWorkflow, as it is a day after the deploy unless another moment is asked for. */
export function scheduleOf(request: unknown, policy: Policy, nowMs = NOW_MS + DAY_MS, status: Partial<ScheduleStatus> = {}): CompiledSchedule {
  const admitted = admittedSchedule(request, policy)
  const stored = storedSchedule({ ...admitted.record, status: { ...admitted.record.status, ...status } })
  const { objects, changesAtMs } = must(compileSchedule(stored, policy, { ...FACTS, nowMs }))
  return { ...admitted, stored, object: objects[0], changesAtMs }
}
