import type { ObservedPod } from './observed-pod.ts'
import type { WorkflowState } from './workflow-state.ts'

const FINAL_PHASES: readonly string[] = ['Succeeded', 'Failed', 'Error']

/**
 * Argo has ended the Workflow, or it is deleted, and nothing of its pod runs any more. A pod that has ended is not enough: the
 * operator's own fields may have Argo try again.
 */
export function hasWorkflowTerminated({ containers, phase }: ObservedPod, workflow: WorkflowState): boolean {
  if (!FINAL_PHASES.includes(workflow.phase) && !workflow.isDeleted) return false
  if (!workflow.isPodThere) return true
  return (phase === 'Succeeded' || phase === 'Failed') && containers.every(({ state }) => state !== 'running')
}

/** Nothing but the absence of a pod says that the deleted Workflow is over, and a watch of pods that lags behind knows of none either. */
export function hasEndedByDeletion({ workflow }: ObservedPod): boolean {
  return workflow !== undefined && workflow.isDeleted && !workflow.isPodThere && !FINAL_PHASES.includes(workflow.phase)
}

/**
 * Why a Workflow that nobody wants gone has to be deleted: its pod would run on, or run again. Argo starts a pod anew that is deleted
 * before Argo has seen it run, which may take ten seconds; a second start is for the runner to decide. One that is suspended and has no
 * pod would stay for ever: a runner that was to delete it came no further than that.
 */
export function deletionDue({ workflow }: ObservedPod): string | undefined {
  if (workflow === undefined || FINAL_PHASES.includes(workflow.phase)) return undefined
  if (livesOn(workflow)) return 'somebody deleted it, and its pod would run on'
  if (workflow.isDeleted) return mayStartAnother(workflow) ? 'it is being deleted, and Argo might start another pod of it' : undefined
  if (workflow.isPodDeleted || workflow.hasLostPod) return 'its pod was deleted, and Argo might start another'
  return workflow.isSuspended && !workflow.isPodThere ? 'it is suspended and has no pod, and Argo would never end it' : undefined
}

/** Somebody deleted the Workflow in the background, which its pod does not notice while our finalizer keeps the Workflow. */
function livesOn(workflow: WorkflowState): boolean {
  return workflow.isDeleted && !workflow.isDeletedInForeground && workflow.isPodThere && !workflow.isPodDeleted
}

/** Somebody deleted the Workflow, which keeps Argo from nothing: it makes its pod again when that goes. */
function mayStartAnother({ phase, isDeleted, isSuspended, isPodThere }: WorkflowState): boolean {
  return isDeleted && !isSuspended && isPodThere && !FINAL_PHASES.includes(phase)
}

/** Its program runs or may run, or run again, and nobody has asked for the deletion that would end it. */
export function isUndeleted({ workflow, deletionRequestedAtMs }: ObservedPod): boolean {
  if (workflow === undefined) return deletionRequestedAtMs === null
  return !workflow.isDeleted || livesOn(workflow) || mayStartAnother(workflow)
}

/** Its pod was seen by nobody, and Argo says how it ended. */
export function hasSucceededUnseen({ workflow }: ObservedPod): boolean {
  return workflow?.phase === 'Succeeded' && workflow.podName === null
}

/** A program of it ran, as far as the Workflow alone can tell: Argo says Failed of a pod, and Error of what kept it from having one. */
export function hasRunUnseen({ workflow }: ObservedPod): boolean {
  return workflow?.podName === null && (workflow.phase === 'Succeeded' || workflow.phase === 'Failed')
}

/** Argo's words for an end by the deadline of the whole Workflow. */
export function deadlineOfWorkflow({ workflow }: ObservedPod): string | undefined {
  const isDeadline = workflow !== undefined && /exceeded (its|workflow) deadline|Max duration limit exceeded|DeadlineExceeded/.test(workflow.message)
  return isDeadline ? `Argo: ${workflow.message}` : undefined
}

/** Argo's words for an end where nothing is known of the pod that it fits; undefined when they are others. */
export function saidByArgo({ workflow }: ObservedPod, words: RegExp): string | undefined {
  return workflow !== undefined && FINAL_PHASES.includes(workflow.phase) && words.test(workflow.message) ? `Argo: ${workflow.message}` : undefined
}
