import { judgeSchedule } from '../cron/cron.ts'
import { nextFire } from '../cron/cron-next.ts'
import type { ScheduleRecord, ScheduleSpec } from './schedule-record.ts'

/** How late a run may start, in seconds: a longer failure of the cluster loses it. */
const DEADLINE_SECONDS = 300

/** Right after a deploy or a switching on: less than a minute, so that between two runs there is always a moment to begin in. */
const FRESH_DEADLINE_SECONDS = 30

/** Argo makes up for nothing before its first run: what is due at the start date itself finds the schedule on already. With the deadline above, less than a minute. */
const HEAD_START_SECONDS = 20

const SECOND_MS = 1000

export interface Firing {
  readonly isSuspended: boolean
  readonly startingDeadlineSeconds: number
  /** Epoch milliseconds at which this changes by itself; null when it does not. */
  readonly changesAtMs: number | null
}

/**
 * Whether the schedule fires at that time, and how far back.
 *
 * Kubernetes makes up for runs that were due within the deadline, also for those of a time when the schedule was off. So a schedule
 * begins with a short deadline, and only when nothing was due within it; when it has been on for long enough, it gets the whole one.
 * What is due at the start date itself fires: such a schedule is on a little before, when nothing else can be due.
 * Nobody makes up for what was due before the object that fires it was made: with a new one it begins at once, and needs no runner for
 * it.
 *
 * @param madeAtMs - epoch milliseconds, in whole seconds, at which the object that fires it was made; null when it is not there yet
 */
export function firingAt({ spec, status }: ScheduleRecord, nowMs: number, madeAtMs: number | null): Firing {
  const { startAtMs, endAtMs } = spec
  if (status.phase === 'Retired' || !status.isEnabled || (endAtMs !== null && nowMs >= endAtMs)) return suspended(null)
  const activeSinceMs = Math.max(status.activeSinceMs, startAtMs ?? -Infinity)
  const isSettledAtMs = activeSinceMs + DEADLINE_SECONDS * SECOND_MS
  if (nowMs >= isSettledAtMs) return { isSuspended: false, startingDeadlineSeconds: DEADLINE_SECONDS, changesAtMs: endAtMs }
  const isNew = madeAtMs === null || madeAtMs >= wholeSeconds(activeSinceMs)
  const beginsAtMs = activeSinceMs + beginsAfterSeconds(spec, activeSinceMs, isNew) * SECOND_MS
  if (nowMs < beginsAtMs) return suspended(beginsAtMs)
  return { isSuspended: false, startingDeadlineSeconds: FRESH_DEADLINE_SECONDS, changesAtMs: Math.min(isSettledAtMs, endAtMs ?? Infinity) }
}

/** Seconds after it is to count at which a schedule begins to fire; fewer than none where the start date itself is to fire. */
function beginsAfterSeconds({ schedule, timeZone, startAtMs }: ScheduleSpec, activeSinceMs: number, isNew: boolean): number {
  const due = dueTimes(schedule, timeZone)
  if (activeSinceMs === startAtMs && due(activeSinceMs - 1) === activeSinceMs) return -HEAD_START_SECONDS
  const last = isNew ? undefined : due(activeSinceMs - FRESH_DEADLINE_SECONDS * SECOND_MS)
  return last !== undefined && last <= activeSinceMs ? FRESH_DEADLINE_SECONDS : 0
}

function suspended(changesAtMs: number | null): Firing {
  return { isSuspended: true, startingDeadlineSeconds: DEADLINE_SECONDS, changesAtMs }
}

function wholeSeconds(timeMs: number): number {
  return Math.floor(timeMs / SECOND_MS) * SECOND_MS
}

/** The first time after a given one at which it is due. Steps of real time (`@every`) are counted from the last run or the making of the CronJob: none is known. */
function dueTimes(expression: string, timeZone: string): (afterMs: number) => number | undefined {
  const schedule = judgeSchedule(expression)
  if (!schedule.ok || schedule.value.kind === 'every') return () => undefined
  return (afterMs) => nextFire(schedule.value, timeZone, afterMs)
}
