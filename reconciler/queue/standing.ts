import type { StoredRecord } from '../../compiler/record.ts'
import { isFinished } from '../cache/finished-record.ts'
import type { CachedRun } from '../cache/run-cache.ts'
import { hasTerminated } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { awaitsJob } from '../plan/plan-awaiting-job.ts'
import { startsInMs } from '../plan/plan-without-pod.ts'
import type { QueueEntry } from './queue-entry.ts'
import type { StartQueue } from './start-queue.ts'

/** Where a run stands in the start queue. */
export type Standing = { readonly kind: 'active' | 'waiting'; readonly entry: QueueEntry } | { readonly kind: 'out' }

const OUT: Standing = { kind: 'out' }

/** Follows from record and pods alone, so that whoever sees the cluster sees the queue. */
export function standingOf({ record, pods }: CachedRun, nowMs: number): Standing {
  if (record === undefined || isFinished(record) || record.status.phase === 'Ended') return OUT
  // The Job of a schedule starts its pod whatever the limits say.
  if (awaitsJob(record) || pods.some((pod) => holdsSlotFor(record, pod))) return { kind: 'active', entry: entryOf(record) }
  if (record.status.kill !== undefined || record.isBeingDeleted || startsInMs(record, nowMs) > 0) return OUT
  return { kind: 'waiting', entry: entryOf(record) }
}

/** Has the queue know where the run of that key stands. */
export function placeIn(queue: StartQueue, key: string, run: CachedRun, nowMs: number): void {
  const standing = standingOf(run, nowMs)
  if (standing.kind === 'out') queue.leave(key)
  else if (standing.kind === 'active') queue.occupy(standing.entry)
  else queue.wait(standing.entry)
}

/** A pod of an earlier attempt that has terminated holds nothing any more. */
function holdsSlotFor(record: StoredRecord, pod: ObservedPod): boolean {
  return pod.ownerUid === record.uid && (pod.attempt >= record.status.attempt || !hasTerminated(pod))
}

function entryOf({ name, spec }: StoredRecord): QueueEntry {
  return { key: name, pipelineId: spec.pipeline.id, pipelineLimit: spec.maxActiveRuns, type: spec.pipeline.type, acceptedAtMs: spec.acceptedAtMs }
}
