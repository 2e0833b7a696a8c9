import { judgeSchedule } from '../../compiler/cron/cron.ts'
import { nextFire } from '../../compiler/cron/cron-next.ts'
import type { ScheduleRecord } from '../../compiler/schedule/schedule-record.ts'

/** Epoch milliseconds of the next run by schedule; null when there is none: switched off, over, or never due. */
export function nextRunMs(schedule: ScheduleRecord, nowMs: number): number | null {
  const due = dueMs(schedule, nowMs)
  const { endAtMs } = schedule.spec
  return due === undefined || (endAtMs !== null && due >= endAtMs) ? null : due
}

/** Why a schedule that is on has no next run; undefined when it has one, or is not on. */
export function whyNeverDue(schedule: ScheduleRecord, nowMs: number): string | undefined {
  const { spec, status } = schedule
  if (status.phase === 'Retired' || !status.isEnabled || nextRunMs(schedule, nowMs) !== null) return undefined
  if (dueMs(schedule, nowMs) !== undefined) return 'it will not fire: its endDate comes before the next time it is due'
  return `it will not fire: \`${spec.schedule}\` is due at no time within five years`
}

function dueMs({ spec, status }: ScheduleRecord, nowMs: number): number | undefined {
  if (status.phase === 'Retired' || !status.isEnabled) return undefined
  const schedule = judgeSchedule(spec.schedule)
  if (!schedule.ok) return undefined
  return nextFire(schedule.value, spec.timeZone, Math.max(nowMs, status.activeSinceMs, (spec.startAtMs ?? -Infinity) - 1))
}
