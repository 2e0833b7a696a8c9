import type { V1Container, V1CronJob, V1Lease, V1LimitRange, V1ObjectMeta, V1ResourceQuota } from '@kubernetes/client-node'
import type { Network } from '../network/network.ts'
import { mayDo, type Right } from './access-review.ts'
import { isClusterError } from './cluster-error.ts'
import { KubeTransport } from './kube-transport.ts'
import type { Permission } from '../../compiler/permissions.ts'

/** As much of a CronWorkflow as is looked at. */
export interface CronWorkflow {
  readonly metadata?: V1ObjectMeta
  readonly spec?: {
    readonly suspend?: boolean
    readonly workflowSpec?: { readonly templates?: readonly { readonly container?: V1Container }[] }
  }
}

/** What only the doctor asks of the API server. Throws ClusterErrors. */
export interface ClusterChecks {
  /** `v1.35.4` */
  version(): Promise<string>
  /** In the namespace. */
  may(right: Right): Promise<boolean>
  /** The API server's clock in epoch milliseconds, to the second: that of an object which it would create. Fails where the namespace is not there. */
  clockMs(): Promise<number>
  quotas(): Promise<readonly V1ResourceQuota[]>
  limitRanges(): Promise<readonly V1LimitRange[]>
  /** All of the namespace, also those of others. */
  cronJobs(): Promise<readonly V1CronJob[]>
  /** All of the namespace, also those of others; none where Argo is not installed. */
  cronWorkflows(): Promise<readonly CronWorkflow[]>
  /** undefined where there is none. */
  lease(name: string): Promise<V1Lease | undefined>
}

/** Throws a NoClusterError when there is no kubeconfig and this is no pod. */
export function connectClusterChecks(namespace: string, network: Network): ClusterChecks {
  const transport = new KubeTransport({ network })
  const inNamespace = (root: string, resource: string): string => `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`
  const list = async <T>(root: string, resource: string): Promise<readonly T[]> =>
    (await transport.json<{ readonly items: readonly T[] }>({ method: 'GET', path: inNamespace(root, resource), query: { limit: '500' } })).items
  return {
    version: async () => (await transport.json<{ readonly gitVersion: string }>({ method: 'GET', path: '/version' })).gitVersion,
    may: async (right) => mayDo({ ...right, namespace }, transport),
    clockMs: async () => {
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'hybrid-runner-doctor-' } }
      const call = { method: 'POST', path: inNamespace('/api/v1', 'configmaps'), query: { dryRun: 'All' }, body } as const
      const { metadata } = await transport.json<{ readonly metadata: { readonly creationTimestamp: string } }>(call)
      return new Date(metadata.creationTimestamp).getTime()
    },
    quotas: async () => list<V1ResourceQuota>('/api/v1', 'resourcequotas'),
    limitRanges: async () => list<V1LimitRange>('/api/v1', 'limitranges'),
    cronJobs: async () => list<V1CronJob>('/apis/batch/v1', 'cronjobs'),
    cronWorkflows: async () => (await unlessNotFound(list<CronWorkflow>('/apis/argoproj.io/v1alpha1', 'cronworkflows'))) ?? [],
    lease: async (name) => unlessNotFound(transport.json<V1Lease>({ method: 'GET', path: inNamespace('/apis/coordination.k8s.io/v1', `leases/${name}`) })),
  }
}

/** undefined of an object that is not there, and of a kind that the cluster does not know. */
async function unlessNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isClusterError(error, 'NotFound')) return undefined
    throw error
  }
}

/** Every single right of the permissions. */
export function rightsOf(permissions: readonly Permission[]): Right[] {
  return permissions.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource })))),
  )
}
