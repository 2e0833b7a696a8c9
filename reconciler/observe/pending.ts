import type { FailureClass } from '../../compiler/failure-class.ts'
import type { ObservedPod } from './observed-pod.ts'

/** Why a run that has a pod does not run yet. */
export interface PendingReason {
  readonly failureClass: FailureClass
  /** Kubernetes' own words. */
  readonly message: string
  /** What to do about it. */
  readonly remedy?: string
}

/** Reasons of a waiting container, as the kubelet names them, and the class each belongs to. */
const WAITING: Readonly<Record<string, FailureClass>> = {
  InvalidImageName: 'ImageInvalid',
  ErrImageNeverPull: 'ImagePull',
  ErrImagePull: 'ImagePull',
  ImagePullBackOff: 'ImagePull',
  ImageInspectError: 'ImagePull',
  RegistryUnavailable: 'ImagePull',
  CreateContainerConfigError: 'ConfigError',
  CreateContainerError: 'ConfigError',
  RunContainerError: 'ConfigError',
}

/** undefined while all goes its way: just created, pulling, starting, running. */
export function pendingReason(pod: ObservedPod): PendingReason | undefined {
  const unscheduled = pod.conditions.find(({ type }) => type === 'PodScheduled')
  if (unscheduled !== undefined) return { failureClass: 'Unschedulable', message: `${unscheduled.reason}: ${unscheduled.message}` }
  for (const container of pod.containers) {
    const failureClass = container.state === 'waiting' ? WAITING[container.reason] : undefined
    if (container.state === 'waiting' && failureClass !== undefined) {
      return { failureClass, message: `container ${container.name}: ${container.reason}: ${container.message}` }
    }
  }
  return undefined
}
