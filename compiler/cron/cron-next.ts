import type { Schedule, WallClockSchedule } from './cron.ts'
import { zoneClock } from './cron-zoned-time.ts'
import type { ZoneClock, ZonedTime } from './cron-zoned-time.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const HORIZON_YEARS = 5

/** From the year 1 to 200,000, well inside what a date can hold. */
const EARLIEST_MS = -62_135_596_800_000
const LATEST_MS = 6_000_000_000_000_000

/**
 * The first firing after an instant, to the second; undefined when there is none within five years. Kubernetes' own search
 * (robfig/cron), so also at a change of the clocks: a time inside the missing hour does not fire, one in the repeated hour fires twice.
 *
 * Assumes a zone that passed `judgeTimeZone`.
 */
export function nextFire(schedule: Schedule, timeZone: string, afterMs: number): number | undefined {
  if (!(afterMs >= EARLIEST_MS && afterMs <= LATEST_MS)) return undefined
  const wholeSecond = Math.floor(afterMs / SECOND_MS) * SECOND_MS
  if (schedule.kind === 'every') return wholeSecond + schedule.delaySeconds * SECOND_MS
  // A field of commas only holds nothing; the search would go through every minute of five years.
  if (Object.values(schedule.fields).some(({ values }) => values.size === 0)) return undefined
  return search(schedule, zoneClock(timeZone), wholeSecond + SECOND_MS)
}

/** One unit of the clock, from the largest: how to see that it fits, and how to go on where it does not. */
interface Stage {
  readonly matches: (time: ZonedTime, schedule: WallClockSchedule) => boolean
  /** The beginning of the unit. */
  readonly floor: (time: ZonedTime, clock: ZoneClock) => ZonedTime
  readonly advance: (time: ZonedTime, clock: ZoneClock) => ZonedTime
  /** The next larger unit changed, so all is to be looked at again. */
  readonly hasWrapped: (time: ZonedTime) => boolean
}

const STAGES: readonly Stage[] = [
  {
    matches: ({ month }, { fields }) => fields.month.values.has(month),
    floor: ({ year, month }, clock) => clock.instantAt({ year, month, day: 1 }),
    advance: (time, clock) => clock.instantAt({ ...time, month: time.month + 1 }),
    hasWrapped: ({ month }) => month === 1,
  },
  {
    matches: dayMatches,
    floor: ({ year, month, day }, clock) => clock.instantAt({ year, month, day }),
    advance: (time, clock) => nearestMidnight(clock.instantAt({ ...time, day: time.day + 1 }), clock),
    hasWrapped: ({ day }) => day === 1,
  },
  {
    matches: ({ hour }, { fields }) => fields.hour.values.has(hour),
    floor: ({ year, month, day, hour }, clock) => clock.instantAt({ year, month, day, hour }),
    advance: ({ epochMs }, clock) => clock.at(epochMs + HOUR_MS),
    hasWrapped: ({ hour }) => hour === 0,
  },
  {
    matches: ({ minute }, { fields }) => fields.minute.values.has(minute),
    floor: ({ epochMs }, clock) => clock.at(Math.floor(epochMs / MINUTE_MS) * MINUTE_MS),
    advance: ({ epochMs }, clock) => clock.at(epochMs + MINUTE_MS),
    hasWrapped: ({ minute }) => minute === 0,
  },
  {
    matches: ({ second }) => second === 0,
    floor: (time) => time,
    advance: ({ epochMs, second }, clock) => clock.at(epochMs + (60 - second) * SECOND_MS),
    hasWrapped: ({ second }) => second === 0,
  },
]

function search(schedule: WallClockSchedule, clock: ZoneClock, startMs: number): number | undefined {
  let time = clock.at(startMs)
  const lastYear = time.year + HORIZON_YEARS
  // Once the time was moved, all below the unit that moved is at its beginning.
  let hasMoved = false
  // Where a zone left out a whole day, the day after it can be found to be the same one again.
  let isStuck = false
  /** False when a larger unit changed on the way. */
  const settle = (stage: Stage): boolean => {
    while (!stage.matches(time, schedule)) {
      if (!hasMoved) time = stage.floor(time, clock)
      hasMoved = true
      const next = stage.advance(time, clock)
      isStuck = next.epochMs <= time.epochMs
      time = next
      if (isStuck || stage.hasWrapped(time)) return false
    }
    return true
  }
  while (time.year <= lastYear && !isStuck) {
    if (STAGES.every(settle)) return time.epochMs
  }
  return undefined
}

/** With a star in either day field both must fit, else one is enough. */
function dayMatches({ day, weekday }: ZonedTime, { fields }: WallClockSchedule): boolean {
  const ofMonth = fields['day of month']
  const ofWeek = fields['day of week']
  const fits = [ofMonth.values.has(day), ofWeek.values.has(weekday)]
  return ofMonth.isAny || ofWeek.isAny ? fits.every(Boolean) : fits.some(Boolean)
}

/** Where the clocks change at midnight, a day later may be an hour off. */
function nearestMidnight(time: ZonedTime, clock: ZoneClock): ZonedTime {
  if (time.hour === 0) return time
  return clock.at(time.epochMs + (time.hour > 12 ? 24 - time.hour : -time.hour) * HOUR_MS)
}
