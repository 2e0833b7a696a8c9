import type { Cluster } from './cluster-handle.ts'
import { callJson } from './kubernetes-api.ts'
import { waitFor } from './waiting.ts'

/** A pod as tests look at it. */
export interface PodObject {
  readonly metadata: { readonly name: string; readonly uid: string }
  readonly status: {
    readonly phase: string
    readonly podIP?: string
    readonly containerStatuses?: readonly {
      readonly name: string
      readonly state: { readonly terminated?: { readonly exitCode: number; readonly reason: string }; readonly waiting?: { readonly reason: string } }
    }[]
  }
}

/** What every container has to say so that the `restricted` Pod Security Standard lets its pod in. */
export const RESTRICTED_CONTAINER = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: 1000,
  runAsGroup: 1000,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const

/** Creates a pod that runs once. `spec` is merged over `restartPolicy: Never`. */
export async function createPod(cluster: Cluster, namespace: string, name: string, spec: Readonly<Record<string, unknown>>): Promise<PodObject> {
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { restartPolicy: 'Never', ...spec } }
  return (await callJson(cluster.api, { method: 'POST', path: `/api/v1/namespaces/${namespace}/pods`, body })) as unknown as PodObject
}

/** Waits until the pod has one of the phases, and gives it. */
export async function waitForPod(cluster: Cluster, namespace: string, name: string, phases: readonly string[]): Promise<PodObject> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  const probe = async (): Promise<PodObject | undefined> => {
    const pod = (await callJson(cluster.api, { method: 'GET', path })) as unknown as PodObject
    return phases.includes(pod.status.phase) ? pod : undefined
  }
  return await waitFor(probe, { what: `phase ${phases.join(' or ')} of pod ${namespace}/${name}`, everyMs: 50 })
}

/** The pod's log, as the API server gives it. */
export async function podLog(cluster: Cluster, namespace: string, name: string): Promise<string> {
  const response = await cluster.api({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods/${name}/log` })
  if (response.status !== 200) throw new Error(`no log of pod ${namespace}/${name}: ${response.body}`)
  return response.body
}
