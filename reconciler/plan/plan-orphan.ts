import { endOfPod } from '../observe/end-of-pod.ts'
import { hasTerminated } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { NOTHING, type Plan } from './action.ts'
import { deleteOnce } from './plan-leftover.ts'

/** A pod without its record: nobody can tell its story but the pod itself. */
export function planOrphan(pod: ObservedPod, nowMs: number): Plan {
  if (pod.finalizerIndex < 0) return NOTHING
  if (!hasTerminated(pod)) return deleteOnce(pod, 'its record is gone')
  return {
    actions: [
      { kind: 'reportOrphan', pod, end: endOfPod(pod, undefined, nowMs) },
      { kind: 'releasePod', pod },
    ],
  }
}
