import type { V1Job, V1ObjectMeta } from '@kubernetes/client-node'
import type { Workflow } from '../../compiler/argo/workflow-types.ts'
import { LABEL_PIPELINE_ID, LABEL_RECORD, LABEL_RUN_ID } from '../../compiler/labels.ts'

/** As much of a schedule's Job, or of the Workflow that a CronWorkflow started, as its run depends on. Its uid is the run's id. */
export interface ObservedJob {
  readonly resource: 'jobs' | 'workflows'
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
  return { ...fromMetadata(metadata), resource: 'jobs', end: endOf(status) }
}

/** The Workflow of a CronWorkflow; undefined for one that the runner made. Its end is read off it as off any attempt. */
export function observeScheduledWorkflow({ metadata }: Workflow): ObservedJob | undefined {
  return metadata.labels?.[LABEL_RUN_ID] === undefined ? { ...fromMetadata(metadata), resource: 'workflows', end: null } : undefined
}

function fromMetadata(metadata: V1ObjectMeta): Omit<ObservedJob, 'resource' | 'end'> {
  const labels = metadata.labels ?? {}
  return {
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    scheduleName: labels[LABEL_RECORD] ?? '',
    pipelineId: labels[LABEL_PIPELINE_ID] ?? '',
    createdAtMs: msOf(metadata.creationTimestamp) ?? 0,
    isBeingDeleted: metadata.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null,
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
