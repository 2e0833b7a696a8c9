import type { FailureClass } from '../../compiler/failure-class.ts'
import type { ObservedPod } from './observed-pod.ts'
import { PENDING_RULES } from './pending-rules.ts'

/** Why a run that has a pod does not run yet. */
export interface PendingReason {
  readonly failureClass: FailureClass
  /** Kubernetes' own words. */
  readonly message: string
  /** What to do about it. */
  readonly remedy?: string
}

/** undefined while all goes its way: just created, pulling, starting, running. By the table PENDING_RULES. */
export function pendingReason(pod: ObservedPod): PendingReason | undefined {
  for (const { failureClass, message } of PENDING_RULES) {
    const words = message(pod)
    if (words !== undefined) return { failureClass, message: words }
  }
  return undefined
}
