import type { ObservedPod } from './observed-pod.ts'
import type { PendingReason } from './pending-reason.ts'
import { PENDING_RULES } from './pending-rules.ts'

/** undefined while all goes its way: just created, pulling, starting, running. By the table PENDING_RULES. */
export function pendingReason(pod: ObservedPod): PendingReason | undefined {
  for (const { failureClass, message } of PENDING_RULES) {
    const words = message(pod)
    if (words !== undefined) return { failureClass, message: words }
  }
  return undefined
}
