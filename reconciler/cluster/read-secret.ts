import type { V1Secret } from '@kubernetes/client-node'
import { isClusterError } from './cluster-error.ts'
import { KubeTransport } from './kube-transport.ts'

/** One Secret of a namespace by its name; undefined where there is none. Throws ClusterErrors. */
export type ReadSecret = (name: string, signal: AbortSignal) => Promise<V1Secret | undefined>

/** Reads under the account of this process. The runner's own account may not; that of the ingestion pods may. Throws a NoClusterError without a cluster. */
export function connectSecretReader(namespace: string): ReadSecret {
  const transport = new KubeTransport()
  return async (name, signal) => {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`
    try {
      return await transport.json<V1Secret>({ method: 'GET', path, signal })
    } catch (error) {
      if (isClusterError(error, 'NotFound')) return undefined
      throw error
    }
  }
}
