import type { StoredRecord } from '../../compiler/record.ts'
import type { CachedRun, RunCache } from '../cache/run-cache.ts'
import { classAndCause } from '../failures/failure-table.ts'
import { hasStarted } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import type { PendingReason } from '../observe/pending-reason.ts'
import { pendingReason } from '../observe/pending.ts'
import { describeHold, type Limits } from '../queue/limits.ts'
import { isBefore } from '../queue/sorted-runs.ts'
import { placeIn } from '../queue/standing.ts'
import { StartQueue } from '../queue/start-queue.ts'

/** One run, as people look at it. */
export interface RunRow {
  readonly runId: string
  readonly pipeline: string
  readonly state: string
  /** In the queue, from 1; of an automation among automations, where they have slots of their own; null once it has a pod. */
  readonly place: number | null
  readonly ageSeconds: number
  readonly pod: string
  readonly reason: string
}

/** What limits a runner whose own words cannot be read: what the records themselves say. */
const NO_LIMITS: Limits = { maxActiveRuns: Number.POSITIVE_INFINITY, maxActiveRunsByType: {}, automationSlots: 0 }

type Runs = Pick<RunCache<StoredRecord>, 'keys' | 'run'>
/** The limits of a runner by its agent id, where they are known. */
type LimitsOf = (agentId: string) => Limits | undefined

/** The records of the runs that have a slot by the limits, and no pod: the next to start, or those whose pods are refused. */
export function nextToStart(cache: Runs, limitsOf: LimitsOf, nowMs: number): StoredRecord[] {
  const runs = [...cache.keys()].flatMap((key) => withRecord(cache.run(key)))
  const admitted = new Set([...queuesOf(runs, limitsOf, nowMs).values()].flatMap((queue) => queue.admit()))
  return runs.map(({ record }) => record).filter(({ name }) => admitted.has(name))
}

/**
 * In the order of the queue: acceptance, then name.
 *
 * @param refusalOf why the API server would not take the pod of a run, by the name of its record, where that is known
 */
export function rowsOf(cache: Runs, limitsOf: LimitsOf, nowMs: number, refusalOf: (record: string) => PendingReason | undefined = () => undefined): RunRow[] {
  const runs = [...cache.keys()].flatMap((key) => withRecord(cache.run(key)))
  const queues = queuesOf(runs, limitsOf, nowMs)
  const ordered = runs.toSorted((one, other) => (isBefore(orderOf(one.record), orderOf(other.record)) ? -1 : 1))
  return ordered.map((run) => {
    const { record } = run
    const queue = queues.get(record.spec.agentId)
    const place = queue?.placeOf(record.name) ?? null
    const refusal = place === null ? undefined : refusalOf(record.name)
    const waits = place === null || queue === undefined ? '' : waitReason(queue, record, limitsOf(record.spec.agentId) !== undefined)
    const row = rowOf(record, run.pod)
    return { ...row, place, reason: row.reason || textOf(refusal) || waits, ageSeconds: Math.max(0, Math.round((nowMs - record.spec.acceptedAtMs) / 1000)) }
  })
}

interface RunWithRecord extends CachedRun<StoredRecord> {
  readonly record: StoredRecord
  /** Of the current attempt. */
  readonly pod: ObservedPod | undefined
}

function withRecord(run: CachedRun<StoredRecord>): RunWithRecord[] {
  const { record, pods } = run
  if (record === undefined) return []
  return [{ ...run, record, pod: pods.find(({ ownerUid, attempt }) => ownerUid === record.uid && attempt === record.status.attempt) }]
}

function orderOf({ name, spec }: StoredRecord): { readonly key: string; readonly acceptedAtMs: number } {
  return { key: name, acceptedAtMs: spec.acceptedAtMs }
}

/** The queue of each runner, as the runner itself makes it. */
function queuesOf(runs: readonly RunWithRecord[], limitsOf: (agentId: string) => Limits | undefined, nowMs: number): Map<string, StartQueue> {
  const queues = new Map<string, StartQueue>()
  for (const run of runs) {
    const { agentId } = run.record.spec
    const queue = queues.get(agentId) ?? new StartQueue(limitsOf(agentId) ?? NO_LIMITS)
    queues.set(agentId, queue)
    placeIn(queue, run.record.name, run, nowMs)
  }
  return queues
}

function waitReason(queue: StartQueue, { name, spec }: StoredRecord, areLimitsKnown: boolean): string {
  const kept = queue.keptBy(name)
  if (kept !== undefined) return describeHold(kept, spec.pipeline.type)
  return areLimitsKnown ? 'starts next' : 'waits for a slot'
}

function rowOf(record: StoredRecord, pod: ObservedPod | undefined): Omit<RunRow, 'place' | 'ageSeconds'> {
  const { end, kill } = record.status
  const common = { runId: record.spec.runId, pipeline: record.spec.pipeline.fullyQualifiedName, pod: pod?.name ?? '' }
  if (end !== undefined) {
    return {
      ...common,
      state: end.isAcknowledged ? end.state : `${end.state} (not told yet)`,
      reason: [end.failureClass === undefined ? '' : classAndCause(end.failureClass, end.message), end.message].filter(Boolean).join(': '),
    }
  }
  if (kill !== undefined) return { ...common, state: 'stopping', reason: kill.reason }
  if (pod !== undefined && hasStarted(pod)) return { ...common, state: 'running', reason: '' }
  return { ...common, state: 'queued', reason: textOf(pod === undefined ? undefined : pendingReason(pod)) }
}

function textOf(pending: PendingReason | undefined): string {
  return pending === undefined ? '' : `${classAndCause(pending.failureClass, pending.message)}: ${pending.message}`
}
