import type { RunEnd, StoredRecord } from '../../compiler/record.ts'
import { isFinished, type KnownRecord } from '../cache/finished-record.ts'
import { endOfKill, endOfPod } from '../observe/end-of-pod.ts'
import { hasTerminated } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { join, type Plan } from './action.ts'
import { deleteOnce } from './plan-leftover.ts'

/**
 * A run in a namespace that is on its way out. Its finalizers would keep the namespace for ever once the runner is gone, which may be
 * the next moment: Collate gets the last word that there is, once, and everything is let go.
 */
export function planGoing(record: KnownRecord | undefined, pods: readonly ObservedPod[], nowMs: number): Plan {
  const releases = pods.flatMap((pod) => [deleteOnce(pod, 'its namespace is being deleted'), release(pod)])
  if (record === undefined) return join(releases)
  if (isFinished(record) || record.status.phase === 'Ended') return join([...releases, { actions: [{ kind: 'releaseRecord', record }] }])
  const pod = pods.find(({ attempt }) => attempt === record.status.attempt)
  return join([{ actions: [{ kind: 'end', record, end: lastWord(record, pod, nowMs), ...(pod === undefined ? {} : { pod }) }] }, ...releases])
}

function release(pod: ObservedPod): Plan {
  return pod.finalizerIndex < 0 ? { actions: [] } : { actions: [{ kind: 'releasePod', pod }] }
}

function lastWord({ status: { kill } }: StoredRecord, pod: ObservedPod | undefined, nowMs: number): RunEnd {
  if (pod !== undefined && hasTerminated(pod)) return endOfPod(pod, kill, nowMs)
  const common = { startedAtMs: null, endedAtMs: nowMs, isAcknowledged: false }
  if (kill !== undefined) return { ...endOfKill(kill), ...common }
  return { state: 'failed', failureClass: 'Deleted', message: 'the namespace of the run was deleted before it had ended', ...common }
}
