import { randomUUID } from 'node:crypto'
import { agentLabelValue, LABEL_AGENT, LABEL_MANAGED_BY, LABEL_ROLE, MANAGED_BY } from '../../compiler/labels.ts'
import { leaseName } from '../../compiler/names.ts'
import { connectKubeCluster } from '../cluster/kube-cluster.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Network } from '../network/network.ts'
import { sleep } from '../queue/sleep.ts'
import { Elector, type Term } from './elector.ts'
import { holderIdentity } from './holder-identity.ts'

const LEASE_CALL_TIMEOUT_MS = 2_000

/** The lease has a connection of its own and no limiter, and shorter waits than other calls: a renewal must not stand behind them. */
export function electorFor({ policy, pod }: Config, network: Network, log: Log, lead: () => Term): Elector {
  const { agentId, namespace } = policy
  return new Elector({
    leases: connectKubeCluster({ namespace, network, timeoutMs: LEASE_CALL_TIMEOUT_MS }),
    name: leaseName(agentId),
    labels: { [LABEL_AGENT]: agentLabelValue(agentId), [LABEL_MANAGED_BY]: MANAGED_BY, [LABEL_ROLE]: 'lease' },
    identity: holderIdentity(pod, randomUUID),
    lead,
    monotonicMs: () => performance.now(),
    now: () => Date.now(),
    sleep,
    log,
  })
}
