/**
 * Schedules of this program under another agent id. Where that runner is gone, as after a change of the id, they fire on: beside those that
 * Collate has deployed under the new one, and nobody tells how their runs end.
 */
import type { V1Lease, V1ObjectMeta } from '@kubernetes/client-node'
import { agentLabelValue, LABEL_AGENT, LABEL_MANAGED_BY, MANAGED_BY } from '../../compiler/labels.ts'
import { leaseName, leaseNameOfHash } from '../../compiler/names.ts'
import { LONGEST_HONOURED_MS } from '../leader/lease.ts'
import { type Judgement, warn } from './finding.ts'

interface Schedule {
  readonly metadata?: V1ObjectMeta
  readonly spec?: { readonly suspend?: boolean }
}

export interface LeftOptions {
  readonly agentId: string
  readonly namespace: string
  readonly lease: (name: string) => Promise<V1Lease | undefined>
  readonly now: () => number
}

/** One warning for each agent id under which nobody leads, with the names of what fires. */
export async function judgeLeftSchedules(schedules: readonly Schedule[], options: LeftOptions): Promise<Judgement[]> {
  const own = agentLabelValue(options.agentId)
  const ofOthers = schedules.filter(({ metadata, spec }) => metadata?.labels?.[LABEL_MANAGED_BY] === MANAGED_BY && spec?.suspend !== true)
  const byAgent = Map.groupBy(ofOthers, ({ metadata }) => metadata?.labels?.[LABEL_AGENT] ?? own)
  return (await Promise.all([...byAgent].filter(([agent]) => agent !== own).map(async ([agent, those]) => judgeAgent(agent, those, options)))).flat()
}

async function judgeAgent(agent: string, schedules: readonly Schedule[], { namespace, lease, now }: LeftOptions): Promise<Judgement[]> {
  const leases = await Promise.all(leaseNamesOf(agent).map(async (name) => lease(name)))
  if (leases.some((one) => isHeld(one, now()))) return []
  const names = schedules.map(({ metadata }) => metadata?.name ?? '').join(', ')
  return [
    warn(
      `no runner leads under the agent id ${agent}, and its schedules still fire: ${names}`,
      `where the agent id was changed by mistake, change it back (helm rollback); where that runner is gone for good, take them away from your machine, with rights of your own: hybrid-runner uninstall --namespace ${namespace} --agent ${agent}`,
    ),
  ]
}

/** The label is the id, or ends with the beginning of its hash. */
function leaseNamesOf(agent: string): string[] {
  const hash = /-([0-9a-f]{16})$/.exec(agent)?.[1]
  return [leaseName(agent), ...(hash === undefined ? [] : [leaseNameOfHash(hash)])]
}

/** By its own times, which are another clock's: good enough for a warning, since a lease that is not held was given back, or is old. */
function isHeld(lease: V1Lease | undefined, nowMs: number): boolean {
  const { holderIdentity, renewTime } = lease?.spec ?? {}
  return (holderIdentity ?? '') !== '' && renewTime !== undefined && nowMs - new Date(renewTime).getTime() < LONGEST_HONOURED_MS
}
