import { leaseName } from '../../compiler/names.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { LEASE_DURATION_MS, LONGEST_HONOURED_MS, releasedSpec, renewedSpec, takenSpec, viewOfLease } from '../leader/lease.ts'

/** The leader's lease in our hands: as long as it is, no runner of this agent id writes or is linked. */
export interface RunnerFence {
  /** To be called again and again: the lease is ours for a minute at a time. */
  hold(): Promise<void>
  /** Lets the runners lead again. */
  open(): Promise<void>
  /** Takes the lease away. Who saw it in our hands stands by until it would have run out. */
  takeAway(): Promise<void>
}

export interface FenceOptions {
  readonly cluster: Cluster
  readonly agentId: string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/** Who holds the lease while a runner's objects are taken away. */
export const UNINSTALL_HOLDER = 'uninstall'
const HOLD_AGAIN_MS = LONGEST_HONOURED_MS / 3

/**
 * Takes the lease away from whoever leads, for as long as a lease is honoured, and waits until every runner knows. Undefined when there is no
 * lease, so nobody who leads.
 *
 * It needs no rights but those of a runner and, to take the lease away, `delete`; and it heals by itself: should this process die, the runners lead again when the lease has run out.
 */
export async function fenceRunner({ cluster, agentId, now, sleep }: FenceOptions): Promise<RunnerFence | undefined> {
  const name = leaseName(agentId)
  const found = await cluster.read('leases', name)
  if (found === undefined) return undefined
  const { uid, resourceVersion } = viewOfLease(found)
  const leaseDurationSeconds = LONGEST_HONOURED_MS / 1000
  await cluster.mergePatch('leases', name, {
    metadata: { resourceVersion },
    spec: { ...takenSpec(UNINSTALL_HOLDER, viewOfLease(found), now()), leaseDurationSeconds },
  })
  let heldAtMs = now()
  // By then a leader has tried to renew it, or knows that it has run out.
  await sleep(LEASE_DURATION_MS)
  return {
    hold: async () => {
      if (now() < heldAtMs + HOLD_AGAIN_MS) return
      await whileThere(cluster.mergePatch('leases', name, { metadata: { uid }, spec: { ...renewedSpec(UNINSTALL_HOLDER, now()), leaseDurationSeconds } }))
      heldAtMs = now()
    },
    open: async () => whileThere(cluster.mergePatch('leases', name, { metadata: { uid }, spec: releasedSpec(now()) })),
    takeAway: async () => cluster.delete('leases', name, { uid }),
  }
}

/** Somebody else may have taken the lease away, or over. */
async function whileThere(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!isClusterError(error, 'NotFound', 'Conflict')) throw error
  }
}
