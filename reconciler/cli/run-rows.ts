import type { StoredRecord } from '../../compiler/record.ts'
import type { CachedRun, RunCache } from '../cache/run-cache.ts'
import { hasStarted, type ObservedPod } from '../observe/observed-pod.ts'
import { pendingReason } from '../observe/pending.ts'

/** One run, as people look at it. */
export interface RunRow {
  readonly runId: string
  readonly pipeline: string
  readonly state: string
  /** In the queue, from 1; null once it has a pod. */
  readonly place: number | null
  readonly ageSeconds: number
  readonly pod: string
  readonly reason: string
}

/** In the order of the queue: acceptance, then name. */
export function rowsOf(cache: Pick<RunCache, 'keys' | 'run'>, nowMs: number): RunRow[] {
  const runs = [...cache.keys()].flatMap((key) => withRecord(cache.run(key)))
  const ordered = runs.toSorted(({ record: one }, { record: other }) => one.spec.acceptedAtMs - other.spec.acceptedAtMs || (one.name < other.name ? -1 : 1))
  let place = 0
  return ordered.map(({ record, pod }) => {
    const isWaiting = record.status.phase === 'Queued' && pod === undefined
    if (isWaiting) place += 1
    return { ...rowOf(record, pod), place: isWaiting ? place : null, ageSeconds: Math.max(0, Math.round((nowMs - record.spec.acceptedAtMs) / 1000)) }
  })
}

function withRecord({ record, pods }: CachedRun): { readonly record: StoredRecord; readonly pod: ObservedPod | undefined }[] {
  if (record === undefined) return []
  return [{ record, pod: pods.find(({ ownerUid, attempt }) => ownerUid === record.uid && attempt === record.status.attempt) }]
}

function rowOf(record: StoredRecord, pod: ObservedPod | undefined): Omit<RunRow, 'place' | 'ageSeconds'> {
  const { end, kill } = record.status
  const common = { runId: record.spec.runId, pipeline: record.spec.pipeline.fullyQualifiedName, pod: pod?.name ?? '' }
  if (end !== undefined) {
    return {
      ...common,
      state: end.isAcknowledged ? end.state : `${end.state} (not told yet)`,
      reason: [end.failureClass, end.message].filter(Boolean).join(': '),
    }
  }
  if (kill !== undefined) return { ...common, state: 'stopping', reason: kill.reason }
  if (pod !== undefined && hasStarted(pod)) return { ...common, state: 'running', reason: '' }
  const pending = pod === undefined ? undefined : pendingReason(pod)
  return { ...common, state: 'queued', reason: pending === undefined ? '' : `${pending.failureClass}: ${pending.message}` }
}
