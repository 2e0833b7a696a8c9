import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import type { ObservedCron } from './observed-cron.ts'
import { isAsWanted, type WantedCron, type WantedObject } from './wanted-cron.ts'

/** Everything the next step of one pipeline's schedule depends on. */
export interface ScheduleObservation {
  readonly revisions: readonly StoredSchedule[]
  readonly cron?: ObservedCron
  /** What the other executor fired it by, before the executor was switched. */
  readonly leftOver?: ObservedCron
  /** Names of the revisions whose payload a Job or a run still needs. */
  readonly inUse: ReadonlySet<string>
  readonly payloadOf: (revision: StoredSchedule) => 'present' | 'absent' | 'unknown'
  readonly wantedOf: (revision: StoredSchedule) => WantedCron
  readonly nowMs: number
}

export type ScheduleAction =
  /** A question: its answer changes the observation, and the pipeline is planned anew. */
  | { readonly kind: 'askPayload'; readonly revision: StoredSchedule }
  | { readonly kind: 'applyCron'; readonly wanted: WantedObject; readonly cron: ObservedCron | undefined }
  | { readonly kind: 'suspendCron'; readonly cron: ObservedCron }
  | { readonly kind: 'deleteCron'; readonly cron: ObservedCron }
  /** Write on a revision that a newer one has its place. */
  | { readonly kind: 'retire'; readonly revision: StoredSchedule }
  | { readonly kind: 'deleteRevision'; readonly revision: StoredSchedule; readonly why: string }
  /** The runs of this pipeline that were there when it went are to end. */
  | { readonly kind: 'endRuns'; readonly revision: StoredSchedule }
  /** It cannot be applied as the policy is; what is applied stays. */
  | { readonly kind: 'complain'; readonly revision: StoredSchedule; readonly problem: string }

export interface SchedulePlan {
  readonly actions: readonly ScheduleAction[]
  readonly requeueAfterMs?: number
}

/** As long as a request may be repeated: so long a revision waits for its payload, and a retired one stays to turn away what is older. */
export const REPEAT_WINDOW_MS = 16 * 60 * 1000
const FACT_RETRY_MS = 30_000

/**
 * Decides what to do next for the schedule of one pipeline. Pure: same observation, same plan.
 *
 * Guarantees: what fires is the Active revision with the newest `updatedAt` whose payload is there; a revision goes only when neither
 * CronJob, Job nor run needs it; a CronJob goes only when it is suspended and no Job of it goes on.
 */
export function planSchedule(observation: ScheduleObservation): SchedulePlan {
  const revisions = observation.revisions.filter(({ isBeingDeleted }) => !isBeingDeleted)
  const candidates = revisions.filter(({ status }) => status.retired?.why !== 'replaced').toSorted(newestFirst)
  const unanswered = candidates.find((revision) => needsAnswer(revision, observation))
  if (unanswered !== undefined) return { actions: [{ kind: 'askPayload', revision: unanswered }] }
  const current = candidates.find((revision) => revision.status.phase === 'Retired' || isComplete(revision, observation))
  // First of all: two must never fire.
  const leftOver = planLeftOver(observation)
  if (current === undefined || current.status.phase === 'Retired') return join([leftOver, planAbsence(revisions, observation)])
  return join([leftOver, planCurrent(current, observation), planOthers(revisions, current, observation)])
}

/** What was said last goes first. Of a deploy and a delete of one moment the delete was said last. */
export function newestFirst(one: StoredSchedule, other: StoredSchedule): number {
  const order = (revision: StoredSchedule): number[] => [
    revision.status.updatedAtMs,
    revision.status.phase === 'Retired' ? 1 : 0,
    revision.status.activeSinceMs,
  ]
  const [mine, theirs] = [order(one), order(other)]
  const index = mine.findIndex((value, place) => value !== theirs[place])
  return index < 0 ? (one.name < other.name ? -1 : 1) : (theirs[index] ?? 0) - (mine[index] ?? 0)
}

/** The revision that is applied has its payload: that was asked before. */
function isApplied({ uid }: StoredSchedule, { cron }: ScheduleObservation): boolean {
  return cron?.ownerUid === uid
}

function isComplete(revision: StoredSchedule, observation: ScheduleObservation): boolean {
  return isApplied(revision, observation) || observation.payloadOf(revision) === 'present'
}

function needsAnswer(revision: StoredSchedule, observation: ScheduleObservation): boolean {
  return revision.status.phase === 'Active' && !isApplied(revision, observation) && observation.payloadOf(revision) === 'unknown'
}

function planCurrent(current: StoredSchedule, { cron, wantedOf, nowMs }: ScheduleObservation): SchedulePlan {
  const wanted = wantedOf(current)
  if (wanted.kind === 'unknown') return { actions: [], requeueAfterMs: FACT_RETRY_MS }
  if (wanted.kind === 'impossible') return { actions: [{ kind: 'complain', revision: current, problem: wanted.problem }] }
  const later = wanted.changesAtMs === null ? {} : { requeueAfterMs: Math.max(0, wanted.changesAtMs - nowMs) }
  if (cron?.isBeingDeleted === true) return { actions: [], ...later }
  return { actions: cron !== undefined && isAsWanted(cron, wanted) ? [] : [{ kind: 'applyCron', wanted, cron }], ...later }
}

/** Revisions beside the one that fires. None goes before the CronJob has changed its owner: it would go with it. */
function planOthers(revisions: readonly StoredSchedule[], current: StoredSchedule, observation: ScheduleObservation): SchedulePlan {
  return join(revisions.filter(({ name }) => name !== current.name).map((revision) => planOther(revision, current, observation)))
}

function planOther(revision: StoredSchedule, current: StoredSchedule, observation: ScheduleObservation): SchedulePlan {
  if (newestFirst(revision, current) < 0 && revision.status.phase === 'Active') return planIncomplete(revision, observation)
  if (observation.cron !== undefined && !isApplied(current, observation)) return { actions: [] }
  if (!observation.inUse.has(revision.name)) return { actions: [{ kind: 'deleteRevision', revision, why: 'a newer revision has its place' }] }
  return revision.status.phase === 'Active' ? { actions: [{ kind: 'retire', revision }] } : { actions: [] }
}

/** Written without its payload: its request was never acknowledged, and a repeat brings it. */
function planIncomplete(revision: StoredSchedule, { nowMs }: ScheduleObservation): SchedulePlan {
  const goesAtMs = revision.status.activeSinceMs + REPEAT_WINDOW_MS
  if (nowMs < goesAtMs) return { actions: [], requeueAfterMs: goesAtMs - nowMs }
  return { actions: [{ kind: 'deleteRevision', revision, why: 'its payload never came' }] }
}

/** Nothing is to fire: suspended first, gone when the last Job has ended. */
function planAbsence(revisions: readonly StoredSchedule[], observation: ScheduleObservation): SchedulePlan {
  const { cron, inUse } = observation
  const ending = revisions.find(({ status }) => status.retired?.why === 'deleted' || status.retired?.why === 'moved')
  const ends: SchedulePlan = { actions: ending === undefined ? [] : [{ kind: 'endRuns', revision: ending }] }
  const isIncomplete = (revision: StoredSchedule): boolean => revision.status.phase === 'Active' && !isComplete(revision, observation)
  const waits = revisions.filter(isIncomplete).map((revision) => planIncomplete(revision, observation))
  const gone = revisions.filter((revision) => !isIncomplete(revision))
  if (cron === undefined) return join([ends, ...waits, ...gone.map((revision) => planTombstone(revision, observation))])
  // Its Jobs would go with it.
  return join([
    ends,
    ...waits,
    planDismantling(
      cron,
      gone.some(({ name }) => inUse.has(name)),
    ),
  ])
}

function planLeftOver({ leftOver, inUse }: ScheduleObservation): SchedulePlan {
  return leftOver === undefined ? { actions: [] } : planDismantling(leftOver, inUse.size > 0)
}

function planDismantling(cron: ObservedCron, hasJobs: boolean): SchedulePlan {
  if (cron.isBeingDeleted) return { actions: [] }
  if (!cron.isSuspended) return { actions: [{ kind: 'suspendCron', cron }] }
  return { actions: hasJobs ? [] : [{ kind: 'deleteCron', cron }] }
}

function planTombstone(revision: StoredSchedule, { inUse, nowMs }: ScheduleObservation): SchedulePlan {
  if (inUse.has(revision.name)) return { actions: [] }
  const goesAtMs = (revision.status.retired?.atMs ?? 0) + REPEAT_WINDOW_MS
  if (revision.status.retired?.why !== 'replaced' && nowMs < goesAtMs) return { actions: [], requeueAfterMs: goesAtMs - nowMs }
  return { actions: [{ kind: 'deleteRevision', revision, why: 'nothing needs it any more' }] }
}

function join(plans: readonly SchedulePlan[]): SchedulePlan {
  const waits = plans.flatMap(({ requeueAfterMs }) => (requeueAfterMs === undefined ? [] : [requeueAfterMs]))
  const actions = plans.flatMap((plan) => plan.actions)
  return waits.length === 0 ? { actions } : { actions, requeueAfterMs: Math.min(...waits) }
}
