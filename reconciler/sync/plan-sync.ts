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
}

export interface SyncPlan {
  /** Pipelines whose bodies are to be fetched and deployed. */
  readonly fetch: readonly string[]
  /** Pipelines that are as the server has them but for being on or off. */
  readonly toggle: readonly { readonly id: string; readonly fullyQualifiedName: string; readonly updatedAt: number; readonly enabled: boolean }[]
  /** Schedules that the server has no more, or has given to another. */
  readonly prune: readonly StoredSchedule[]
}

/**
 * What is to be done so that the runner has what the server wants. Pure.
 *
 * Pruned is only by a complete outline, and only what has not changed since before it was asked for: a deploy that came meanwhile is
 * newer than the outline.
 */
export function planSync({ outline, before, now, policyMark, isPayloadLost }: SyncObservation): SyncPlan {
  const listed = [...outline.pipelines].map(([id, wanted]) => ({ id, wanted, known: now.get(id) }))
  const differs = listed.filter(({ wanted, known }) => known === undefined || isBehind(known, wanted.updatedAt) || isUnfit(known, policyMark, isPayloadLost))
  const fetch = new Set(differs.map(({ id }) => id))
  const toggle = listed
    .filter(
      ({ id, wanted, known }) =>
        !fetch.has(id) && known?.status.updatedAtMs === wanted.updatedAt && isActive(known) && known.status.isEnabled !== wanted.enabled,
    )
    .map(({ id, wanted }) => ({ ...wanted, id }))
  return { fetch: [...fetch], toggle, prune: outline.isComplete ? unlisted({ outline, before, now }) : [] }
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
