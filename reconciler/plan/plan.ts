import { podName } from '../../compiler/names.ts'
import type { Kill, RunEnd, StoredRecord } from '../../compiler/record.ts'
import { endOfKill, endOfPod } from '../observe/end-of-pod.ts'
import { hasStarted, hasTerminated, type ObservedPod } from '../observe/observed-pod.ts'
import { pendingReason, type PendingReason } from '../observe/pending.ts'

/** Everything the next step of one run depends on. */
export interface Observation {
  /** Absent: the record is gone, which was asked of the API server itself and not of the cache. */
  readonly record?: StoredRecord
  readonly pods: readonly ObservedPod[]
  /** A pod of this run was there and is gone, though its end is not on the record. */
  readonly vanishedPod?: ObservedPod
  /** The pod of the current attempt was asked for at the API server itself and is not there. */
  readonly isPodAbsent: boolean
  /** The limits let this run start: it holds a slot. */
  readonly holdsSlot: boolean
  /** `unknown`: nobody has asked the API server since the runner started. */
  readonly payload: 'present' | 'absent' | 'unknown'
  readonly nowMs: number
  readonly recordTtlMs: number
}

export type Action =
  /** Questions: their answers change the observation, and the run is planned anew. */
  | { readonly kind: 'checkPayload'; readonly record: StoredRecord }
  | { readonly kind: 'readPod'; readonly record: StoredRecord }
  | { readonly kind: 'createPod'; readonly record: StoredRecord }
  | { readonly kind: 'deletePod'; readonly pod: ObservedPod; readonly why: string }
  /** Write on the record that the run is to end: it can never run. */
  | { readonly kind: 'giveUp'; readonly record: StoredRecord; readonly kill: Kill }
  | { readonly kind: 'reportPending'; readonly record: StoredRecord; readonly pending: PendingReason }
  /** Tell Collate, then write the end on the record. */
  | { readonly kind: 'end'; readonly record: StoredRecord; readonly end: RunEnd; readonly pod?: ObservedPod }
  /** Tell Collate of an end that stands on the record unacknowledged. */
  | { readonly kind: 'acknowledge'; readonly record: StoredRecord; readonly end: RunEnd; readonly pod: ObservedPod | undefined }
  /** Tell Collate of a run whose record is gone. */
  | { readonly kind: 'reportOrphan'; readonly pod: ObservedPod; readonly end: RunEnd }
  | { readonly kind: 'releasePod'; readonly pod: ObservedPod }
  | { readonly kind: 'releaseRecord'; readonly record: StoredRecord }
  | { readonly kind: 'deleteRecord'; readonly record: StoredRecord }

export interface Plan {
  readonly actions: readonly Action[]
  readonly requeueAfterMs?: number
}

/** Between the last moment at which a request is taken and the moment its record may go. */
const REPEAT_MARGIN_MS = 60_000
/** How often an end that Collate would not take is told again. */
const ACKNOWLEDGE_RETRY_MS = 5_000

const NOTHING: Plan = { actions: [] }

/**
 * Decides what to do next for one run. Pure: same observation, same plan.
 *
 * Level-triggered: looks only at what stands on the record and what the pods show, never at what woke us.
 *
 * Guarantees: an end is planned only for a pod that has terminated or, with no pod, after the API server itself said so; a pod is
 * released (its finalizer taken off) only when the end is on the record; a pod of an ended run is deleted on sight.
 */
export function plan(observation: Observation): Plan {
  const { record } = observation
  if (record === undefined) return join(observation.pods.map((pod) => planOrphan(pod, observation.nowMs)))
  const strays = observation.pods.filter((pod) => pod.ownerUid !== record.uid).map((pod) => planLeftover(pod, 'it belongs to an earlier record of this run'))
  const own = observation.pods.filter((pod) => pod.ownerUid === record.uid)
  return join([...strays, record.status.phase === 'Ended' ? planEnded(record, own, observation) : planQueued(record, own, observation)])
}

/** A pod without its record: nobody can tell its story but the pod itself. */
function planOrphan(pod: ObservedPod, nowMs: number): Plan {
  if (pod.finalizerIndex < 0) return NOTHING
  if (!hasTerminated(pod)) return deleteOnce(pod, 'its record is gone')
  return {
    actions: [
      { kind: 'reportOrphan', pod, end: endOfPod(pod, undefined, nowMs) },
      { kind: 'releasePod', pod },
    ],
  }
}

function planEnded(record: StoredRecord, pods: readonly ObservedPod[], observation: Observation): Plan {
  const { end } = record.status
  const releases = pods.map((pod) => planLeftover(pod, 'its run has ended'))
  if (end !== undefined && !end.isAcknowledged) {
    return join([
      ...releases,
      {
        actions: [{ kind: 'acknowledge', record, end, pod: pods.find(({ attempt }) => attempt === record.status.attempt) }],
        requeueAfterMs: ACKNOWLEDGE_RETRY_MS,
      },
    ])
  }
  if (record.isBeingDeleted) return join([...releases, { actions: [{ kind: 'releaseRecord', record }] }])
  return join([...releases, planExpiry(record, end?.endedAtMs ?? record.spec.acceptedAtMs, observation)])
}

/** A pod whose end is nobody's news any more. */
function planLeftover(pod: ObservedPod, why: string): Plan {
  if (hasTerminated(pod)) return pod.finalizerIndex < 0 ? NOTHING : { actions: [{ kind: 'releasePod', pod }] }
  return deleteOnce(pod, why)
}

function planExpiry(record: StoredRecord, endedAtMs: number, { nowMs, recordTtlMs }: Observation): Plan {
  const expiresAtMs = Math.max(endedAtMs + recordTtlMs, record.spec.notAfterMs + REPEAT_MARGIN_MS)
  return nowMs >= expiresAtMs ? { actions: [{ kind: 'deleteRecord', record }] } : { actions: [], requeueAfterMs: expiresAtMs - nowMs }
}

function planQueued(record: StoredRecord, pods: readonly ObservedPod[], observation: Observation): Plan {
  const pod = pods.find(({ attempt }) => attempt === record.status.attempt)
  return pod === undefined ? planWithoutPod(record, observation) : planWithPod(record, pod, observation.nowMs)
}

function planWithPod(record: StoredRecord, pod: ObservedPod, nowMs: number): Plan {
  if (hasTerminated(pod)) {
    const end = endOfPod(pod, record.status.kill, nowMs)
    return join([{ actions: [{ kind: 'end', record, end, pod }] }, planLeftover(pod, 'its run has ended')])
  }
  if (record.status.kill !== undefined) return deleteOnce(pod, record.status.kill.reason)
  if (record.isBeingDeleted) return deleteOnce(pod, 'its record was deleted')
  const pending = hasStarted(pod) ? undefined : pendingReason(pod)
  if (pending === undefined) return NOTHING
  return { actions: [isHopeless(pending, record) ? { kind: 'giveUp', record, kill: givenUp(pending, nowMs) } : { kind: 'reportPending', record, pending }] }
}

/** Nobody can bring a payload back: only the runner had its content, and it forgets it once it is written. */
function isHopeless({ failureClass, message }: PendingReason, { spec }: StoredRecord): boolean {
  return failureClass === 'ConfigError' && message.includes('not found') && message.includes(spec.payload.secretName)
}

function givenUp({ failureClass, message }: PendingReason, nowMs: number): Kill {
  return { atMs: nowMs, failureClass, reason: `the payload of the run was deleted before its pod had read it (${message}); run the pipeline again` }
}

function planWithoutPod(record: StoredRecord, observation: Observation): Plan {
  const unstarted = endWithoutStart(record, observation)
  if (unstarted !== undefined) {
    return { actions: [observation.isPodAbsent ? { kind: 'end', record, end: unstarted } : { kind: 'readPod', record }] }
  }
  if (!observation.holdsSlot) return NOTHING
  // A pod of an earlier record still holds the name; that it is gone wakes us.
  if (observation.pods.some(({ name }) => name === podName(record.name, record.status.attempt))) return NOTHING
  if (observation.payload === 'unknown') return { actions: [{ kind: 'checkPayload', record }] }
  // A repeat of the request brings the payload. Without one the request was never acknowledged.
  if (observation.payload === 'absent') return { actions: [], requeueAfterMs: Math.max(1_000, lastRepeatMs(record) - observation.nowMs) }
  return { actions: [{ kind: 'createPod', record }] }
}

/** The end of a run that has no pod and will not start (again); undefined while it may. */
function endWithoutStart(record: StoredRecord, { nowMs, payload, vanishedPod }: Observation): RunEnd | undefined {
  const common = { startedAtMs: null, endedAtMs: nowMs, isAcknowledged: false }
  if (vanishedPod?.ownerUid === record.uid && vanishedPod.attempt === record.status.attempt) return endOfVanished(vanishedPod, record, nowMs)
  const { kill } = record.status
  if (kill !== undefined) return { ...endOfKill(kill), ...common }
  if (record.isBeingDeleted)
    return { state: 'failed', failureClass: 'Deleted', message: `the record ${record.name} was deleted before the run had started`, ...common }
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

/** Its last word, if it had said one; it is never started a second time. */
function endOfVanished(pod: ObservedPod, record: StoredRecord, nowMs: number): RunEnd {
  const end = endOfPod(pod, record.status.kill, nowMs)
  if (hasTerminated(pod) || end.state !== 'failed') return end
  return { ...end, failureClass: 'Deleted', message: `pod ${pod.name} was removed by force, with its finalizer, before its end was seen` }
}

function lastRepeatMs(record: StoredRecord): number {
  return record.spec.notAfterMs + REPEAT_MARGIN_MS
}

function deleteOnce(pod: ObservedPod, why: string): Plan {
  return pod.deletionRequestedAtMs === null ? { actions: [{ kind: 'deletePod', pod, why }] } : NOTHING
}

function join(plans: readonly Plan[]): Plan {
  const waits = plans.flatMap(({ requeueAfterMs }) => (requeueAfterMs === undefined ? [] : [requeueAfterMs]))
  const actions = plans.flatMap((part) => part.actions)
  return waits.length === 0 ? { actions } : { actions, requeueAfterMs: Math.min(...waits) }
}
