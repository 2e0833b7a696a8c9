import type { CollateApi } from '../collate/collate-api.ts'
import { CollateGate } from '../collate/collate-gate.ts'
import { collateRestClient } from '../collate/rest-client.ts'
import { WRITE_TIMEOUT_MS } from '../cluster/cluster.ts'
import type { Config } from '../config.ts'
import type { Effects } from '../execute/effects.ts'
import type { Fence } from '../leader/elector.ts'
import type { RunnerToken } from '../link/token.ts'
import type { Log } from '../log.ts'
import { LogUploads } from '../logs/log-uploads.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Network } from '../network/network.ts'
import { sleep } from '../queue/sleep.ts'
import { RUNNER_VERSION } from '../version.ts'
import { reporter } from './tell-collate.ts'

/**
 * What goes to Collate by REST: how runs end, and what their pods could not send of their logs. A server whose log storage is in
 * trouble is no reason to tell it no ends, so each has a gate of its own.
 */
export function toCollate(
  { apiUrl, policy }: Config,
  token: RunnerToken,
  network: Network,
  log: Log,
  metrics: Metrics,
  fence: Fence,
): Pick<Effects, 'reporter' | 'uploads'> {
  const gateOf = (): CollateGate => new CollateGate({ now: () => performance.now(), random: Math.random })
  const client = (gate: CollateGate): CollateApi =>
    collateRestClient({
      apiUrl,
      token: token.current,
      network,
      gate,
      onCall: (seconds) => metrics.observeServerCall(seconds),
      beforeWrite: async () => fence.ensureHeld(WRITE_TIMEOUT_MS),
    })
  const gate = gateOf()
  metrics.watchServerCalls(() => gate.state())
  return {
    reporter: reporter({
      collate: client(gate),
      now: Date.now,
      runner: { agentId: policy.agentId, version: RUNNER_VERSION },
      onTrouble: (message, run, error) => log.warn({ run: run.runId, pipeline: run.pipelineFqn, error }, message),
    }),
    uploads: new LogUploads({ collate: client(gateOf()), connectorId: `hybrid-runner-${policy.agentId}`, log, now: Date.now, random: Math.random, sleep }),
  }
}
