import type { StartOptions } from './cluster.ts'
import { findCluster, startCluster, stopCluster } from './cluster.ts'
import { nameOnWantedRelease } from './wanted-release.ts'

/** Name of the cluster that the tests of one run share. */
export const TEST_CLUSTER = 'test'

/** The one with Argo, which the test files that need it start and leave to the next. */
export const ARGO_CLUSTER = { name: 'test-argo', nodes: 'kubelet', argo: 'full-schemas', reuse: true } as const satisfies StartOptions

/**
 * Vitest's global setup: starts the shared cluster before the first test file unless it runs, and stops it at the end
 * if it was started here, and the one with Argo, if a test started it. KEEP_CLUSTER=1 leaves it running for the next run.
 */
export async function setup(): Promise<() => Promise<void>> {
  const cluster = await startCluster({ name: TEST_CLUSTER, nodes: 'kubelet', auditLog: true, reuse: true })
  const argo = nameOnWantedRelease(ARGO_CLUSTER.name)
  const hadArgo = (await findCluster(argo)) !== undefined
  return async () => {
    if (!hadArgo && process.env['KEEP_CLUSTER'] === undefined) await stopCluster(argo)
    if (cluster.startedHere && process.env['KEEP_CLUSTER'] === undefined) await cluster.stop()
  }
}
