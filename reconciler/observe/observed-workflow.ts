import type { Workflow } from '../../compiler/argo/workflow-types.ts'
import { LABEL_RUN_ID } from '../../compiler/labels.ts'
import { observeMetadata, timeOf } from './observe-pod.ts'
import type { ObservedPod } from './observed-pod.ts'
import type { WorkflowState } from './workflow-state.ts'

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

/** Argo's own label: it puts the name of the Workflow on each of its pods. */
export const LABEL_WORKFLOW = 'workflows.argoproj.io/workflow'

/** Kubernetes puts it on what is deleted in the foreground. */
const FOREGROUND_FINALIZER = 'foregroundDeletion'

/** The narrow view of a Workflow as the API server sends it, without its pod. */
export function observeWorkflow({ metadata, spec, status = {} }: Workflow, agentId?: string): ObservedWorkflow {
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
    lostSandbox: null,
    deadlineAtMs: null,
    events: [],
    workflow: {
      phase: status.phase ?? '',
      message: messageOf(status),
      startedAtMs: timeOf(status.startedAt),
      finishedAtMs: timeOf(status.finishedAt),
      isDeleted: metadata.deletionTimestamp !== undefined,
      isDeletedInForeground: metadata.finalizers?.includes(FOREGROUND_FINALIZER) ?? false,
      isSuspended: spec.suspend === true,
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
  const { nodeName, phase, reason, message, conditions, containers, initContainers, takenByNodeAtMs, lostSandbox, isRemovedByKubelet } = pod
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
    lostSandbox,
    isRemovedByKubelet,
    deletionRequestedAtMs,
    workflow,
  }
}
