import { isClusterError } from './cluster-error.ts'
import { KubeTransport } from './kube-transport.ts'

/** Whether there is a namespace of that name; undefined where the account may not ask, as the runner's own may not. */
export async function isNamespaceThere(namespace: string): Promise<boolean | undefined> {
  try {
    await new KubeTransport().json({ method: 'GET', path: `/api/v1/namespaces/${encodeURIComponent(namespace)}` })
    return true
  } catch (error) {
    if (isClusterError(error, 'NotFound')) return false
    if (isClusterError(error, 'Forbidden')) return undefined
    throw error
  }
}
