import type { StoredRecord } from '../../compiler/record.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { NOTHING, type Plan } from './action.ts'

/** How much later than it should a node may say that it has ended a pod: its grace period, and the wait for the next look. */
const PATIENCE_MS = 2 * 60_000

/**
 * A pod whose node should have ended it and does not say so. Only the node can: it keeps the deadline and carries out a deletion.
 *
 * Past its deadline the pod is deleted, so that it goes whenever its node comes back. Nothing else is done: it may still run, so no
 * end is told and it is not removed by force. Kubernetes tells when its node is gone for good (deleted, or tainted out-of-service).
 */
export function planOverdue(record: StoredRecord, pod: ObservedPod, nowMs: number): Plan {
  if (pod.nodeName === '') return NOTHING
  if (pod.deletionRequestedAtMs !== null) return when(pod.deletionRequestedAtMs + PATIENCE_MS, nowMs, { actions: [{ kind: 'warnStuck', record, pod }] })
  if (pod.deadlineAtMs === null || record.status.kill !== undefined) return NOTHING
  const reason = `the time of the run is over, and node ${pod.nodeName} has not ended its pod`
  return when(pod.deadlineAtMs + PATIENCE_MS, nowMs, {
    actions: [{ kind: 'giveUp', record, kill: { atMs: nowMs, failureClass: 'DeadlineExceeded', reason } }],
  })
}

function when(atMs: number, nowMs: number, then: Plan): Plan {
  return nowMs >= atMs ? then : { actions: [], requeueAfterMs: atMs - nowMs }
}
