import { cronName } from '../../compiler/names.ts'
import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import { nextRunMs } from '../schedule/next-run.ts'

/** One revision of a schedule, as people look at it. */
export interface ScheduleRow {
  readonly pipeline: string
  readonly schedule: string
  readonly timeZone: string
  readonly state: string
  /** ISO 8601; null when there is none. */
  readonly nextRun: string | null
  /** Name of its CronJob, or CronWorkflow; null for what is retired, which has none. */
  readonly cron: string | null
}

/** By name of the pipeline, what fires before what is retired. */
export function scheduleRows(schedules: readonly StoredSchedule[], nowMs: number): ScheduleRow[] {
  return schedules.toSorted(inOrder).map((schedule) => {
    const { spec, status } = schedule
    const next = nextRunMs(schedule, nowMs)
    return {
      pipeline: spec.pipeline.fullyQualifiedName,
      schedule: spec.schedule,
      timeZone: spec.timeZone,
      state: stateOf(schedule, nowMs),
      nextRun: next === null ? null : new Date(next).toISOString(),
      cron: status.phase === 'Retired' ? null : cronName(spec.pipeline.id, spec.agentId),
    }
  })
}

function inOrder(one: StoredSchedule, other: StoredSchedule): number {
  const [mine, theirs] = [one, other].map(({ spec, status }) => `${spec.pipeline.fullyQualifiedName} ${status.phase}`)
  return (mine ?? '') < (theirs ?? '') ? -1 : 1
}

function stateOf({ spec, status }: StoredSchedule, nowMs: number): string {
  if (status.phase === 'Retired') return `retired (${status.retired?.why ?? 'replaced'})`
  if (!status.isEnabled) return 'off'
  if (spec.endAtMs !== null && nowMs >= spec.endAtMs) return 'over'
  if (spec.startAtMs !== null && nowMs < spec.startAtMs) return 'not begun'
  return 'on'
}
