import type { Kill, Retry, RunEnd, StoredRecord } from '../../compiler/record.ts'
import type { KnownRecord } from '../cache/finished-record.ts'
import type { ObservedJob } from '../observe/observed-job.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import type { PendingReason } from '../observe/pending-reason.ts'

/** What the plan wants to know first. The answer changes the observation, and the run is planned anew. */
export type Question =
  | { readonly kind: 'checkPayload'; readonly record: StoredRecord }
  | { readonly kind: 'readPod'; readonly record: StoredRecord }
  | { readonly kind: 'readRecord'; readonly record: StoredRecord }
  | { readonly kind: 'checkNamespace'; readonly record: StoredRecord }
  /** The Job that makes the first attempt, and its pods. */
  | { readonly kind: 'readJob'; readonly record: StoredRecord }
  /** The pods that Argo has made of this Workflow. */
  | { readonly kind: 'readPodsOf'; readonly record: StoredRecord; readonly workflow: string }

export type Action =
  | Question
  | { readonly kind: 'createPod'; readonly record: StoredRecord }
  | { readonly kind: 'deletePod'; readonly pod: ObservedPod; readonly why: string }
  /** Give the run of a schedule's Job its record. */
  | { readonly kind: 'adoptJob'; readonly job: ObservedJob }
  | { readonly kind: 'deleteJob'; readonly job: ObservedJob; readonly why: string }
  /** Write on the record that the run is to end: it can never run. */
  | { readonly kind: 'giveUp'; readonly record: StoredRecord; readonly kill: Kill }
  | { readonly kind: 'reportPending'; readonly record: StoredRecord; readonly pending: PendingReason }
  /** Tell the operator of a pod that its node does not end. */
  | { readonly kind: 'warnStuck'; readonly record: StoredRecord; readonly pod: ObservedPod }
  /** Tell Collate that the run waits for another attempt, then write that on the record. `end` is how the attempt ended. */
  | { readonly kind: 'retry'; readonly record: StoredRecord; readonly retry: Retry; readonly end: RunEnd; readonly pod: ObservedPod }
  /** Tell Collate, then write the end on the record. */
  | { readonly kind: 'end'; readonly record: StoredRecord; readonly end: RunEnd; readonly pod?: ObservedPod }
  /** Tell Collate of an end that stands on the record unacknowledged. */
  | { readonly kind: 'acknowledge'; readonly record: StoredRecord; readonly end: RunEnd; readonly pod: ObservedPod | undefined }
  /** Tell Collate of a run whose record is gone. */
  | { readonly kind: 'reportOrphan'; readonly pod: ObservedPod; readonly end: RunEnd }
  | { readonly kind: 'releasePod'; readonly pod: ObservedPod }
  | { readonly kind: 'releaseRecord'; readonly record: KnownRecord }
  | { readonly kind: 'deleteRecord'; readonly record: KnownRecord }

export interface Plan {
  readonly actions: readonly Action[]
  /** Look again after this time, whatever happens until then. */
  readonly requeueAfterMs?: number
}

export const NOTHING: Plan = { actions: [] }

/** All the actions in this order, and the earliest time to look again. */
export function join(plans: readonly Plan[]): Plan {
  const waits = plans.flatMap(({ requeueAfterMs }) => (requeueAfterMs === undefined ? [] : [requeueAfterMs]))
  const actions = plans.flatMap((part) => part.actions)
  return waits.length === 0 ? { actions } : { actions, requeueAfterMs: Math.min(...waits) }
}
