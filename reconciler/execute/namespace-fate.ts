import type { V1ConfigMap } from '@kubernetes/client-node'
import type { Cluster } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'

/** Whether the namespace is on its way out. The runner may not read namespaces; one that goes takes no new object, and says why. */
export class NamespaceFate {
  /** There is no way back. */
  #isGoing = false

  known(): 'goes' | 'unknown' {
    return this.#isGoing ? 'goes' : 'unknown'
  }

  /** Asks with a create that is only tried. */
  async ask(cluster: Cluster): Promise<'goes' | 'stays'> {
    if (this.#isGoing) return 'goes'
    const probe: V1ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'hybrid-runner-probe' } }
    try {
      await cluster.create('configmaps', probe, { dryRun: true })
    } catch (error) {
      if (!isClusterError(error, 'Forbidden', 'Rejected', 'QuotaExceeded', 'AlreadyExists', 'Invalid')) throw error
      this.#isGoing = error.message.includes('is being terminated')
    }
    return this.#isGoing ? 'goes' : 'stays'
  }
}
