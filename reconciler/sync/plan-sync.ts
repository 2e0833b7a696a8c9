import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import type { Outline } from './outline.ts'

/** What the runner has of one pipeline: the last word on its schedule. */
export type KnownSchedules = ReadonlyMap<string, StoredSchedule>

export interface SyncObservation {
  readonly outline: Outline
  /** As it was before the outline was asked for. */
  readonly before: KnownSchedules
  /** As it is now. */
  readonly now: KnownSchedules
  /** What the policy of now makes of payloads. */
  readonly policyMark: string
  /** The payload was asked for and is not there. */
  readonly isPayloadLost: (schedule: StoredSchedule) => boolean
  /** As the last sync found it. */
  readonly aheadBefore: ReadonlyMap<string, Ahead>
  readonly nowMs: number
}

/** A pipeline of which the runner has a newer word than the server lists, and since when. */
export interface Ahead {
  /** What both had then. */
  readonly mark: string
  readonly sinceMs: number
}

export interface SyncPlan {
  /** Pipelines whose bodies are to be fetched and deployed. */
  readonly fetch: readonly string[]
  /** Pipelines that are as the server has them but for being on or off. */
  readonly toggle: readonly { readonly id: string; readonly fullyQualifiedName: string; readonly updatedAt: number; readonly enabled: boolean }[]
  /** Pipelines whose newer word here the server never took: it did not save what it had deployed. Their bodies go before it. */
  readonly revert: readonly string[]
  /** For the next sync. */
  readonly ahead: ReadonlyMap<string, Ahead>
  /** Schedules that the server has no more, or has given to another. */
  readonly prune: readonly StoredSchedule[]
}

/**
 * What is to be done so that the runner has what the server wants. Pure.
 *
 * Pruned is only by a complete outline, and only what has not changed since before it was asked for: a deploy that came meanwhile is
 * newer than the outline.
 */
export function planSync(observation: SyncObservation): SyncPlan {
  const { outline, now, policyMark, isPayloadLost, nowMs } = observation
  const listed = [...outline.pipelines].map(([id, wanted]) => ({ id, wanted, known: now.get(id) }))
  const differs = listed.filter(({ wanted, known }) => known === undefined || isBehind(known, wanted.updatedAt) || isUnfit(known, policyMark, isPayloadLost))
  const fetch = new Set(differs.map(({ id }) => id))
  const toggle = listed
    .filter(({ id, wanted, known }) => !fetch.has(id) && known !== undefined && isOtherwiseOn(known, wanted))
    .map(({ id, wanted }) => ({ ...wanted, id }))
  const ahead = aheadOf(observation)
  const revert = [...ahead].filter(([id, { sinceMs }]) => nowMs - sinceMs >= SAVED_WITHIN_MS && !fetch.has(id)).map(([id]) => id)
  return { fetch: [...fetch], toggle, revert, ahead, prune: outline.isComplete ? unlisted(observation) : [] }
}

/** The server saves a pipeline right after it was deployed. What it has not saved for so long it will not. */
const SAVED_WITHIN_MS = 60_000

function aheadOf({ outline, now, aheadBefore, nowMs }: SyncObservation): Map<string, Ahead> {
  const ahead = new Map<string, Ahead>()
  for (const [id, { updatedAt }] of outline.pipelines) {
    const known = now.get(id)
    if (known === undefined || known.status.updatedAtMs <= updatedAt) continue
    const mark = `${known.name} ${known.resourceVersion} ${updatedAt}`
    const before = aheadBefore.get(id)
    ahead.set(id, before?.mark === mark ? before : { mark, sinceMs: nowMs })
  }
  return ahead
}

function isOtherwiseOn({ status }: StoredSchedule, wanted: { readonly updatedAt: number; readonly enabled: boolean }): boolean {
  return status.updatedAtMs === wanted.updatedAt && status.phase === 'Active' && status.isEnabled !== wanted.enabled
}

/** One that moved away and is listed again has come back, whenever it was changed last. */
function isBehind({ status }: StoredSchedule, updatedAt: number): boolean {
  return status.updatedAtMs < updatedAt || (status.updatedAtMs === updatedAt && status.retired?.why === 'moved')
}

function isUnfit(known: StoredSchedule, policyMark: string, isPayloadLost: SyncObservation['isPayloadLost']): boolean {
  return isActive(known) && (known.status.policyMark !== policyMark || isPayloadLost(known))
}

function isActive({ status }: StoredSchedule): boolean {
  return status.phase === 'Active'
}

function unlisted({ outline, before, now }: Pick<SyncObservation, 'outline' | 'before' | 'now'>): StoredSchedule[] {
  return [...now].flatMap(([id, schedule]) => {
    const isSame = before.get(id)?.resourceVersion === schedule.resourceVersion
    return isSame && isActive(schedule) && !outline.pipelines.has(id) ? [schedule] : []
  })
}
