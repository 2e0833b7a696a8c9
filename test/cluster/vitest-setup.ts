import { startCluster, stopCluster } from './cluster.ts'

/** Name of the cluster that the tests of one run share. */
export const TEST_CLUSTER = 'test'

/**
 * Vitest's global setup: starts the shared cluster before the first test file unless it runs, and stops it at the end
 * if it was started here. KEEP_CLUSTER=1 leaves it running for the next run.
 */
export async function setup(): Promise<() => Promise<void>> {
  const cluster = await startCluster({ name: TEST_CLUSTER, nodes: 'kubelet', auditLog: true, reuse: true })
  return async () => {
    if (cluster.startedHere && process.env['KEEP_CLUSTER'] === undefined) await stopCluster(TEST_CLUSTER)
  }
}
