import { hasTerminated } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { isUndeleted } from '../observe/workflow-end.ts'
import { NOTHING, type Plan } from './action.ts'

/** A pod whose end is nobody's news any more: it is let go, or stopped first. */
export function planLeftover(pod: ObservedPod, why: string): Plan {
  if (hasTerminated(pod)) return pod.finalizerIndex < 0 ? NOTHING : { actions: [{ kind: 'releasePod', pod }] }
  return deleteOnce(pod, why)
}

export function deleteOnce(pod: ObservedPod, why: string): Plan {
  return isUndeleted(pod) ? { actions: [{ kind: 'deletePod', pod, why }] } : NOTHING
}
