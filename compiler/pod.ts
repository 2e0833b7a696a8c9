import type { V1Pod, V1PodSpec } from '@kubernetes/client-node'
import { mainContainer } from './container.ts'
import { annotationsForRun, END_RECORDED_FINALIZER, LABEL_ATTEMPT, labelsForRun } from './labels.ts'
import { podName } from './names.ts'
import { ownedBy } from './owner.ts'
import type { PipelineTypePolicy } from './pipeline-type-policy.ts'
import { policyForType } from './pipeline-type-policy.ts'
import type { Policy } from './policy.ts'
import type { PayloadReference, StoredRecord } from './record.ts'

/** User and group of the ingestion image. */
const INGESTION_ID = 1000
const GRACE_PERIOD_SECONDS = 60
/** Readable by user and group. */
const PAYLOAD_FILE_MODE = 0o440

/** The pod of the record's current attempt. Passes the `restricted` Pod Security Standard. */
export function podForRun(record: StoredRecord, policy: Policy, image: string): V1Pod {
  const { spec, status } = record
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(record.name, status.attempt),
      namespace: policy.namespace,
      labels: { ...labelsForRun(record), ...identityLabels(policy), [LABEL_ATTEMPT]: String(status.attempt) },
      annotations: annotationsForRun(record),
      ownerReferences: [ownedBy(record)],
      finalizers: [END_RECORDED_FINALIZER],
    },
    spec: podSpec(record, policy, image, policyForType(policy.pipelineTypes, spec.pipeline.type)),
  }
}

function podSpec(record: StoredRecord, policy: Policy, image: string, typePolicy: PipelineTypePolicy): V1PodSpec {
  const { workflowTimeoutSeconds } = record.spec
  return {
    restartPolicy: 'Never',
    serviceAccountName: policy.serviceAccountName,
    ...(policy.automountServiceAccountToken === null ? {} : { automountServiceAccountToken: policy.automountServiceAccountToken }),
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_PERIOD_SECONDS,
    ...(workflowTimeoutSeconds === null ? {} : { activeDeadlineSeconds: workflowTimeoutSeconds }),
    ...placement(typePolicy),
    ...(policy.imagePullSecrets.length === 0 ? {} : { imagePullSecrets: policy.imagePullSecrets.map((name) => ({ name })) }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: INGESTION_ID,
      runAsGroup: INGESTION_ID,
      fsGroup: INGESTION_ID,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [mainContainer(record, policy, image, typePolicy)],
    ...payloadVolume(record.spec.payload),
  }
}

/** Where the pod may run, and how urgently. */
function placement(typePolicy: PipelineTypePolicy): Partial<V1PodSpec> {
  const { tolerations, nodeSelector, priorityClass } = typePolicy
  return {
    ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(priorityClass === null ? {} : { priorityClassName: priorityClass }),
  }
}

/** The payload, when it is too large for an environment variable. */
function payloadVolume({ secretName, delivery }: PayloadReference): Partial<V1PodSpec> {
  return delivery === 'env' ? {} : { volumes: [{ name: 'payload', secret: { secretName, defaultMode: PAYLOAD_FILE_MODE } }] }
}

/** Azure's webhook gives a workload identity only to pods that ask by this label. */
function identityLabels(policy: Policy): Record<string, string> {
  return policy.secretsManager.endsWith('azure-kv') ? { 'azure.workload.identity/use': 'true' } : {}
}
