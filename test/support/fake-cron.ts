import type { V1Job, V1Pod } from '@kubernetes/client-node'
import type { Workflow } from '../../compiler/argo/workflow-types.ts'
import type { World } from './a-runner.ts'
import { running } from './a-pod.ts'
import { CRON_NAME, cronIn } from './a-schedule.ts'

/** What Kubernetes does when the CronJob of the example pipeline is due: a Job, as it stands before it has a pod. */
export async function fire({ cluster, clock }: World): Promise<V1Job> {
  const { metadata, spec } = await cronIn({ cluster, clock } as World)
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: CRON_NAME, uid: metadata?.uid ?? '', controller: true }
  const name = `${CRON_NAME}-${Math.floor(clock.nowMs / 60_000)}`
  return cluster.put('jobs', {
    ...spec?.jobTemplate,
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...spec?.jobTemplate.metadata, name, ownerReferences: [owner] },
  })
}

/** What the Job controller does with it. */
export function makePod({ cluster }: World, { metadata = {}, spec }: V1Job): V1Pod {
  const { metadata: template, spec: podSpec } = spec?.template ?? {}
  const own = { 'batch.kubernetes.io/controller-uid': metadata.uid ?? '', 'batch.kubernetes.io/job-name': metadata.name ?? '' }
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: metadata.name ?? '', uid: metadata.uid ?? '', controller: true }
  return cluster.put('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template, name: `${metadata.name}-x7k2p`, labels: { ...template?.labels, ...own }, ownerReferences: [owner] },
    ...(podSpec === undefined ? {} : { spec: podSpec }),
    status: { phase: 'Pending' },
  })
}

/** The Job as Kubernetes writes it when it is over. */
export function over(job: V1Job, type: 'Complete' | 'Failed', reason: string): V1Job {
  return {
    ...job,
    status: { conditions: [{ type, status: 'True', reason, message: 'as told', lastTransitionTime: '2026-01-01T00:00:00Z' as unknown as Date }] },
  }
}

/** What Argo does when the CronWorkflow of the example pipeline is due: a Workflow, and its pod, which runs. */
export async function fireWorkflow({ cluster }: World): Promise<{ readonly workflow: Workflow; readonly pod: V1Pod }> {
  await cluster.changes.until(() => cluster.find('cronworkflows', CRON_NAME) !== undefined)
  const { metadata: owner, spec } = cluster.find('cronworkflows', CRON_NAME) ?? {}
  if (spec === undefined) throw new Error('there is no CronWorkflow')
  const [apiVersion, name] = ['argoproj.io/v1alpha1', `${CRON_NAME}-1768435200`] as const
  const ownedBy = (kind: string, by: Workflow['metadata'] = {}) => [{ apiVersion, kind, name: by.name ?? '', uid: by.uid ?? '', controller: true }]
  const workflow = cluster.put('workflows', {
    apiVersion,
    kind: 'Workflow',
    metadata: { ...spec.workflowMetadata, name, ownerReferences: ownedBy('CronWorkflow', owner) },
    spec: spec.workflowSpec,
    status: { phase: 'Running' },
  })
  const pod: V1Pod = { metadata: { labels: { ...spec.workflowSpec.podMetadata.labels }, name, ownerReferences: ownedBy('Workflow', workflow.metadata) } }
  return { workflow, pod: cluster.put('pods', running({ ...pod, spec: { containers: [{ name: 'main' }] } })) }
}
