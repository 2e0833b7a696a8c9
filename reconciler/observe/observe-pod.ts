import type { V1Container, V1ContainerStatus, V1ObjectMeta, V1Pod, V1PodStatus } from '@kubernetes/client-node'
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
import { recordName } from '../../compiler/names.ts'
import { RUN_KINDS } from '../../compiler/record.ts'
import type { LostSandbox, ObservedCondition, ObservedContainer, ObservedPod } from './observed-pod.ts'

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
    lostSandbox: lostSandboxOf(status),
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

/**
 * A container has an id once it is made, which takes a sandbox. A kubelet makes no second sandbox for a pod that is not to be restarted
 * once a container of it was made, also when none has started: https://github.com/kubernetes/kubernetes/issues/118321
 */
function lostSandboxOf({ phase, conditions = [], containerStatuses = [], initContainerStatuses = [] }: V1PodStatus): LostSandbox | null {
  const condition = conditions.find(({ type, status }) => type === 'PodReadyToStartContainers' && status === 'False')
  const made = [...initContainerStatuses, ...containerStatuses].findLast(({ containerID = '' }) => containerID !== '')
  if (phase !== 'Pending' || condition === undefined || made === undefined) return null
  return { sinceMs: timeOf(condition.lastTransitionTime), containerName: made.name }
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
