import type { Config } from '../config.ts'
import type { Fence } from '../leader/elector.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Network } from '../network/network.ts'
import { ApiLimiter } from './api-limiter.ts'
import { type Cluster, WRITE_TIMEOUT_MS } from './cluster.ts'
import { connectKubeCluster } from './kube-cluster.ts'

/** Calls to the Kubernetes API that wait for their answer at once. */
const MAX_CALLS_IN_FLIGHT = 32

/**
 * One limiter for all calls of this process, so that a burst of starts never stands before a kill. Whoever is at his turn to write
 * makes sure that he leads: a leader that was frozen, or cut off, wakes up and writes nothing.
 */
export function limitedCluster({ policy, kubeApi }: Pick<Config, 'policy' | 'kubeApi'>, network: Network, metrics: Metrics, fence: Fence): Cluster {
  const limiter = new ApiLimiter({ ...kubeApi, maxInFlight: MAX_CALLS_IN_FLIGHT, now: () => performance.now() })
  metrics.watchApiCalls(() => limiter.state())
  return connectKubeCluster({
    namespace: policy.namespace,
    limiter,
    network,
    onCall: ({ seconds }) => metrics.observeClusterCall(seconds),
    beforeWrite: async () => fence.ensureHeld(WRITE_TIMEOUT_MS),
  })
}
