import type { AdmitFacts } from './admit.ts'
import type { Issue } from './issue.ts'
import { scheduleRecordName } from './names.ts'
import { payloadFor, payloadReference } from './payload.ts'
import type { Payload } from './payload.ts'
import type { Policy } from './policy.ts'
import { refuseOtherRunner, refusePipeline } from './request/refusals.ts'
import { parseRequest } from './request/request-fields.ts'
import { digestOf, resolveRun } from './resolve.ts'
import type { ResolvedRun } from './resolve.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'
import { parseRunRequest } from './request/run-request.ts'
import type { ScheduleRecord, ScheduleSpec, ScheduleStatus } from './schedule/schedule-record.ts'
import { policyMark } from './schedule/policy-mark.ts'
import { scheduleRequestSchema } from './schedule/schedule-request.ts'
import type { ScheduleRequest } from './schedule/schedule-request.ts'
import { payloadContentFor } from './workflow/pipeline-payload.ts'

export interface AdmittedSchedule {
  readonly record: ScheduleRecord
  readonly payload: Payload
}

/** A deploy names no run; its place is taken by this, which nobody sees. */
const NO_RUN_ID = '00000000-0000-4000-8000-000000000000'

/**
 * Turns the params of `pipeline/deploy` into the record and the payload of the pipeline's schedule; null for a pipeline without
 * one, which is started by hand only.
 *
 * Pure. All issues come back at once, each with its path in the params; none holds the value of a secret.
 */
export function admitSchedule(request: unknown, policy: Policy, facts: AdmitFacts): Result<AdmittedSchedule | null, Issue[]> {
  const run = parseRunRequest({ ...Object(request), runId: NO_RUN_ID })
  const schedule = parseRequest(scheduleRequestSchema, request)
  const refusals = [...refuseOtherRunner(request, policy), ...refusePipeline(request)]
  if (!run.ok || !schedule.ok || refusals.length > 0) {
    return err(distinct([...(run.ok ? [] : run.error), ...(schedule.ok ? [] : schedule.error), ...refusals]))
  }
  const interval = schedule.value.ingestionPipeline.airflowConfig?.scheduleInterval ?? null
  if (interval === null) return ok(null)
  return admitted(resolveRun(run.value, policy, facts.nowMs), interval, schedule.value, policy, facts)
}

function admitted(run: ResolvedRun, interval: string, request: ScheduleRequest, policy: Policy, facts: AdmitFacts): Result<AdmittedSchedule, Issue[]> {
  // Each run has an id of its own, which the pod is given beside the payload.
  const { config: ofRun, ...secrets } = payloadContentFor(run, policy, facts)
  const { pipelineRunId: _, ...config } = ofRun
  const spec = specFor(run, interval, request)
  // Whether it streams its log stands in the config.
  const { streamsLogs: _streams, ...named } = spec
  const { references } = secrets
  const name = scheduleRecordName(spec.pipeline.id, spec.agentId, digestOf({ spec: named, config, ...(references.length === 0 ? {} : { references }) }))
  const payload = payloadFor(name, { config, ...secrets }, 'ingestionPipeline.sourceConfig')
  if (!payload.ok) return payload
  return ok({
    record: {
      name,
      spec: { ...spec, payload: payloadReference(payload.value) },
      status: { ...statusFor(request, facts.nowMs), policyMark: policyMark(policy, facts) },
    },
    payload: payload.value,
  })
}

function specFor(run: ResolvedRun, interval: string, request: ScheduleRequest): Omit<ScheduleSpec, 'payload'> {
  const { agentId, pipeline, service, loggerLevel, maxActiveRuns, retries, retryDelaySeconds, workflowTimeoutSeconds, streamsLogs, requestDigest } = run.spec
  const times = request.ingestionPipeline.airflowConfig
  return {
    agentId,
    pipeline,
    service,
    loggerLevel,
    schedule: interval,
    timeZone: times?.pipelineTimezone ?? 'UTC',
    startAtMs: times?.startDate ?? null,
    endAtMs: times?.endDate ?? null,
    maxActiveRuns,
    retries,
    retryDelaySeconds,
    workflowTimeoutSeconds,
    streamsLogs,
    requestDigest,
  }
}

function statusFor({ ingestionPipeline: pipeline }: ScheduleRequest, nowMs: number): ScheduleStatus {
  const isPaused = pipeline.airflowConfig?.pausePipeline ?? false
  return { phase: 'Active', isEnabled: (pipeline.enabled ?? true) && !isPaused, activeSinceMs: nowMs, updatedAtMs: pipeline.updatedAt ?? nowMs }
}

/** Two schemas look at one request: what both find is told once. */
function distinct(issues: readonly Issue[]): Issue[] {
  return issues.filter((issue, index) => issues.findIndex(({ path, message }) => path === issue.path && message === issue.message) === index)
}
