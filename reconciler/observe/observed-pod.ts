import type { V1Container, V1ContainerStatus, V1ObjectMeta, V1Pod } from '@kubernetes/client-node'
import { MAIN_CONTAINER } from '../../compiler/pod/container.ts'
import type { ObservedEvent } from './observed-event.ts'
import {
  ANNOTATION_KIND,
  ANNOTATION_PIPELINE_FQN,
  ANNOTATION_PIPELINE_NAME,
  END_RECORDED_FINALIZER,
  LABEL_AGENT,
  LABEL_ATTEMPT,
  LABEL_PIPELINE_ID,
  LABEL_PIPELINE_TYPE,
  LABEL_RECORD,
  LABEL_RUN_ID,
} from '../../compiler/labels.ts'
import type { WorkflowState } from './observed-workflow.ts'
import { hasRunUnseen, hasWorkflowTerminated } from './workflow-end.ts'
import { recordName } from '../../compiler/names.ts'
import { RUN_KINDS, type RunKind } from '../../compiler/record.ts'

/**
 * What the runner needs of one attempt of a run, and nothing more: the cache keeps thousands of these. Times are epoch milliseconds.
 *
 * It is a pod of ours, or under Argo a Workflow with the pod that Argo makes for it: see `observed-workflow.ts`.
 */
export interface ObservedPod {
  /** What it is in the API: that object carries our finalizer, and is deleted and released. */
  readonly resource: 'pods' | 'workflows'
  /** Of an attempt that is a Workflow. */
  readonly workflow?: WorkflowState
  /** Of a pod that Argo has made: the name of its Workflow. */
  readonly ownerWorkflow: string | null
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly recordName: string
  /** uid of the record that owns it; a pod of an earlier record of the same name has another. */
  readonly ownerUid: string | null
  /** The Job of a schedule that made it, or its Workflow; null for what the runner made. Its uid is the run's id. */
  readonly job: { readonly name: string; readonly uid: string } | null
  readonly runId: string
  readonly attempt: number
  readonly kind: RunKind
  readonly pipelineFqn: string
  readonly pipelineId: string
  readonly pipelineName: string
  readonly pipelineType: string
  /** Empty until the scheduler has found one. */
  readonly nodeName: string
  readonly phase: string
  readonly reason: string
  readonly message: string
  /** When somebody asked for its deletion; null when nobody did. */
  readonly deletionRequestedAtMs: number | null
  /**
   * The kubelet has ended the pod and deleted it for good: the API server then moves the time of the request to that moment, so
   * that the request came earlier than it says.
   */
  readonly isRemovedByKubelet: boolean
  /** Index of our finalizer in the pod's list; -1 when it is off. */
  readonly finalizerIndex: number
  readonly createdAtMs: number
  /** When the kubelet of its node first saw it; null before that. */
  readonly takenByNodeAtMs: number | null
  /** When its node is to end it; null without a deadline, and before the node has it. */
  readonly deadlineAtMs: number | null
  readonly conditions: readonly ObservedCondition[]
  readonly containers: readonly ObservedContainer[]
  /** They run one after another before the others. Those of the cluster's own webhooks are among them. */
  readonly initContainers: readonly ObservedContainer[]
  /** What Kubernetes tells of it beside its status. */
  readonly events: readonly ObservedEvent[]
}

/** `PodScheduled` when it is False; `DisruptionTarget` and `PodReadyToStartContainers` when they are True. */
export interface ObservedCondition {
  readonly type: string
  readonly reason: string
  readonly message: string
  /** When it became so. */
  readonly sinceMs: number | null
}

export type ObservedContainer =
  | { readonly name: string; readonly state: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly name: string; readonly state: 'running'; readonly startedAtMs: number | null }
  | {
      readonly name: string
      readonly state: 'terminated'
      readonly exitCode: number
      readonly reason: string
      readonly message: string
      readonly startedAtMs: number | null
      readonly finishedAtMs: number | null
      /** As it stands in the pod; null without one. */
      readonly memoryLimit: string | null
    }

/**
 * The narrow view of a pod as the API server sends it.
 *
 * @param agentId whose runs they are; without it as the label has it, which most often is the same
 */
export function observePod(pod: V1Pod, agentId?: string): ObservedPod {
  const { metadata = {}, status = {} } = pod
  return {
    ...observeMetadata(metadata, jobOf(metadata), agentId),
    resource: 'pods',
    ownerWorkflow: metadata.ownerReferences?.find((owner) => owner.kind === 'Workflow')?.name ?? null,
    takenByNodeAtMs: timeOf(status.startTime),
    deadlineAtMs: deadlineAtMs(pod),
    nodeName: pod.spec?.nodeName ?? '',
    phase: status.phase ?? 'Pending',
    reason: status.reason ?? '',
    message: status.message ?? '',
    conditions: conditionsOf(pod),
    containers: (status.containerStatuses ?? []).map((container) => observeContainer(container, pod.spec?.containers)),
    initContainers: (status.initContainerStatuses ?? []).map((container) => observeContainer(container, pod.spec?.initContainers)),
    events: [],
  }
}

type FromMetadata =
  | 'name'
  | 'uid'
  | 'resourceVersion'
  | 'recordName'
  | 'ownerUid'
  | 'job'
  | 'runId'
  | 'attempt'
  | 'kind'
  | 'pipelineFqn'
  | 'pipelineId'
  | 'pipelineName'
  | 'pipelineType'
  | 'deletionRequestedAtMs'
  | 'isRemovedByKubelet'
  | 'finalizerIndex'
  | 'createdAtMs'

/** As `podName` writes it. */
const ATTEMPT_IN_NAME = /-(\d{1,9})$/

/** What the metadata tell, which pods and Workflows have alike. */
export function observeMetadata(metadata: V1ObjectMeta, job: ObservedPod['job'], agentId: string | undefined): Pick<ObservedPod, FromMetadata> {
  const labels = metadata.labels ?? {}
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === 'ConfigMap')
  return {
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    recordName: job === null ? (labels[LABEL_RECORD] ?? owner?.name ?? '') : recordName(job.uid, agentId ?? labels[LABEL_AGENT] ?? ''),
    ownerUid: owner?.uid ?? null,
    job,
    runId: job?.uid ?? labels[LABEL_RUN_ID] ?? '',
    attempt: Number(labels[LABEL_ATTEMPT] ?? (job === null ? ATTEMPT_IN_NAME.exec(metadata.name ?? '')?.[1] : undefined) ?? '1'),
    kind: RUN_KINDS.find((kind) => kind === metadata.annotations?.[ANNOTATION_KIND]) ?? 'pipeline',
    pipelineFqn: metadata.annotations?.[ANNOTATION_PIPELINE_FQN] ?? '',
    pipelineId: labels[LABEL_PIPELINE_ID] ?? '',
    pipelineName: metadata.annotations?.[ANNOTATION_PIPELINE_NAME] ?? '',
    pipelineType: labels[LABEL_PIPELINE_TYPE] ?? '',
    deletionRequestedAtMs: deletionRequestedAtMs(metadata),
    isRemovedByKubelet: metadata.deletionGracePeriodSeconds === 0,
    finalizerIndex: metadata.finalizers?.indexOf(END_RECORDED_FINALIZER) ?? -1,
    createdAtMs: timeOf(metadata.creationTimestamp) ?? 0,
  }
}

/** A pod of a schedule carries the record of the schedule, and no run id: its Job, or the Workflow of a CronWorkflow, has made it. */
function jobOf({ labels = {}, ownerReferences = [] }: V1ObjectMeta): ObservedPod['job'] {
  if (labels[LABEL_RUN_ID] !== undefined) return null
  const workflow = ownerReferences.find(({ kind }) => kind === 'Workflow')
  if (workflow !== undefined) return { uid: workflow.uid, name: workflow.name }
  const uid = labels['batch.kubernetes.io/controller-uid']
  return uid === undefined ? null : { uid, name: labels['batch.kubernetes.io/job-name'] ?? '' }
}

function deadlineAtMs({ spec, status }: V1Pod): number | null {
  const takenAtMs = timeOf(status?.startTime)
  return takenAtMs === null || spec?.activeDeadlineSeconds === undefined ? null : takenAtMs + spec.activeDeadlineSeconds * 1000
}

const TOLD_WHEN_TRUE: readonly string[] = ['DisruptionTarget', 'PodReadyToStartContainers']

function conditionsOf(pod: V1Pod): ObservedCondition[] {
  return (pod.status?.conditions ?? [])
    .filter(({ type, status }) => (TOLD_WHEN_TRUE.includes(type) ? status === 'True' : type === 'PodScheduled' && status === 'False'))
    .map(({ type, reason = '', message = '', lastTransitionTime }) => ({ type, reason, message, sinceMs: timeOf(lastTransitionTime) }))
}

function observeContainer({ name, state = {} }: V1ContainerStatus, specs: readonly V1Container[] | undefined): ObservedContainer {
  const { waiting, running, terminated } = state
  if (terminated !== undefined) {
    const { exitCode, reason = '', message = '', startedAt, finishedAt } = terminated
    const memoryLimit = specs?.find((spec) => spec.name === name)?.resources?.limits?.['memory'] ?? null
    return { name, state: 'terminated', exitCode, reason, message, startedAtMs: timeOf(startedAt), finishedAtMs: timeOf(finishedAt), memoryLimit }
  }
  if (running !== undefined) return { name, state: 'running', startedAtMs: timeOf(running.startedAt) }
  return { name, state: 'waiting', reason: waiting?.reason ?? '', message: waiting?.message ?? '' }
}

/** The API server stores the time at which the grace period ends. */
function deletionRequestedAtMs({ deletionTimestamp, deletionGracePeriodSeconds = 0 }: V1ObjectMeta): number | null {
  const deadline = timeOf(deletionTimestamp)
  return deadline === null ? null : deadline - deletionGracePeriodSeconds * 1000
}

/** The kubelet writes the beginning of the epoch for what it does not know, such as the start of a container that never ran. */
export function timeOf(time: Date | string | null | undefined): number | null {
  if (time === undefined || time === null) return null
  const ms = new Date(time).getTime()
  return Number.isNaN(ms) || ms === 0 ? null : ms
}

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

export type Terminated = Extract<ObservedContainer, { state: 'terminated' }>

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
