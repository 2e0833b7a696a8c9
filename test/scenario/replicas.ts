import { randomUUID } from 'node:crypto'
import { waitFor } from '../cluster/waiting.ts'
import { RunnerProcess } from './runner-process.ts'
import type { Scenario } from './scenario.ts'

/** Line of the log of a replica that comes to lead. */
export const LEADS = 'this process leads'

export const WAYS_TO_GO = ['SIGTERM', 'SIGKILL', 'SIGSTOP'] as const
export type WayToGo = (typeof WAYS_TO_GO)[number]

/** One of several runners of a scenario, as the pod of a Deployment has it: with a name and a uid of its own. */
export function launchReplica(scenario: Scenario, environment: Readonly<Record<string, string>> = {}): RunnerProcess {
  const uid = randomUUID()
  return new RunnerProcess(scenario.place.program, { ...scenario.environment, POD_NAME: `runner-${uid.slice(0, 5)}`, POD_UID: uid, ...environment })
}

/** Resolves when the replica knows the state of the cluster, and would lead if the lease were free. */
export async function standsBy(replica: RunnerProcess): Promise<void> {
  await replica.waitForLine("the cluster's state is known")
}

export interface Failover {
  readonly way: WayToGo
  /** From the signal to the moment at which the next leader holds the lease. */
  readonly untilLeadsMs: number
  /** From the signal to the moment at which Collate has it linked again. */
  readonly untilLinkedMs: number
}

/** Ends or freezes the leader, and waits until the standby has taken over; `meanwhile` is called when the leader has got its signal. */
export async function failOver(
  { collate, agentId }: Scenario,
  leader: RunnerProcess,
  standby: RunnerProcess,
  way: WayToGo,
  meanwhile: () => void = () => undefined,
): Promise<Failover> {
  const before = (await collate.connections()).length
  const startedAt = performance.now()
  const leads = standby.waitForLine(LEADS).then(() => performance.now() - startedAt)
  process.kill(leader.pid, way)
  meanwhile()
  const untilLeadsMs = await leads
  await standby.waitForLine('linked to Collate')
  const untilLinkedMs = performance.now() - startedAt
  await waitFor(async () => ((await collate.connections()).length > before ? true : undefined), { what: 'a link of the new leader' })
  await collate.waitForRunner(agentId, 'Active')
  return { way, untilLeadsMs, untilLinkedMs }
}
