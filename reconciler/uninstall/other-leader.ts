import { leaseName } from '../../compiler/names.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { type LeaseView, viewOfLease } from '../leader/lease.ts'
import { UNINSTALL_HOLDER } from './fence-runner.ts'

interface LeaderOptions {
  readonly cluster: Pick<Cluster, 'read'>
  readonly agentId: string
  /** Whose pods may lead. */
  readonly deployment?: string | undefined
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

const LOOK_AGAIN_MS = 1_000

/**
 * The pod that leads under this agent id although it is none of the Deployment's; undefined when there is none. A lease on which no
 * renewal is seen for as long as it is honoured is that of a dead one: clocks do not matter.
 */
export async function otherLeader({ cluster, agentId, deployment, now, sleep }: LeaderOptions): Promise<string | undefined> {
  if (deployment === undefined) return undefined
  const look = async (): Promise<LeaseView | undefined> => {
    const found = await cluster.read('leases', leaseName(agentId))
    const lease = found === undefined ? undefined : viewOfLease(found)
    return lease === undefined || isOurs(lease, deployment) ? undefined : lease
  }
  const first = await look()
  if (first === undefined) return undefined
  const deadAtMs = now() + first.durationMs
  while (now() < deadAtMs) {
    await sleep(LOOK_AGAIN_MS)
    const lease = await look()
    if (lease === undefined) return undefined
    if (lease.uid !== first.uid || lease.resourceVersion !== first.resourceVersion) return podOf(lease)
  }
  return undefined
}

function isOurs(lease: LeaseView, deployment: string): boolean {
  return ['', UNINSTALL_HOLDER].includes(lease.holder) || isPodOf(podOf(lease), deployment)
}

/** A holder is `<pod>_<uid>`. */
function podOf({ holder }: LeaseView): string {
  return holder.split('_')[0] ?? ''
}

/** Kubernetes cuts what stands before the five random characters of a pod's name to so many. */
const LONGEST_BASE = 58
const RANDOM_CHARACTERS = 5

/** By its name: `<deployment>-<hash>-<random>`, cut where that is too long. */
export function isPodOf(pod: string, deployment: string): boolean {
  const base = pod.slice(0, -RANDOM_CHARACTERS)
  const start = `${deployment}-`.slice(0, LONGEST_BASE)
  return base.startsWith(start) && (base.length === LONGEST_BASE ? /^[a-z0-9]*-?$/ : /^[a-z0-9]+-$/).test(base.slice(start.length))
}
