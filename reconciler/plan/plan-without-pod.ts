import type { FailureClass } from '../../compiler/failure-class.ts'
import { podName } from '../../compiler/names.ts'
import type { RunEnd, StoredRecord } from '../../compiler/record.ts'
import type { Refusal } from '../observe/refusal.ts'
import { endOfKill, endOfPod } from '../observe/end-of-pod.ts'
import { hasTerminated } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { join, NOTHING, type Plan } from './action.ts'
import { lastRepeatMs } from './last-repeat.ts'
import type { Observation } from './observation.ts'
import { startWaitLimit, type WaitLimit } from './wait-limit.ts'

/** Nobody tells us when there is room for a Secret again. */
const ASK_AGAIN_MS = 15_000

/** A run that has not ended and whose current attempt has no pod: it waits for its turn, starts, or ends without a start. */
export function planWithoutPod(record: StoredRecord, observation: Observation): Plan {
  const unstarted = endWithoutStart(record, observation)
  if (unstarted !== undefined) {
    return { actions: [observation.isPodAbsent ? { kind: 'end', record, end: unstarted } : { kind: 'readPod', record }] }
  }
  return join([
    planStart(record, observation),
    waitsUntil(startWaitLimit(record, observation.refusal, observation.pendingBudgets)?.endsAtMs, observation.nowMs),
  ])
}

function planStart(record: StoredRecord, observation: Observation): Plan {
  const earlyMs = startsInMs(record, observation.nowMs)
  if (earlyMs > 0) return { actions: [], requeueAfterMs: earlyMs }
  if (!observation.holdsSlot) return NOTHING
  // A pod of an earlier record still holds the name; that it is gone wakes us.
  if (observation.pods.some(({ name }) => name === podName(record.name, record.status.attempt))) return NOTHING
  if (observation.payload === 'unknown') return planUnknownPayload(record, observation)
  // A repeat of the request brings the payload. Without one the request was never acknowledged.
  if (observation.payload === 'absent') return { actions: [], requeueAfterMs: Math.max(1_000, lastRepeatMs(record) - observation.nowMs) }
  return { actions: [{ kind: 'createPod', record }] }
}

/**
 * A run that was accepted has its payload, and needs no answer. That this one was accepted is known once it has been started, and when
 * no repeat of its request can come any more; should its payload be missing all the same, its pod tells, and the run ends.
 */
function planUnknownPayload(record: StoredRecord, { payloadRefusal, nowMs }: Observation): Plan {
  if (payloadRefusal === undefined) return { actions: [{ kind: 'checkPayload', record }] }
  const waitsMs = record.status.attempt > 1 ? 0 : lastRepeatMs(record) - nowMs
  if (waitsMs <= 0) return { actions: [{ kind: 'createPod', record }] }
  return { actions: [{ kind: 'reportPending', record, pending: payloadRefusal }], requeueAfterMs: Math.min(ASK_AGAIN_MS, waitsMs) }
}

function waitsUntil(atMs: number | undefined, nowMs: number): Plan {
  return atMs === undefined ? NOTHING : { actions: [], requeueAfterMs: atMs - nowMs }
}

/** How long the next start of the run still has to wait for the delay of its retry; 0 when it need not. */
export function startsInMs({ status }: StoredRecord, nowMs: number): number {
  return Math.max(0, (status.retry?.startAtMs ?? 0) - nowMs)
}

/** The end of a run that has no pod and will not start (again); undefined while it may. */
function endWithoutStart(record: StoredRecord, { nowMs, payload, vanishedPod, refusal, pendingBudgets }: Observation): RunEnd | undefined {
  const common = { startedAtMs: null, endedAtMs: nowMs, isAcknowledged: false }
  if (vanishedPod?.ownerUid === record.uid && vanishedPod.attempt === record.status.attempt) return endOfVanished(vanishedPod, record, nowMs)
  const { kill } = record.status
  if (kill !== undefined) return { ...endOfKill(kill), ...common }
  if (record.isBeingDeleted)
    return { state: 'failed', failureClass: 'Deleted', message: `the record ${record.name} was deleted before the run had started`, ...common }
  const limit = startWaitLimit(record, refusal, pendingBudgets)
  if (limit !== undefined && nowMs >= limit.endsAtMs) return { state: 'failed', ...outOfTime(refusal, limit), ...common }
  if (payload === 'absent' && nowMs >= lastRepeatMs(record)) {
    return {
      state: 'failed',
      failureClass: 'NeverStarted',
      message: 'its payload is not there: the request was cut off before it was acknowledged and was not repeated in time, or somebody deleted the Secret',
      ...common,
    }
  }
  return undefined
}

/** In the class and words of what refused its start, if anything did. */
function outOfTime(refusal: Refusal | undefined, { words }: WaitLimit): Pick<RunEnd, 'message'> & { readonly failureClass: FailureClass } {
  if (refusal === undefined) return { failureClass: 'NeverStarted', message: `its turn to start did not come in time; ${words}` }
  const { failureClass, message } = refusal.pending
  return { failureClass, message: `${message}; ${words}` }
}

/** Its last word, if it had said one; it is never started a second time. */
export function endOfVanished(pod: ObservedPod, record: StoredRecord, nowMs: number): RunEnd {
  const end = endOfPod(pod, record.status.kill, nowMs)
  if (hasTerminated(pod) || end.state !== 'failed') return end
  return { ...end, failureClass: 'Deleted', message: `pod ${pod.name} was removed by force, with its finalizer, before its end was seen` }
}
