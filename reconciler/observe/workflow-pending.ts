import type { ObservedPod } from './observed-pod.ts'
import type { PendingReason } from './pending-reason.ts'

/** Argo takes up a Workflow within seconds; under a burst it takes longer. */
const TAKEN_UP_WITHIN_MS = 30_000

/** How long a Workflow that nobody has taken up has still time for that; undefined when it is taken up, or is none. */
export function takenUpWithinMs({ workflow, createdAtMs }: ObservedPod, nowMs: number): number | undefined {
  return workflow?.phase === '' ? createdAtMs + TAKEN_UP_WITHIN_MS - nowMs : undefined
}

/** A Workflow that no controller of Argo has taken up in time. */
export function leftAlone(attempt: ObservedPod, nowMs: number): PendingReason | undefined {
  const left = takenUpWithinMs(attempt, nowMs)
  if (left === undefined || left > 0) return undefined
  return { failureClass: 'Unschedulable', message: `Argo: no workflow controller has taken up Workflow ${attempt.name} within ${TAKEN_UP_WITHIN_MS / 1000} s` }
}

/** Argo's own words while a Workflow has no pod: a quota without room, a lock, too many Workflows at once. */
export function postponedByArgo({ workflow }: ObservedPod): string | undefined {
  if (workflow === undefined || workflow.podName !== null || workflow.message === '') return undefined
  return `Argo: ${workflow.message}`
}
