import { cronName } from '../../compiler/names.ts'
import { firingAt } from '../../compiler/schedule/firing.ts'
import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import { nextRunMs } from '../schedule/next-run.ts'
import type { ObservedCron } from '../schedule/observed-cron.ts'

/** One revision of a schedule, as people look at it. */
export interface ScheduleRow {
  readonly pipeline: string
  readonly schedule: string
  readonly timeZone: string
  /** Ends with `, not applied` where what fires in the cluster is another. */
  readonly state: string
  /** ISO 8601; null when there is none, or the cluster does not fire it. */
  readonly nextRun: string | null
  /** Name of its CronJob, or CronWorkflow; null for what is retired, which has none. */
  readonly cron: string | null
}

/**
 * By name of the pipeline, what fires before what is retired.
 *
 * @param crons what there is to fire them; undefined when it is not known, and then every schedule counts as applied
 */
export function scheduleRows(schedules: readonly StoredSchedule[], crons: readonly ObservedCron[] | undefined, nowMs: number): ScheduleRow[] {
  return schedules.toSorted(inOrder).map((schedule) => {
    const { spec, status } = schedule
    const isThere = status.phase === 'Retired' || crons === undefined || crons.some((cron) => fires(cron, schedule, nowMs))
    const next = isThere ? nextRunMs(schedule, nowMs) : null
    return {
      pipeline: spec.pipeline.fullyQualifiedName,
      schedule: spec.schedule,
      timeZone: spec.timeZone,
      state: `${stateOf(schedule, nowMs)}${isThere ? '' : ', not applied'}`,
      nextRun: next === null ? null : new Date(next).toISOString(),
      cron: status.phase === 'Retired' ? null : cronName(spec.pipeline.id, spec.agentId),
    }
  })
}

/** Whether this is made from the revision, and is on when it is to be on. */
function fires(cron: ObservedCron, schedule: StoredSchedule, nowMs: number): boolean {
  return cron.ownerUid === schedule.uid && cron.isSuspended === firingAt(schedule, nowMs, cron.madeAtMs).isSuspended
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
