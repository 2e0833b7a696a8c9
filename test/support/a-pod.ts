import type { V1ContainerState, V1Pod, V1PodCondition } from '@kubernetes/client-node'
import { MAIN_CONTAINER } from '../../compiler/pod/container.ts'
import { podForRun } from '../../compiler/pod/pod.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import { must } from '../compiler/examples/must.ts'
import { aPolicy } from '../compiler/examples/policy.ts'
import { NOW_MS } from '../compiler/examples/run.ts'

/** Times of the API server: strings, to the second. */
function time(ms: number): Date {
  return `${new Date(ms).toISOString().slice(0, 19)}Z` as unknown as Date
}

/** The pod of the record's attempt, just created: no node has it yet. */
export function aPodOf(record: StoredRecord): V1Pod {
  const pod = must(podForRun(record, aPolicy(), 'registry.example.com/collate/ingestion:om-1.11.1-cl-1.11.1'))
  const metadata = { ...pod.metadata, uid: `${pod.metadata?.name}-uid`, resourceVersion: '4712', creationTimestamp: time(NOW_MS) }
  return { ...pod, metadata, status: { phase: 'Pending' } }
}

export function unschedulable(pod: V1Pod, message: string): V1Pod {
  return withCondition(pod, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message })
}

export function onNode(pod: V1Pod, nodeName = 'node-1'): V1Pod {
  return { ...pod, spec: { containers: [], ...pod.spec, nodeName } }
}

export function waitingFor(pod: V1Pod, reason: string, message: string): V1Pod {
  return inState(onNode(pod), 'Pending', { waiting: { reason, message } })
}

/** Its node made the container, lost the sandbox before it had started it, and leaves it at that. */
export function withLostSandbox(pod: V1Pod, sinceMs: number): V1Pod {
  const { status } = inState(onNode(pod), 'Pending', { waiting: {} })
  const containerStatuses = status?.containerStatuses?.map((container) => ({ ...container, containerID: 'containerd://1b6599e8' })) ?? []
  const sandbox: V1PodCondition = { type: 'PodReadyToStartContainers', status: 'False', lastTransitionTime: time(sinceMs) }
  return withCondition({ ...onNode(pod), status: { ...status, containerStatuses } }, sandbox)
}

export function running(pod: V1Pod): V1Pod {
  return inState(onNode(pod), 'Running', { running: { startedAt: time(NOW_MS) } })
}

interface Exit {
  readonly atMs?: number
  readonly reason?: string
  readonly message?: string
}

export function exited(
  pod: V1Pod,
  exitCode: number,
  { atMs = NOW_MS + 30_000, reason = exitCode === 0 ? 'Completed' : 'Error', message = '' }: Exit = {},
): V1Pod {
  const terminated = { exitCode, reason, message, startedAt: time(NOW_MS), finishedAt: time(atMs) }
  return inState(onNode(pod), exitCode === 0 ? 'Succeeded' : 'Failed', { terminated })
}

/** Somebody asked for its deletion; a node that has it gives it a minute. */
export function deletedAt(pod: V1Pod, atMs: number): V1Pod {
  const deletionGracePeriodSeconds = pod.spec?.nodeName === undefined ? 0 : 60
  return { ...pod, metadata: { ...pod.metadata, deletionGracePeriodSeconds, deletionTimestamp: time(atMs + deletionGracePeriodSeconds * 1000) } }
}

export function withCondition(pod: V1Pod, condition: V1PodCondition): V1Pod {
  return { ...pod, status: { ...pod.status, conditions: [...(pod.status?.conditions ?? []), condition] } }
}

/** Kubernetes' pod garbage collector gave it up. */
export function onGoneNode(pod: V1Pod): V1Pod {
  const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' }
  const given = withCondition(pod, condition)
  return { ...given, status: { ...given.status, phase: 'Failed' } }
}

/** Without our finalizer. */
export function released(pod: V1Pod): V1Pod {
  return { ...pod, metadata: { ...pod.metadata, finalizers: [] } }
}

/** Of a record that bore the same name before. */
export function ofEarlierRecord(pod: V1Pod): V1Pod {
  const owners = (pod.metadata?.ownerReferences ?? []).map((owner) => ({ ...owner, uid: 'earlier-record-uid' }))
  return { ...pod, metadata: { ...pod.metadata, ownerReferences: owners } }
}

export function withPodStatus(pod: V1Pod, status: { readonly reason: string; readonly message: string }): V1Pod {
  return { ...pod, status: { ...pod.status, phase: 'Failed', ...status } }
}

function inState(pod: V1Pod, phase: string, state: V1ContainerState): V1Pod {
  const container = { name: MAIN_CONTAINER, image: 'x', imageID: 'x', ready: false, restartCount: 0, state }
  return { ...pod, status: { ...pod.status, phase, containerStatuses: [container] } }
}
