import { mainContainer } from '../pod/container.ts'
import type { Issue } from '../issue.ts'
import { annotationsForRecord, END_RECORDED_FINALIZER, LABEL_ATTEMPT, labelsForRecord } from '../labels.ts'
import { podName } from '../names.ts'
import { ownedBy } from '../owner.ts'
import { identityLabels, imagePullSecrets, nodesFor, podSecurityContext } from '../pod/pod.ts'
import type { Policy } from '../policy.ts'
import { policyForType } from '../policy/pipeline-type-policy.ts'
import type { StoredRecord } from '../record.ts'
import { ok } from '../result.ts'
import type { Result } from '../result.ts'
import { payloadVolumes, secretsContainers } from '../pod/secrets-container.ts'
import { workloadForRun } from '../pod/workload.ts'
import type { Workload } from '../pod/workload.ts'
import { customWorkflow } from './custom-workflow.ts'
import { podSpecPatch } from './pod-spec-patch.ts'
import type { Workflow, WorkflowSpec } from './workflow-types.ts'

/** The one template; its pod has the Workflow's own name. */
const MAIN_TEMPLATE = 'main'

/** The Workflow of the record's current attempt. Our finalizer keeps it until its end is recorded. */
export function workflowForRun(record: StoredRecord, policy: Policy, image: string): Result<Workflow, Issue[]> {
  const labels = { ...labelsForRecord(record), [LABEL_ATTEMPT]: String(record.status.attempt) }
  const spec = customWorkflow(workflowSpecFor(workloadForRun(record, policy, image), policy, labels), policy.customConfig)
  if (!spec.ok) return spec
  const metadata = {
    name: podName(record.name, record.status.attempt),
    namespace: policy.namespace,
    labels,
    annotations: annotationsForRecord(record),
    ownerReferences: [ownedBy(record)],
    finalizers: [END_RECORDED_FINALIZER],
  }
  return ok({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata, spec: spec.value })
}

/**
 * The spec of a workload's Workflow, before the operator's own fields: one container, no step of Argo's own.
 *
 * No exit handler: the ingestion program posts its own end, and what it could not post is read off the Workflow, which stays until
 * then. Pods stay with their Workflow whatever the controller's own defaults say, so that logs can be read until it goes.
 */
export function workflowSpecFor(workload: Workload, policy: Policy, podLabels: Readonly<Record<string, string>>): WorkflowSpec {
  const typePolicy = policyForType(policy.pipelineTypes, workload.pipelineType)
  return {
    entrypoint: MAIN_TEMPLATE,
    templates: [{ name: MAIN_TEMPLATE, ...secretsContainers(workload, policy), container: mainContainer(workload, policy) }],
    serviceAccountName: policy.serviceAccountName,
    ...(workload.deadlineSeconds === null ? {} : { activeDeadlineSeconds: workload.deadlineSeconds }),
    podMetadata: { labels: { ...podLabels, ...identityLabels(policy) } },
    ...nodesFor(typePolicy),
    ...(typePolicy.priorityClass === null ? {} : { podPriorityClassName: typePolicy.priorityClass }),
    podSpecPatch: podSpecPatch(policy),
    securityContext: podSecurityContext(policy),
    ...imagePullSecrets(workload, policy),
    ...payloadVolumes(workload.payload, policy),
    archiveLogs: false,
    podGC: { strategy: 'OnWorkflowSuccess', deleteDelayDuration: `${policy.workflowTtlSeconds}s` },
    ttlStrategy: { secondsAfterCompletion: policy.workflowTtlSeconds },
  }
}
