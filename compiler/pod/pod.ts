import type { V1Pod, V1PodSecurityContext, V1PodSpec, V1Toleration } from '@kubernetes/client-node'
import { mainContainer } from './container.ts'
import { customPod } from './custom-pod.ts'
import type { Issue } from '../issue.ts'
import { annotationsForRecord, END_RECORDED_FINALIZER, LABEL_ATTEMPT, labelsForRecord } from '../labels.ts'
import { podName } from '../names.ts'
import { ownedBy } from '../owner.ts'
import type { Policy } from '../policy.ts'
import { policyForType } from '../policy/pipeline-type-policy.ts'
import type { PipelineTypePolicy } from '../policy/pipeline-type-policy.ts'
import type { StoredRecord } from '../record.ts'
import { ok } from '../result.ts'
import type { Result } from '../result.ts'
import { payloadVolumes, secretsContainers } from './secrets-container.ts'
import { secretsModeFor } from '../secrets-check.ts'
import { workloadForRun } from './workload.ts'
import type { Workload } from './workload.ts'

/** User and group of the ingestion image. */
const INGESTION_ID = 1000
export const GRACE_PERIOD_SECONDS = 60

/** The pod of the record's current attempt. Passes the `restricted` Pod Security Standard. */
export function podForRun(record: StoredRecord, policy: Policy, image: string): Result<V1Pod, Issue[]> {
  const metadata = {
    name: podName(record.name, record.status.attempt),
    namespace: policy.namespace,
    labels: { ...labelsForRecord(record), ...identityLabels(policy), [LABEL_ATTEMPT]: String(record.status.attempt) },
    annotations: annotationsForRecord(record),
    ownerReferences: [ownedBy(record)],
    finalizers: [END_RECORDED_FINALIZER],
  }
  const pod = customPod({ metadata, spec: podSpecFor(workloadForRun(record, policy, image), policy) }, policy.customConfig)
  return pod.ok ? ok({ apiVersion: 'v1', kind: 'Pod', ...pod.value }) : pod
}

/** The spec of a workload's pod under the Simple Kubernetes executor, before the operator's own fields. */
export function podSpecFor(workload: Workload, policy: Policy): V1PodSpec {
  const { deadlineSeconds, pipelineType, payload } = workload
  return {
    restartPolicy: 'Never',
    serviceAccountName: policy.serviceAccountName,
    ...(policy.automountServiceAccountToken === null ? {} : { automountServiceAccountToken: policy.automountServiceAccountToken }),
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_PERIOD_SECONDS,
    ...(deadlineSeconds === null ? {} : { activeDeadlineSeconds: deadlineSeconds }),
    ...placement(policyForType(policy.pipelineTypes, pipelineType)),
    ...imagePullSecrets(workload, policy),
    securityContext: podSecurityContext(policy),
    ...secretsContainers(workload, policy),
    containers: [mainContainer(workload, policy)],
    ...payloadVolumes(payload, policy),
  }
}

/** No fixed ids where the cluster gives them. */
export function podSecurityContext({ isOpenShift }: Policy): V1PodSecurityContext {
  return {
    runAsNonRoot: true,
    ...(isOpenShift ? {} : { runAsUser: INGESTION_ID, runAsGroup: INGESTION_ID, fsGroup: INGESTION_ID }),
    seccompProfile: { type: 'RuntimeDefault' },
  }
}

/** Where the pod may run, and how urgently. */
function placement(typePolicy: PipelineTypePolicy): Pick<V1PodSpec, 'tolerations' | 'affinity' | 'nodeSelector' | 'priorityClassName'> {
  const { priorityClass } = typePolicy
  return { ...nodesFor(typePolicy), ...(priorityClass === null ? {} : { priorityClassName: priorityClass }) }
}

export function nodesFor({
  tolerations,
  affinity,
  nodeSelector,
}: PipelineTypePolicy): Pick<V1PodSpec, 'affinity' | 'nodeSelector'> & { tolerations?: V1Toleration[] } {
  return {
    ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
    ...(affinity === null ? {} : { affinity: structuredClone(affinity) as NonNullable<V1PodSpec['affinity']> }),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector: { ...nodeSelector } }),
  }
}

/** Those of the runner's own image come along where the pod runs it. */
export function imagePullSecrets({ payload }: Workload, policy: Policy): Pick<V1PodSpec, 'imagePullSecrets'> {
  const ofRunner = secretsModeFor(payload, policy) === undefined ? [] : (policy.runnerImage?.pullSecrets ?? [])
  const names = [...new Set([...policy.imagePullSecrets, ...ofRunner])]
  return names.length === 0 ? {} : { imagePullSecrets: names.map((name) => ({ name })) }
}

/** Azure's webhook gives a workload identity only to pods that ask by this label. */
export function identityLabels(policy: Policy): Record<string, string> {
  return policy.secretsManager.endsWith('azure-kv') ? { 'azure.workload.identity/use': 'true' } : {}
}
