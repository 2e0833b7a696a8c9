import type { V1Job } from '@kubernetes/client-node'
import { LABEL_PIPELINE_ID, LABEL_RECORD } from '../../compiler/labels.ts'

/** As much of a schedule's Job as its run depends on. The Job's uid is the run's id. */
export interface ObservedJob {
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  /** Name of the revision of the schedule that started it. */
  readonly scheduleName: string
  readonly pipelineId: string
  readonly createdAtMs: number
  readonly isBeingDeleted: boolean
  /** null while it goes on. */
  readonly end: JobEnd | null
}

/** What Kubernetes says of the Job's end. */
export interface JobEnd {
  readonly isComplete: boolean
  /** Kubernetes' own: `BackoffLimitExceeded`, `DeadlineExceeded`, ... */
  readonly reason: string
  readonly message: string
  readonly atMs: number | null
}

/** The narrow view of a Job as the API server sends it. */
export function observeJob({ metadata = {}, status = {} }: V1Job): ObservedJob {
  const labels = metadata.labels ?? {}
  return {
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    scheduleName: labels[LABEL_RECORD] ?? '',
    pipelineId: labels[LABEL_PIPELINE_ID] ?? '',
    createdAtMs: msOf(metadata.creationTimestamp) ?? 0,
    isBeingDeleted: metadata.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null,
    end: endOf(status),
  }
}

function endOf({ conditions = [] }: NonNullable<V1Job['status']>): JobEnd | null {
  const condition = conditions.find(({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'))
  if (condition === undefined) return null
  const { type, reason = '', message = '', lastTransitionTime } = condition
  return { isComplete: type === 'Complete', reason, message, atMs: msOf(lastTransitionTime) }
}

function msOf(time: Date | string | undefined): number | null {
  if (time === undefined || time === null) return null
  const ms = new Date(time).getTime()
  return Number.isNaN(ms) ? null : ms
}
