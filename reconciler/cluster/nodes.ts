import type { V1Node } from '@kubernetes/client-node'
import { isClusterError } from './cluster-error.ts'
import { KubeTransport } from './kube-transport.ts'

/** All nodes; undefined where the account may not see them, as the runner's own does not. */
export async function readNodes(): Promise<readonly V1Node[] | undefined> {
  try {
    return (await new KubeTransport().json<{ readonly items: readonly V1Node[] }>({ method: 'GET', path: '/api/v1/nodes' })).items
  } catch (error) {
    if (isClusterError(error, 'Forbidden')) return undefined
    throw error
  }
}
