import { mayDo } from './access-review.ts'
import { isClusterError } from './cluster-error.ts'
import { KubeTransport } from './kube-transport.ts'

/** Whether there is a namespace of that name; undefined where the account may not ask, as the runner's own may not. */
export async function isNamespaceThere(namespace: string): Promise<boolean | undefined> {
  const transport = new KubeTransport()
  if (!(await mayDo({ verb: 'get', group: '', resource: 'namespaces', namespace }, transport))) return undefined
  try {
    await transport.json({ method: 'GET', path: `/api/v1/namespaces/${encodeURIComponent(namespace)}` })
    return true
  } catch (error) {
    if (isClusterError(error, 'NotFound')) return false
    throw error
  }
}
