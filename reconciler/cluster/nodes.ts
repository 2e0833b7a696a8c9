import type { V1Node } from '@kubernetes/client-node'
import { mayDo } from './access-review.ts'
import { KubeTransport } from './kube-transport.ts'

/** All nodes; undefined where the account may not see them, as the runner's own does not. */
export async function readNodes(): Promise<readonly V1Node[] | undefined> {
  const transport = new KubeTransport()
  if (!(await mayDo({ verb: 'list', group: '', resource: 'nodes' }, transport))) return undefined
  return (await transport.json<{ readonly items: readonly V1Node[] }>({ method: 'GET', path: '/api/v1/nodes' })).items
}
