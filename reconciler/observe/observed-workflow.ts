import type { Workflow } from '../../compiler/argo/workflow-types.ts'
import { LABEL_RUN_ID } from '../../compiler/labels.ts'
import { observeMetadata, type ObservedPod, timeOf } from './observed-pod.ts'

/** What Argo's controller tells of a Workflow, and what is known of its pod. */
export interface WorkflowState {
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Error`; empty until a controller has taken it up. */
  readonly phase: string
  readonly message: string
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
  readonly isDeleted: boolean
  /** Kubernetes deletes the pod first, and the Workflow after it. Deleted in the background, as kubectl does it, its pod runs on. */
  readonly isDeletedInForeground: boolean
  /** Name of its newest pod; null when none was seen. */
  readonly podName: string | null
  /** That pod is in the cluster. What is known of one that is not is the last that was seen. */
  readonly isPodThere: boolean
  /** Somebody asked for the deletion of the pod itself. */
  readonly isPodDeleted: boolean
  /** A pod of it is gone, or another one has taken its place. */
  readonly hasLostPod: boolean
}

/** What is known of the pod of a Workflow. */
export interface PodOfWorkflow {
  readonly pod: ObservedPod
  /** False for the last that was seen of one that is gone: nothing of ours keeps it, and it may have told how it ended. */
  readonly isThere: boolean
  /** A pod of this Workflow is gone, or another one has taken its place. */
  readonly hasLostOne: boolean
}

/** An attempt that is a Workflow. Its own metadata are the Workflow's; containers, conditions and node come from its pod. */
export interface ObservedWorkflow extends ObservedPod {
  readonly workflow: WorkflowState
}

/** Kubernetes puts it on what is deleted in the foreground. */
const FOREGROUND_FINALIZER = 'foregroundDeletion'

/** The narrow view of a Workflow as the API server sends it, without its pod. */
export function observeWorkflow({ metadata, status = {} }: Workflow, agentId?: string): ObservedWorkflow {
  return {
    ...observeMetadata(metadata, jobOf(metadata), agentId),
    resource: 'workflows',
    ownerWorkflow: null,
    nodeName: '',
    phase: status.phase === undefined || status.phase === '' ? 'Pending' : status.phase,
    reason: '',
    message: '',
    conditions: [],
    containers: [],
    initContainers: [],
    takenByNodeAtMs: null,
    deadlineAtMs: null,
    events: [],
    workflow: {
      phase: status.phase ?? '',
      message: messageOf(status),
      startedAtMs: timeOf(status.startedAt),
      finishedAtMs: timeOf(status.finishedAt),
      isDeleted: metadata.deletionTimestamp !== undefined,
      isDeletedInForeground: metadata.finalizers?.includes(FOREGROUND_FINALIZER) ?? false,
      podName: null,
      isPodThere: false,
      isPodDeleted: false,
      hasLostPod: false,
    },
  }
}

/** The Workflow of a CronWorkflow carries no run id: it is to its run what a Job is. */
function jobOf({ labels = {}, uid = '', name = '' }: Workflow['metadata']): ObservedPod['job'] {
  return labels[LABEL_RUN_ID] === undefined ? { uid, name } : null
}

/** A Workflow that waits says nothing itself: its node does, such as that the quota has no room for its pod. */
function messageOf({ message = '', nodes = {} }: NonNullable<Workflow['status']>): string {
  if (message !== '') return message
  return Object.values(nodes).find((node) => node.phase === 'Pending' && node.message !== undefined)?.message ?? ''
}

/** The attempt with what is known of its pod. */
export function withPod(attempt: ObservedWorkflow, { pod, isThere, hasLostOne }: PodOfWorkflow): ObservedWorkflow {
  const { nodeName, phase, reason, message, conditions, containers, initContainers, takenByNodeAtMs, isRemovedByKubelet } = pod
  const deletionRequestedAtMs = attempt.deletionRequestedAtMs ?? pod.deletionRequestedAtMs
  const ofPod = { podName: pod.name, isPodThere: isThere, isPodDeleted: pod.deletionRequestedAtMs !== null, hasLostPod: hasLostOne }
  const workflow = { ...attempt.workflow, ...ofPod }
  return {
    ...attempt,
    nodeName,
    phase,
    reason,
    message,
    conditions,
    containers,
    initContainers,
    takenByNodeAtMs,
    isRemovedByKubelet,
    deletionRequestedAtMs,
    workflow,
  }
}
