import { agentLabelValue, LABEL_AGENT } from '../../compiler/labels.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { listAll } from '../cluster/list-all.ts'
import type { Finding } from '../doctor/finding.ts'
import { textOf } from '../doctor/run-checks.ts'
import { shownEnvironment } from '../doctor/shown-environment.ts'
import { shownPod } from '../doctor/shown-pod.ts'
import { observeEvent, TELLING_EVENTS } from '../observe/observed-event.ts'
import { RUNNER_VERSION } from '../version.ts'
import { listCrons } from './list-crons.ts'
import { listSchedules } from './list-schedules.ts'
import { PublishedLimits } from './published-limits.ts'
import { rowsOf } from './run-rows.ts'
import { scheduleRows } from './schedule-rows.ts'
import { agentsIn, watchRuns } from './watch-runs.ts'

export interface BundleParts {
  readonly findings: readonly Finding[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Absent where the environment names no runner or cluster. */
  readonly place: { readonly cluster: Cluster; readonly agentId: string } | undefined
  readonly nowMs: number
}

/** Events that may be shown at most: the newest tell the most. */
const MAX_EVENTS = 200

/**
 * All that another person needs to see what is wrong here, and no secret: no payload, no log, no value that may be one. What cannot be
 * read is told in its place.
 */
export async function supportBundle({ findings, environment, place, nowMs }: BundleParts): Promise<object> {
  const common = { version: RUNNER_VERSION, takenAt: new Date(nowMs).toISOString(), findings, environment: shownEnvironment(environment) }
  if (place === undefined) return common
  const [runs, schedules, pods, events] = await Promise.all([
    orTrouble(async () => readRuns(place, nowMs)),
    orTrouble(async () => scheduleRows(await listSchedules(place.cluster, place.agentId), await listCrons(place.cluster, place.agentId), nowMs)),
    orTrouble(async () => (await listAll(place.cluster, 'pods', `${LABEL_AGENT}=${agentLabelValue(place.agentId)}`)).map(shownPod)),
    orTrouble(async () => readEvents(place.cluster)),
  ])
  return { ...common, runs, schedules, pods, events }
}

async function orTrouble(read: () => Promise<unknown>): Promise<unknown> {
  try {
    return await read()
  } catch (error) {
    return `not known: ${textOf(error)}`
  }
}

async function readRuns({ cluster, agentId }: NonNullable<BundleParts['place']>, nowMs: number): Promise<unknown> {
  const { cache, stop } = await watchRuns({ cluster, agent: agentId, onChange: () => undefined, onTrouble: complain })
  const limits = new PublishedLimits(cluster)
  await limits.load(agentsIn(cache))
  stop()
  return rowsOf(cache, (agent) => limits.of(agent), nowMs)
}

function complain(what: string, problem: unknown): void {
  process.stderr.write(`${what}: ${textOf(problem)}\n`)
}

async function readEvents(cluster: Cluster): Promise<unknown> {
  const { items } = await cluster.list('events', { labelSelector: '', fieldSelector: TELLING_EVENTS, limit: 5_000 })
  const told = items.map((event) => ({ object: `${event.involvedObject.kind}/${event.involvedObject.name}`, ...observeEvent(event) }))
  return told
    .toSorted((one, other) => other.lastSeenMs - one.lastSeenMs)
    .slice(0, MAX_EVENTS)
    .map(({ object, reason, message, times, lastSeenMs }) => ({ object, reason, message, times, lastSeen: new Date(lastSeenMs).toISOString() }))
}
