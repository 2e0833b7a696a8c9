import type { RunEnd, StoredRecord } from '../../compiler/record.ts'
import { isForQuota } from '../cluster/cluster-error.ts'
import { endOfKill } from '../observe/end-of-pod.ts'
import type { JobEnd, ObservedJob } from '../observe/observed-job.ts'
import { newestOf } from '../observe/observed-event.ts'
import type { PendingReason } from '../observe/pending-reason.ts'
import type { Action, Plan } from './action.ts'
import { endOfVanished } from './plan-without-pod.ts'
import type { Observation } from './observation.ts'

/** Longer than the Job controller needs to make a pod. */
const POD_EXPECTED_WITHIN_MS = 60_000
/** What is told of a Job wakes nobody. */
const LOOK_AGAIN_MS = 5_000

/** The first attempt of a run by schedule is made by its Job, and by nobody else. */
export function awaitsJob({ spec, status }: StoredRecord): boolean {
  return spec.startedBy !== undefined && status.attempt === 1
}

/** A run by schedule whose Job has not made its pod, or whose pod is gone. */
export function planAwaitingJob(record: StoredRecord, observation: Observation): Plan {
  const { job, isJobLive } = observation
  const end = endWithoutPod(record, observation)
  if (end !== undefined) return { actions: [isJobLive ? { kind: 'end', record, end } : { kind: 'readJob', record }] }
  if (job === undefined || job.isBeingDeleted) return { actions: [] }
  const why = record.status.kill?.reason ?? (record.isBeingDeleted ? 'its record was deleted' : undefined)
  if (why !== undefined) return { actions: [{ kind: 'deleteJob', job, why }] }
  return planMissingPod(record, job, observation)
}

/** The Job controller makes a pod at once, or tells in an event why it cannot. */
function planMissingPod(record: StoredRecord, job: ObservedJob, { jobEvents, nowMs }: Observation): Plan {
  const refusal = newestOf(jobEvents, ['FailedCreate'])
  const lateAtMs = record.spec.acceptedAtMs + POD_EXPECTED_WITHIN_MS
  const pending = refusal === undefined ? lateReason(job, nowMs >= lateAtMs) : refusedReason(refusal.message)
  const actions: Action[] = pending === undefined ? [] : [{ kind: 'reportPending', record, pending }]
  return { actions, requeueAfterMs: LOOK_AGAIN_MS }
}

function refusedReason(message: string): PendingReason {
  return { failureClass: isForQuota(message) ? 'Unschedulable' : 'Rejected', message }
}

function lateReason({ name }: ObservedJob, isLate: boolean): PendingReason | undefined {
  if (!isLate) return undefined
  return { failureClass: 'Unschedulable', message: `Kubernetes has not made the pod of Job ${name} yet; kubectl describe job ${name} tells why` }
}

/** How the run ends that has no pod and gets none any more; undefined while its Job may still make one. */
function endWithoutPod(record: StoredRecord, { job, vanishedPod, nowMs }: Observation): RunEnd | undefined {
  if (vanishedPod?.ownerUid === record.uid && vanishedPod.attempt === 1) return endOfVanished(vanishedPod, record, nowMs)
  if (job !== undefined && job.end === null) return undefined
  const common = { startedAtMs: null, endedAtMs: job?.end?.atMs ?? nowMs, isAcknowledged: false }
  if (job?.end?.isComplete === true) return { state: 'success', message: '', ...common }
  if (record.status.kill !== undefined) return { ...endOfKill(record.status.kill), ...common }
  if (job === undefined || job.end === null) return { state: 'failed', failureClass: 'Deleted', message: deletedMessage(record), ...common }
  return { state: 'failed', failureClass: classOf(job.end), message: `Job ${job.name}: ${job.end.reason}: ${job.end.message}`, ...common }
}

function deletedMessage({ spec }: StoredRecord): string {
  return `Job ${spec.startedBy?.name ?? ''} was deleted before its pod was seen`
}

function classOf({ reason }: JobEnd): 'DeadlineExceeded' | 'Lost' {
  return reason === 'DeadlineExceeded' ? 'DeadlineExceeded' : 'Lost'
}
