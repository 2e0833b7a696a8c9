import type { Kill, StoredRecord } from '../../compiler/record.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { pendingReason } from '../observe/pending.ts'
import type { PendingReason } from '../observe/pending-reason.ts'
import { leftAlone, takenUpWithinMs } from '../observe/workflow-pending.ts'
import { type Action, join, NOTHING, type Plan } from './action.ts'
import type { Observation } from './observation.ts'
import { podWaitLimit, screenWaitLimit, type WaitLimit } from './wait-limit.ts'

/** A run whose pod is there and whose program has not begun: why is told, and it is given up when it has waited as long as it may. */
export function planWaiting(record: StoredRecord, pod: ObservedPod, { nowMs, pendingBudgets }: Observation): Plan {
  const pending = pendingReason(pod) ?? leftAlone(pod, nowMs)
  if (pending !== undefined && isHopeless(pending, record)) return giveUp(record, withoutPayload(pending, record, nowMs))
  const limits = [screenWaitLimit(record, pendingBudgets), ...(pending === undefined ? [] : [podWaitLimit(pod, pending, pendingBudgets)])]
  const [first] = limits.filter((limit) => limit !== undefined).toSorted((one, other) => one.endsAtMs - other.endsAtMs)
  if (first !== undefined && nowMs >= first.endsAtMs) return giveUp(record, outOfTime(pending, first, nowMs))
  const actions: Action[] = pending === undefined ? [] : [{ kind: 'reportPending', record, pending }]
  return join([{ actions }, lookAgainIn(first === undefined ? undefined : first.endsAtMs - nowMs), lookAgainIn(takenUpWithinMs(pod, nowMs))])
}

function lookAgainIn(ms: number | undefined): Plan {
  return ms === undefined || ms <= 0 ? NOTHING : { actions: [], requeueAfterMs: ms }
}

function giveUp(record: StoredRecord, kill: Kill): Plan {
  return { actions: [{ kind: 'giveUp', record, kill }] }
}

/** Not for this run: only the runner had the content, and it forgets it once it is written. That of a schedule comes back for the next one. */
function isHopeless({ failureClass, message }: PendingReason, { spec }: StoredRecord): boolean {
  return failureClass === 'ConfigError' && message.includes('not found') && message.includes(spec.payload.secretName)
}

function withoutPayload({ failureClass, message }: PendingReason, { spec }: StoredRecord, nowMs: number): Kill {
  const what = spec.startedBy === undefined ? 'run the pipeline again' : 'it is the payload of its schedule, which is asked of Collate anew'
  return { atMs: nowMs, failureClass, reason: `the payload of the run was deleted before its pod had read it (${message}); ${what}` }
}

function outOfTime(pending: PendingReason | undefined, { words }: WaitLimit, nowMs: number): Kill {
  if (pending === undefined) return { atMs: nowMs, failureClass: 'NeverStarted', reason: `its pod had not begun to work in time; ${words}` }
  return { atMs: nowMs, failureClass: pending.failureClass, reason: `${pending.message}; ${words}` }
}
