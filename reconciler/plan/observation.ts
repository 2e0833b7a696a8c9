import type { KnownRecord } from '../cache/finished-record.ts'
import type { PendingReason } from '../observe/pending-reason.ts'
import type { Refusal } from '../observe/refusal.ts'
import type { PendingBudgets } from '../failures/pending-budgets.ts'
import type { ObservedEvent } from '../observe/observed-event.ts'
import type { ObservedJob } from '../observe/observed-job.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'

/** Everything the next step of one run depends on. */
export interface Observation {
  /** Absent: the record is gone, which was asked of the API server itself and not of the cache. */
  readonly record?: KnownRecord
  /** The record was read from the API server itself in this pass, and not taken from the cache. */
  readonly isRecordLive: boolean
  readonly pods: readonly ObservedPod[]
  /** A pod of this run was there and is gone, though its end is not on the record. */
  readonly vanishedPod?: ObservedPod
  /** The pod of the current attempt was asked for at the API server itself and is not there. */
  readonly isPodAbsent: boolean
  /** The Job of a schedule that makes the first attempt, while it is there. */
  readonly job?: ObservedJob
  /** What Kubernetes tells of that Job beside its status. */
  readonly jobEvents: readonly ObservedEvent[]
  /** The Job and its pods were read from the API server itself in this pass. */
  readonly isJobLive: boolean
  /** The pods of the current attempt, which is a Workflow, were read from the API server itself in this pass. */
  readonly arePodsLive: boolean
  /** `goes`: the namespace is being deleted, and everything in it with it. `unknown`: nobody has asked in this pass. */
  readonly namespace: 'goes' | 'stays' | 'unknown'
  /** The limits let this run start: it holds a slot. */
  readonly holdsSlot: boolean
  /** `unknown`: nobody has asked the API server since the runner started. */
  readonly payload: 'present' | 'absent' | 'unknown'
  /** The payload was asked for in this pass, and this is why the cluster does not say whether it is there. */
  readonly payloadRefusal?: PendingReason
  /** Why the run could not be started when this process last tried. */
  readonly refusal?: Refusal
  readonly nowMs: number
  readonly recordTtlMs: number
  readonly pendingBudgets: PendingBudgets
}
