import type { V1ConfigMap, V1CronJob, V1ObjectMeta } from '@kubernetes/client-node'
import type { CronWorkflow, Workflow } from '../../compiler/argo/workflow-types.ts'
import { agentLabelValue, END_RECORDED_FINALIZER, LABEL_AGENT, LABEL_ROLE } from '../../compiler/labels.ts'
import { parseRecord } from '../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import { SCHEDULE_ROLE } from '../../compiler/schedule/schedule-config-map.ts'
import type { Cluster, Kind } from '../cluster/cluster.ts'
import { listAll, listAllOfArgo } from '../cluster/list-all.ts'
import { hasTerminated } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { observePod } from '../observe/observe-pod.ts'

/** An object of the runner, as far as taking it away goes. */
export interface FoundObject {
  readonly kind: Kind
  readonly name: string
  readonly uid: string
  readonly isBeingDeleted: boolean
  readonly isHeldByUs: boolean
}

export interface FoundSchedule extends FoundObject {
  readonly isSuspended: boolean
}

/** What runs: a pod or a Workflow. */
export interface FoundWork extends FoundObject {
  readonly isOver: boolean
  /** Empty without one. */
  readonly nodeName: string
}

/** A ConfigMap of the runner: the record of a run or a schedule, or its facts. */
export interface FoundRecord extends FoundObject {
  /** It stands for a schedule; its CronJob goes with it. */
  readonly isSchedule: boolean
  /** Of a run that has not ended, or whose end Collate does not have: its record. */
  readonly unsettled?: StoredRecord
}

/** Everything of one runner that stands in its namespace. */
export interface Found {
  readonly schedules: readonly FoundSchedule[]
  readonly works: readonly FoundWork[]
  readonly records: readonly FoundRecord[]
}

/** Reads it from the API server. Payloads are not looked for: they go with their records. */
export async function findEverything(cluster: Cluster, agentId: string): Promise<Found> {
  const selector = `${LABEL_AGENT}=${agentLabelValue(agentId)}`
  const [cronJobs, cronWorkflows, pods, workflows, records] = await Promise.all([
    listAll(cluster, 'cronjobs', selector),
    listAllOfArgo(cluster, 'cronworkflows', selector),
    listAll(cluster, 'pods', selector),
    listAllOfArgo(cluster, 'workflows', selector),
    listAll(cluster, 'configmaps', selector),
  ])
  return {
    schedules: [...cronJobs.map((one) => foundSchedule('cronjobs', one)), ...cronWorkflows.map((one) => foundSchedule('cronworkflows', one))],
    works: [...pods.map((pod) => foundPod(observePod(pod))), ...workflows.map(foundWorkflow)],
    records: records.map(foundRecord),
  }
}

function foundObject(kind: Kind, metadata: V1ObjectMeta = {}): FoundObject {
  return {
    kind,
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    isBeingDeleted: metadata.deletionTimestamp !== undefined,
    isHeldByUs: metadata.finalizers?.includes(END_RECORDED_FINALIZER) === true,
  }
}

function foundSchedule(kind: 'cronjobs' | 'cronworkflows', { metadata, spec }: V1CronJob | CronWorkflow): FoundSchedule {
  return { ...foundObject(kind, metadata), isSuspended: spec?.suspend === true }
}

function foundPod(pod: ObservedPod): FoundWork {
  const { name, uid, deletionRequestedAtMs, finalizerIndex, nodeName } = pod
  return { kind: 'pods', name, uid, isBeingDeleted: deletionRequestedAtMs !== null, isHeldByUs: finalizerIndex >= 0, isOver: hasTerminated(pod), nodeName }
}

/** One that is suspended and being deleted starts nothing any more, and Argo says no more of it. Its pods are found by themselves. */
function foundWorkflow({ metadata, spec, status }: Workflow): FoundWork {
  const found = foundObject('workflows', metadata)
  const isOver = ['Succeeded', 'Failed', 'Error'].includes(status?.phase ?? '') || (spec.suspend === true && found.isBeingDeleted)
  return { ...found, isOver, nodeName: '' }
}

function foundRecord(configMap: V1ConfigMap): FoundRecord {
  const isSchedule = configMap.metadata?.labels?.[LABEL_ROLE] === SCHEDULE_ROLE
  const found = { ...foundObject('configmaps', configMap.metadata), isSchedule }
  const parsed = parseRecord(configMap)
  return parsed.ok && parsed.value.status.end?.isAcknowledged !== true ? { ...found, unsettled: parsed.value } : found
}
