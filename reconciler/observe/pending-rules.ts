import type { FailureClass } from '../../compiler/failure-class.ts'
import type { PodRule } from './end-rules.ts'
import { postponedByArgo } from './workflow-pending.ts'
import { newestOf } from './observed-event.ts'
import type { ObservedPod } from './observed-pod.ts'

/** What of a pod that has not started decides why. The first rule that holds counts: the order in which a pod comes to life. */
export const PENDING_RULES: readonly PodRule[] = [
  {
    failureClass: 'Unschedulable',
    decidedBy: 'condition `PodScheduled` is `False`; an event `NotTriggerScaleUp` is added',
    message: unscheduled,
  },
  {
    failureClass: 'Unschedulable',
    decidedBy: 'Argo: the Workflow has no pod, and its `status.message` or that of its pending node says why',
    message: postponedByArgo,
  },
  waiting('ImageInvalid', ['InvalidImageName']),
  waiting('ImagePull', ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'ImageInspectError', 'RegistryUnavailable', 'SignatureValidationFailed']),
  waiting('ConfigError', [
    'CreateContainerConfigError',
    'CreateContainerError',
    'RunContainerError',
    'PreCreateHookError',
    'PreStartHookError',
    'PostStartHookError',
    'CrashLoopBackOff',
  ]),
  waiting('NeverStarted', ['CreatePodSandboxError', 'ConfigPodSandboxError']),
  toldByEvent('ConfigError', ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']),
  toldByEvent('NeverStarted', ['FailedCreatePodSandBox', 'NetworkNotReady']),
  {
    failureClass: 'Lost',
    decidedBy: 'condition `PodReadyToStartContainers` is `False`, and a container or init container has a `containerID`: it was made in a sandbox that is gone',
    message: ({ nodeName, lostSandbox }) =>
      lostSandbox === null
        ? undefined
        : `node ${nodeName} has lost the sandbox of the pod after it had made container ${lostSandbox.containerName}, and makes no other`,
  },
]

function unscheduled({ conditions, events }: ObservedPod): string | undefined {
  const condition = conditions.find(({ type }) => type === 'PodScheduled')
  if (condition === undefined) return undefined
  const autoscaler = newestOf(events, ['NotTriggerScaleUp'])
  return [`${condition.reason}: ${condition.message}`, ...(autoscaler === undefined ? [] : [`${autoscaler.reason}: ${autoscaler.message}`])].join('; ')
}

function waiting(failureClass: FailureClass, reasons: readonly string[]): PodRule {
  return {
    failureClass,
    decidedBy: `a container or init container \`waiting\` with reason ${reasons.map((reason) => `\`${reason}\``).join(', ')}`,
    message: (pod) => {
      for (const container of [...pod.initContainers, ...pod.containers]) {
        if (container.state !== 'waiting' || !reasons.includes(container.reason)) continue
        const words = `container ${container.name}: ${container.reason}: ${container.message}`
        return failureClass === 'ImagePull' ? withPullSecret(words, pod) : words
      }
      return undefined
    },
  }
}

/** That the secret is not there is told by an event alone, and the pull is tried without it. */
function withPullSecret(words: string, { events }: ObservedPod): string {
  const missing = newestOf(events, ['FailedToRetrieveImagePullSecret'])
  return missing === undefined ? words : `${words}; ${missing.reason}: ${missing.message}`
}

/** Between the node's choice and the first container the status says nothing. Told once it may be a hiccup of the start; twice it is not. */
function toldByEvent(failureClass: FailureClass, reasons: readonly string[]): PodRule {
  return {
    failureClass,
    decidedBy: `an event ${reasons.map((reason) => `\`${reason}\``).join(', ')} of the pod, told twice, while condition \`PodReadyToStartContainers\` is not \`True\``,
    message: ({ nodeName, conditions, events }) => {
      if (nodeName === '' || conditions.some(({ type }) => type === 'PodReadyToStartContainers')) return undefined
      const event = newestOf(events, reasons, 2)
      return event === undefined ? undefined : `${event.reason}: ${event.message}`
    },
  }
}
