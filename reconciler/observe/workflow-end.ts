import type { ObservedPod } from './observed-pod.ts'
import type { WorkflowState } from './observed-workflow.ts'

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
