import { policyMark } from '../../compiler/schedule/policy-mark.ts'
import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import type { Effects } from '../execute/effects.ts'
import { deployListed, redeployPipeline } from '../request/deploy-pipeline.ts'
import { InvalidRequest } from '../request/answer.ts'
import type { RequestContext } from '../request/request-context.ts'
import { retireSchedule } from '../request/retire-schedule.ts'
import { newestOf, withFreshState } from '../request/schedule-state.ts'
import { isRefusal } from '../cluster/is-refusal.ts'
import { togglePipeline } from '../request/toggle-pipeline.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { fetchBodies } from './fetch-bodies.ts'
import { tellLostRuns } from './lost-runs.ts'
import { type AskDesired, type Outline, readOutline } from './outline.ts'
import { type Ahead, type KnownSchedules, planSync } from './plan-sync.ts'

export interface SyncContext {
  readonly request: RequestContext
  readonly effects: Effects
  readonly ask: AskDesired
  readonly isLinked: () => boolean
  readonly isInHand: (runId: string) => boolean
  /** What one sync leaves to the next. */
  readonly ahead: Map<string, Ahead>
  /** The same: runs that are nowhere, and since when. */
  readonly missing: Map<string, number>
}

export interface SyncOutcome {
  readonly deployed: number
  readonly pruned: number
  /** Schedules that the list does not have and that the server may not have saved yet: whether they are to go, the next sync tells. */
  readonly unsaved: number
  readonly lost: number
  /** Runs that Collate waits for, and that are nowhere so far: their requests may still come. */
  readonly missing: number
  readonly isComplete: boolean
}

/** One whole sync: what the server wants is asked for, compared, and made so. Rejects when the server does not answer. */
export async function syncOnce(context: SyncContext): Promise<SyncOutcome> {
  const { request, effects } = context
  const before = knownSchedules(request)
  const wordsBefore = new Map([...before.keys()].map((id) => [id, request.schedules.words.heard(id)]))
  const outline = await readOutline(context.ask)
  await askPayloads([...before.values()], outline, effects)
  const { fetch, toggle, prune, revert, ahead } = planSync({
    outline,
    before,
    now: knownSchedules(request),
    policyMark: policyMark(request.policy, effects.facts()),
    isPayloadLost: (schedule) => effects.payloads.of(schedule) === 'absent',
    aheadBefore: new Map(context.ahead),
    nowMs: effects.now(),
  })
  context.ahead.clear()
  for (const [id, one] of ahead) context.ahead.set(id, one)
  for (const { enabled, ...ingestionPipeline } of toggle) await togglePipeline({ runner: request.policy.agentId, ingestionPipeline, enabled }, request)
  const fates: PruneFate[] = []
  for (const schedule of prune) fates.push(await pruneSchedule(schedule, wordsBefore, request))
  const count = (fate: PruneFate): number => fates.filter((one) => one === fate).length
  const deployed = (await deployAll(fetch, context, deployListed)) + (await deployAll(revert, context, redeployPipeline))
  const runs = await tellLostRuns(outline.runs, context)
  return { deployed, pruned: count('pruned'), unsaved: count('unsaved'), ...runs, isComplete: outline.isComplete }
}

/**
 * Whether the payloads are there of which nobody knows: once for a revision and term, and again when a run has missed its own. One
 * that somebody deleted is in nobody's watch, since the runner may not read Secrets.
 */
async function askPayloads(known: readonly StoredSchedule[], { pipelines }: Outline, { payloads, cluster, log }: Effects): Promise<void> {
  const isOpen = (schedule: StoredSchedule): boolean => schedule.status.phase === 'Active' && pipelines.has(schedule.spec.pipeline.id)
  try {
    for (const schedule of known) if (isOpen(schedule) && payloads.of(schedule) === 'unknown') await payloads.ask(cluster, schedule)
  } catch (error) {
    if (!isRefusal(error)) throw error
    // Such as a quota that is used up: it is checked before the name is.
    log.warn({ error }, 'the cluster does not say which payloads of schedules are there; asking again with the next sync')
  }
}

type Deploy = typeof deployListed

async function deployAll(ids: readonly string[], { ask, isLinked, request }: SyncContext, deploy: Deploy): Promise<number> {
  let deployed = 0
  for await (const bodies of fetchBodies(ids, ask, isLinked)) {
    const results = await Promise.all(bodies.map(async (body) => deployBody(body, request, deploy)))
    deployed += results.filter(Boolean).length
  }
  return deployed
}

function knownSchedules(request: RequestContext): KnownSchedules {
  const known = new Map<string, StoredSchedule>()
  for (const id of request.schedules.cache.pipelineIds()) {
    const newest = newestOf(id, request)
    if (newest !== undefined) known.set(id, newest)
  }
  return known
}

type PruneFate = 'pruned' | 'newer' | 'unsaved'

/**
 * Whether it moved or was deleted nobody says; it may come back with the same `updatedAt`. One that was asked for since the list was
 * is newer than the list, also when nothing had to be written for it.
 */
async function pruneSchedule({ spec, status }: StoredSchedule, wordsBefore: ReadonlyMap<string, number>, request: RequestContext): Promise<PruneFate> {
  const { id, fullyQualifiedName } = spec.pipeline
  const { inOrder, words } = request.schedules
  const work = async (): ReturnType<typeof retireSchedule> => retireSchedule({ pipelineId: id, updatedAtMs: status.updatedAtMs, why: 'moved' }, request)
  return inOrder.run(id, async () => {
    if (words.heard(id) !== wordsBefore.get(id)) return 'newer'
    if (words.mayBeUnsaved(id, request.effects.now())) return 'unsaved'
    request.effects.log.info({ pipeline: fullyQualifiedName }, 'Collate does not list the schedule any more; taking it off')
    await withFreshState(work, id, request)
    return 'pruned'
  })
}

/** One that cannot be deployed keeps none of the others from it. */
async function deployBody(body: unknown, request: RequestContext, deploy: Deploy): Promise<boolean> {
  const { log } = request.effects
  try {
    const { code, reason } = await deploy(body, request)
    if (code !== 200) log.warn({ pipeline: nameIn(body), code, reason }, 'a schedule of the sync could not be deployed')
    return code === 200
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error
    log.error({ pipeline: nameIn(body), problem: formatIssues(error.issues) }, 'a schedule of the sync cannot be deployed')
    return false
  }
}

function nameIn(body: unknown): unknown {
  const pipeline: unknown = typeof body === 'object' && body !== null && 'ingestionPipeline' in body ? body.ingestionPipeline : undefined
  return typeof pipeline === 'object' && pipeline !== null && 'fullyQualifiedName' in pipeline ? pipeline.fullyQualifiedName : undefined
}
