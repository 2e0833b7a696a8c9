import type { StoredRecord } from '../../compiler/record.ts'
import { endOfPod } from '../observe/end-of-pod.ts'
import { deletionDue, hasEndedByDeletion } from '../observe/workflow-end.ts'
import { hasStarted, hasTerminated } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { join, type Plan } from './action.ts'
import { nextAttempt } from './next-attempt.ts'
import type { Observation } from './observation.ts'
import { deleteOnce, planLeftover } from './plan-leftover.ts'
import { planOverdue } from './plan-overdue.ts'
import { planWaiting } from './plan-waiting.ts'

/** A run that has not ended, and the pod of its current attempt. */
export function planWithPod(record: StoredRecord, pod: ObservedPod, observation: Observation): Plan {
  const { nowMs, arePodsLive } = observation
  if (hasEndedByDeletion(pod) && !arePodsLive) return { actions: [{ kind: 'readPodsOf', record, workflow: pod.name }] }
  if (hasTerminated(pod)) return planAttemptOver(record, pod, nowMs)
  const why = record.status.kill?.reason ?? (record.isBeingDeleted ? 'its record was deleted' : deletionDue(pod))
  const overdue = planOverdue(record, pod, nowMs)
  if (why !== undefined) return join([deleteOnce(pod, why), overdue])
  return hasStarted(pod) ? overdue : join([planWaiting(record, pod, observation), overdue])
}

/** Its failure may be the attempt's alone. Then the pod is let go once the record says so: it is an earlier attempt's from there on. */
function planAttemptOver(record: StoredRecord, pod: ObservedPod, nowMs: number): Plan {
  const end = endOfPod(pod, record.status.kill, nowMs)
  const retry = nextAttempt(record, pod, end)
  if (retry !== undefined) return { actions: [{ kind: 'retry', record, retry, end, pod }] }
  return join([{ actions: [{ kind: 'end', record, end, pod }] }, planLeftover(pod, 'its run has ended')])
}
