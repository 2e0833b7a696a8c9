import type { V1Pod } from '@kubernetes/client-node'
import { workflowForRun } from '../../compiler/argo/workflow.ts'
import type { Workflow, WorkflowStatus } from '../../compiler/argo/workflow-types.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import { LABEL_WORKFLOW } from '../../reconciler/observe/observed-workflow.ts'
import { must } from '../compiler/examples/must.ts'
import { aPolicyOf } from '../compiler/examples/policy.ts'
import { NOW_MS } from '../compiler/examples/run.ts'
import { aPodOf } from './a-pod.ts'

/** Times of the API server: strings, to the second. */
function time(ms: number): Date {
  return `${new Date(ms).toISOString().slice(0, 19)}Z` as unknown as Date
}

/** The Workflow of the record's attempt, just created: nobody has taken it up. */
export function aWorkflowOf(record: StoredRecord): Workflow {
  const workflow = must(workflowForRun(record, aPolicyOf('argo'), 'registry.example.com/collate/ingestion:om-1.11.1-cl-1.11.1'))
  const metadata = { ...workflow.metadata, uid: `${workflow.metadata.name}-workflow-uid`, resourceVersion: '4711', creationTimestamp: time(NOW_MS) }
  return { ...workflow, metadata }
}

export function inPhase(workflow: Workflow, phase: string, status: Omit<WorkflowStatus, 'phase'> = {}): Workflow {
  return { ...workflow, status: { phase, startedAt: String(time(NOW_MS)), ...status } }
}

/** The pod that Argo makes for it: the Workflow owns it, it has no finalizer of ours, and one more container. */
export function podOfWorkflow(workflow: Workflow, record: StoredRecord): V1Pod {
  const pod = aPodOf(record)
  const { name = '', uid = '' } = workflow.metadata
  const ownerReferences = [{ apiVersion: workflow.apiVersion, kind: workflow.kind, name, uid, controller: true, blockOwnerDeletion: true }]
  const labels = { ...pod.metadata?.labels, [LABEL_WORKFLOW]: name }
  return { ...pod, metadata: { ...pod.metadata, name, labels, finalizers: [], ownerReferences } }
}

export function deletedWorkflow(workflow: Workflow, policy: 'background' | 'foreground'): Workflow {
  const finalizers = [...(workflow.metadata.finalizers ?? []), ...(policy === 'foreground' ? ['foregroundDeletion'] : [])]
  return { ...workflow, metadata: { ...workflow.metadata, finalizers, deletionTimestamp: time(NOW_MS + 10_000), deletionGracePeriodSeconds: 0 } }
}

/** As the runner leaves it before it deletes it. */
export function suspendedWorkflow(workflow: Workflow): Workflow {
  return { ...workflow, spec: { ...workflow.spec, suspend: true } }
}
