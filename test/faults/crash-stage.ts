import type { Place } from '../scenario/place.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { ApiProxy, type CallMatch } from './api-proxy.ts'

/** A runner that can be stopped at any of its calls to the API server. */
export interface Stage {
  readonly scenario: Scenario
  readonly proxy: ApiProxy
}

/** Arms a trap; the promise that is given resolves at the moment, with what has to be undone after the runner is dead. */
export type Arm = (stage: Stage, runId: string) => Promise<() => Promise<unknown>>

/** Each runner has an agent id and a pipeline of its own; namespace and server are everybody's. */
export async function openStage(place: Place, agentId: string, environment: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const scenario = await prepareScenario({ place, agentId, environment })
  const proxy = new ApiProxy(scenario.cluster.apiServerUrl, scenario.cluster.caData)
  await proxy.listen()
  return { scenario, proxy }
}

export const pipelineOf = ({ agentId }: Scenario): string => `of-${agentId}`

export const RECORD_CREATE: CallMatch = { method: 'POST', path: /\/configmaps\?/ }
export const PAYLOAD_CREATE: CallMatch = { method: 'POST', path: /\/secrets\?(?!.*dryRun)/ }
export const POD_CREATE: CallMatch = { method: 'POST', path: /\/pods\?/ }
export const RECORD_PATCH: CallMatch = { method: 'PATCH', path: /\/configmaps\/run-/ }
export const FINALIZER_OFF: CallMatch = { method: 'PATCH', path: /\/pods\/run-/ }
export const POD_DELETE: CallMatch = { method: 'DELETE', path: /\/pods\/run-/ }
export const RECORD_DELETE: CallMatch = { method: 'DELETE', path: /\/configmaps\/run-/ }

/** At the call that matches, or at a later one of its kind. */
export const atCall =
  (match: CallMatch, when: 'before' | 'after', skip = 0): Arm =>
  async ({ proxy }) => {
    const { reached } = proxy.catch(match, when, skip)
    return async () => reached
  }

/** At a status that the runner tells, before the server has taken it or after. */
export const atReport =
  (at: 'beforeWork' | 'beforeAnswer'): Arm =>
  async ({ scenario }) => {
    const hold = await scenario.collate.hold({ method: 'PUT', path: `${pipelineOf(scenario)}/pipelineStatus`, token: 'runner' }, { at })
    return async () => {
      await hold.waitHeld()
      return hold.release
    }
  }
