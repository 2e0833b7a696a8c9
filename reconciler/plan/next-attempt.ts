import { secondsLeft } from '../../compiler/pod/workload.ts'
import type { Retry, RunEnd, StoredRecord } from '../../compiler/record.ts'
import { RETRY_POLICY } from '../failures/retry-policy.ts'
import { hasStarted, isNodeGone } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'

/**
 * What the next attempt of a run is told when this one has ended so; undefined when there is none: it did not fail, its failure is
 * not one that another attempt mends, all attempts are used up, nobody wants the run any more, or its time would be over.
 *
 * To be asked only of a pod that has terminated.
 */
export function nextAttempt(record: StoredRecord, pod: ObservedPod, { state, failureClass, message, startedAtMs, endedAtMs }: RunEnd): Retry | undefined {
  const { spec, status } = record
  if (state !== 'failed' || failureClass === undefined || record.isBeingDeleted || status.attempt > spec.retries) return undefined
  // Without a class a kill is a person's wish. With one the runner itself gave up on the attempt.
  if (status.kill !== undefined && status.kill.failureClass === undefined) return undefined
  const { retried } = RETRY_POLICY[failureClass]
  if (retried === 'never' || (retried === 'ifNotStarted' && hasStarted(pod))) return undefined
  if (failureClass === 'NodeLost' && !isNodeGone(pod)) return undefined
  const firstStartedAtMs = status.retry?.firstStartedAtMs ?? startedAtMs
  const retry = { startAtMs: endedAtMs + spec.retryDelaySeconds * 1000, firstStartedAtMs, failureClass, message }
  const left = secondsLeft({ spec, status: { ...status, retry } })
  return left !== null && left <= 1 ? undefined : retry
}
