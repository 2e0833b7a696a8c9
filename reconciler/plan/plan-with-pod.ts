import type { Kill, StoredRecord } from '../../compiler/record.ts'
import { endOfPod } from '../observe/end-of-pod.ts'
import { deletionDue } from '../observe/workflow-end.ts'
import { leftAlone, takenUpWithinMs } from '../observe/workflow-pending.ts'
import { hasStarted, hasTerminated, type ObservedPod } from '../observe/observed-pod.ts'
import { pendingReason, type PendingReason } from '../observe/pending.ts'
import { join, NOTHING, type Plan } from './action.ts'
import { nextAttempt } from './next-attempt.ts'
import { deleteOnce, planLeftover } from './plan-leftover.ts'

/** A run that has not ended, and the pod of its current attempt. */
export function planWithPod(record: StoredRecord, pod: ObservedPod, nowMs: number): Plan {
  if (hasTerminated(pod)) return planAttemptOver(record, pod, nowMs)
  if (record.status.kill !== undefined) return deleteOnce(pod, record.status.kill.reason)
  if (record.isBeingDeleted) return deleteOnce(pod, 'its record was deleted')
  const why = deletionDue(pod)
  if (why !== undefined) return deleteOnce(pod, why)
  const pending = hasStarted(pod) ? undefined : (pendingReason(pod) ?? leftAlone(pod, nowMs))
  const requeueAfterMs = takenUpWithinMs(pod, nowMs)
  if (pending === undefined) return requeueAfterMs === undefined ? NOTHING : { actions: [], requeueAfterMs }
  return { actions: [isHopeless(pending, record) ? { kind: 'giveUp', record, kill: givenUp(pending, nowMs) } : { kind: 'reportPending', record, pending }] }
}

/** Its failure may be the attempt's alone. Then the pod is let go once the record says so: it is an earlier attempt's from there on. */
function planAttemptOver(record: StoredRecord, pod: ObservedPod, nowMs: number): Plan {
  const end = endOfPod(pod, record.status.kill, nowMs)
  const retry = nextAttempt(record, pod, end)
  if (retry !== undefined) return { actions: [{ kind: 'retry', record, retry, end, pod }] }
  return join([{ actions: [{ kind: 'end', record, end, pod }] }, planLeftover(pod, 'its run has ended')])
}

/** Nobody can bring a payload back: only the runner had its content, and it forgets it once it is written. */
function isHopeless({ failureClass, message }: PendingReason, { spec }: StoredRecord): boolean {
  return failureClass === 'ConfigError' && message.includes('not found') && message.includes(spec.payload.secretName)
}

function givenUp({ failureClass, message }: PendingReason, nowMs: number): Kill {
  return { atMs: nowMs, failureClass, reason: `the payload of the run was deleted before its pod had read it (${message}); run the pipeline again` }
}
