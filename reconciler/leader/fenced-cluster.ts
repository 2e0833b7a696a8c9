import { type Cluster, WRITE_TIMEOUT_MS } from '../cluster/cluster.ts'
import type { Fence } from './elector.ts'

/**
 * A cluster that only the leader writes to. Each write waits until the lease is held for longer than the write may take, or is
 * refused: a leader that was frozen, or cut off, wakes up and writes nothing.
 */
export function fencedCluster(cluster: Cluster, fence: Fence): Cluster {
  const held = async (): Promise<void> => fence.ensureHeld(WRITE_TIMEOUT_MS)
  return {
    create: async (...args) => (await held(), cluster.create(...args)),
    mergePatch: async (...args) => (await held(), cluster.mergePatch(...args)),
    jsonPatch: async (...args) => (await held(), cluster.jsonPatch(...args)),
    delete: async (...args) => (await held(), cluster.delete(...args)),
    read: async (...args) => cluster.read(...args),
    list: async (...args) => cluster.list(...args),
    watch: (...args) => cluster.watch(...args),
    readPodLog: async (...args) => cluster.readPodLog(...args),
    version: async () => cluster.version(),
  }
}
