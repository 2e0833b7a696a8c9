import type { Effects } from '../execute/effects.ts'
import type { FactsStore } from '../facts/facts-store.ts'
import type { ControlPlane } from '../link/control-plane.ts'
import type { RequestContext } from '../request/request-context.ts'
import { syncOnce, type SyncOutcome } from './desired-sync.ts'
import type { AskDesired } from './outline.ts'
import type { Ahead } from './plan-sync.ts'
import { SyncLoop } from './sync-loop.ts'

/** The sync of the runner that holds this link. */
export function syncLoopFor(request: RequestContext, effects: Effects, link: ControlPlane, facts: Pick<FactsStore, 'restore'>): SyncLoop {
  const { agentId } = request.policy
  const isLinked = (): boolean => link.isConnected()
  const ask: AskDesired = async (params) => link.request('desired/sync', { agentId, ...params })
  const ahead = new Map<string, Ahead>()
  const missing = new Map<string, number>()
  const sync = async (): Promise<SyncOutcome> => {
    await facts.restore()
    return syncOnce({ request, effects, ask, isLinked, isInHand: (runId) => request.runsInHand.has(runId), ahead, missing })
  }
  return new SyncLoop({ sync, isLinked, log: effects.log, random: Math.random })
}
