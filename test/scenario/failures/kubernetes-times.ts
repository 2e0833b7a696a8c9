import { callJson } from '../../cluster/kubernetes-api.ts'
import { waitFor } from '../../cluster/waiting.ts'
import type { RunRequest } from '../run-request.ts'
import type { Scenario } from '../scenario.ts'
import { podOf } from '../settled.ts'

/** Kubernetes' time stamps are whole seconds, cut off: what is measured from them may be up to one second too long, never too short. */

interface Condition {
  readonly type: string
  readonly lastTransitionTime?: string
}

interface ContainerStatus {
  readonly state: { readonly terminated?: { readonly finishedAt: string } }
}

/** When the kubelet saw the program end. */
export async function programEndMs(scenario: Scenario, { runId }: RunRequest): Promise<number> {
  const [main] = (await statusOf(scenario, runId))['containerStatuses'] as readonly ContainerStatus[]
  return timeOf(main?.state.terminated?.finishedAt)
}

/** When the scheduler said that there is no node. */
export async function unscheduledMs(scenario: Scenario, { runId }: RunRequest): Promise<number> {
  const conditions = (await statusOf(scenario, runId))['conditions'] as readonly Condition[]
  return timeOf(conditions.find(({ type }) => type === 'PodScheduled')?.lastTransitionTime)
}

interface Event {
  readonly reason: string
  readonly firstTimestamp?: string
  readonly eventTime?: string
}

/** When the first event of this reason about the run's pod happened. */
export function firstEventMs(reason: string): (scenario: Scenario, run: RunRequest) => Promise<number> {
  return async (scenario, { runId }) => {
    const name = (await podOf(scenario, runId))?.metadata.name
    const path = `/api/v1/namespaces/${scenario.namespace}/events?fieldSelector=involvedObject.name=${name},reason=${reason}`
    const probe = async (): Promise<number | undefined> => {
      const { items } = (await callJson(scenario.cluster.api, { method: 'GET', path })) as unknown as { readonly items: readonly Event[] }
      const times = items.map(({ firstTimestamp, eventTime }) => timeOf(firstTimestamp ?? eventTime))
      return times.length === 0 ? undefined : Math.min(...times)
    }
    return waitFor(probe, { what: `an event ${reason} of pod ${name}` })
  }
}

async function statusOf(scenario: Scenario, runId: string): Promise<Readonly<Record<string, unknown>>> {
  return (await podOf(scenario, runId))?.status ?? {}
}

function timeOf(text: string | undefined): number {
  if (text === undefined) throw new Error('Kubernetes tells no time of it')
  return new Date(text).getTime()
}
