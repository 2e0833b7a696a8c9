import { judgeSchedule } from '../../compiler/cron/cron.ts'
import { nextFire } from '../../compiler/cron/cron-next.ts'
import type { ScheduleRecord } from '../../compiler/schedule/schedule-record.ts'

/** Epoch milliseconds of the next run by schedule; null when there is none: switched off, over, or never due. */
export function nextRunMs({ spec, status }: ScheduleRecord, nowMs: number): number | null {
  if (status.phase === 'Retired' || !status.isEnabled) return null
  const schedule = judgeSchedule(spec.schedule)
  if (!schedule.ok) return null
  const due = nextFire(schedule.value, spec.timeZone, Math.max(nowMs, status.activeSinceMs, (spec.startAtMs ?? -Infinity) - 1))
  return due === undefined || (spec.endAtMs !== null && due >= spec.endAtMs) ? null : due
}
