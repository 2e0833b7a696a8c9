import type { Cluster } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'

/**
 * Deletes a Workflow in such a way that no pod of it is started any more.
 *
 * Argo does not look at whether a Workflow is being deleted: it makes a pod again that goes before Argo has noted it as running, and
 * the garbage collector leaves that one alone until the Workflow is gone, which our finalizer prevents until the end of the run is
 * told. Of a suspended Workflow Argo makes no pod. So it is suspended first, and its pod goes only then.
 *
 * In the foreground: its pod goes at once, and not only when our finalizer has come off the Workflow.
 */
export async function deleteWorkflow(
  { name, uid }: { readonly name: string; readonly uid: string },
  { cluster }: { readonly cluster: Cluster },
): Promise<void> {
  if (await suspend(name, uid, cluster)) await cluster.delete('workflows', name, { uid }, { isForeground: true })
}

/**
 * False when there is no such Workflow any more. Who refuses the change does not keep a run from being stopped. A Conflict is thrown on,
 * for whoever asked to look again: another Workflow has the name, or others wrote on this one all the while.
 */
async function suspend(name: string, uid: string, cluster: Cluster): Promise<boolean> {
  try {
    await cluster.jsonPatch('workflows', name, [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'add', path: '/spec/suspend', value: true },
    ])
    return true
  } catch (error) {
    if (isClusterError(error, 'NotFound')) return false
    if (isClusterError(error, 'Invalid', 'Rejected')) return true
    throw error
  }
}
