/** What the view of an attempt means: whether it has started, ended, been taken away. */
import { MAIN_CONTAINER } from '../../compiler/pod/container.ts'
import type { ObservedCondition, ObservedPod, Terminated } from './observed-pod.ts'
import { hasRunUnseen, hasWorkflowTerminated } from './workflow-end.ts'

/** Why the cluster took the pod away, once it has said so. */
export function disruption(pod: ObservedPod): ObservedCondition | undefined {
  return pod.conditions.find(({ type }) => type === 'DisruptionTarget')
}

/** The node will never tell more of this pod: Kubernetes' pod garbage collector found it gone or out of service. */
export function isNodeGone(pod: ObservedPod): boolean {
  return disruption(pod)?.reason === 'DeletionByPodGC'
}

/**
 * Nothing of this pod runs any more and nothing will: every container has terminated, or its node is gone, or it is deleted
 * before any node ever had it. Only then may its end be told.
 */
export function hasTerminated(pod: ObservedPod): boolean {
  if (isNodeGone(pod)) return true
  if (pod.workflow !== undefined) return hasWorkflowTerminated(pod, pod.workflow)
  const isFinal = pod.phase === 'Succeeded' || pod.phase === 'Failed' || hasFailedByItself(pod)
  if (pod.containers.length > 0) return isFinal && pod.containers.every(({ state }) => state !== 'running')
  return isFinal || (pod.deletionRequestedAtMs !== null && pod.nodeName === '')
}

/** What is left of a program that the kubelet ended: by SIGTERM, or by SIGKILL when the grace period was over. */
export const ENDED_BY_SIGNAL: readonly number[] = [143, 137]

/**
 * Every container has terminated, and the program by its own failure: nothing that the kubelet has yet to write can change that.
 * Its phase comes about a second after the states of the containers. The phase is waited for where it may tell of another cause: a
 * signal, a deletion, a disruption, a deadline that is over.
 */
function hasFailedByItself(pod: ObservedPod): boolean {
  const main = endedProgram(pod)
  if (main === undefined || main.exitCode === 0 || isUnknown(main)) return false
  if (ENDED_BY_SIGNAL.includes(main.exitCode) && main.reason !== 'OOMKilled') return false
  if (pod.deletionRequestedAtMs !== null || disruption(pod) !== undefined) return false
  const isInTime = pod.deadlineAtMs === null || (main.finishedAtMs !== null && main.finishedAtMs < pod.deadlineAtMs)
  const isAllOver = pod.containers.every(({ state }) => state === 'terminated') && pod.initContainers.every(({ state }) => state !== 'running')
  return isInTime && isAllOver
}

/**
 * What a node that came back says of a container that it finds no more: the kubelet's own word, and the one that containerd gives with exit
 * code 255 after a reboot. It is made up, and tells nothing of how the program ended.
 */
export function isUnknown({ reason, exitCode }: Terminated): boolean {
  return reason === 'ContainerStatusUnknown' || (reason === 'Unknown' && exitCode === 255)
}

/** The container that does the work, once it has ended. Others may have been put beside it by the cluster's own webhooks. */
export function endedProgram(pod: ObservedPod): Terminated | undefined {
  return pod.containers.find((container): container is Terminated => container.name === MAIN_CONTAINER && container.state === 'terminated')
}

/** The init container whose failure kept the program from running. */
export function failedInitContainer(pod: ObservedPod): Terminated | undefined {
  const last = badlyEndedInitContainer(pod)
  return last === undefined || isUnknown(last) ? undefined : last
}

/** The container that its node lost, and with it the pod: of the program, or of what goes before it. */
export function lostContainer(pod: ObservedPod): Terminated | undefined {
  return [endedProgram(pod), badlyEndedInitContainer(pod)].find((container) => container !== undefined && isUnknown(container))
}

function badlyEndedInitContainer(pod: ObservedPod): Terminated | undefined {
  if (hasStarted(pod)) return undefined
  return pod.initContainers.find((container): container is Terminated => container.state === 'terminated' && container.exitCode !== 0)
}

/** When the container that does the work began; null when it has not, or nobody knows. */
export function startOfProgram(pod: ObservedPod): number | null {
  const main = pod.containers.find(({ name }) => name === MAIN_CONTAINER)
  return main === undefined || main.state === 'waiting' ? null : main.startedAtMs
}

/** Its program has run or runs. Containers beside it, such as Argo's own, say nothing of that. */
export function hasStarted(pod: ObservedPod): boolean {
  return hasRunUnseen(pod) || startOfProgram(pod) !== null
}

/** Name of the pod that an attempt runs in; null when it has none (yet). */
export function podNameOf({ name, workflow }: ObservedPod): string | null {
  return workflow === undefined ? name : workflow.podName
}
