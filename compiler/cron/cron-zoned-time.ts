/** An instant and the wall clock of one time zone at it. */
export interface ZonedTime {
  readonly epochMs: number
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  /** 0 is Sunday. */
  readonly weekday: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** A calendar date and hour; what is beyond its range carries over, such as month 13 into the next year. */
export interface WallClock {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour?: number
  readonly minute?: number
  readonly second?: number
}

/** The clock of one time zone. */
export interface ZoneClock {
  at(epochMs: number): ZonedTime
  /**
   * The instant at which the wall clock shows this.
   *
   * As in Go, a time that daylight saving skips or repeats is one of the two that it may be: see `instantOf`.
   */
  instantAt(wallClock: WallClock): ZonedTime
}

/** Times of a zone that Intl knows. Assumes a name that passed `judgeTimeZone`: for others Intl throws a RangeError. */
export function zoneClock(timeZone: string): ZoneClock {
  const offsetAt = offsetsOf(timeZone)
  const at = (epochMs: number): ZonedTime => zonedTime(epochMs, offsetAt(epochMs))
  return { at, instantAt: (wallClock) => at(instantOf(wallClockMs(wallClock), offsetAt)) }
}

/** Go takes the offset that holds at the clock time read as UTC, and where it does not hold at the instant so found, the one that does there. */
function instantOf(clockMs: number, offsetAt: (epochMs: number) => number): number {
  return clockMs - offsetAt(clockMs - offsetAt(clockMs))
}

/** Intl knows no zone of this name; Go does, and it is UTC. */
const ZONE_WITHOUT_PLACE = 'Factory'

function offsetsOf(timeZone: string): (epochMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timeZone === ZONE_WITHOUT_PLACE ? 'UTC' : timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (epochMs) => {
    const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = (format.format(epochMs).match(/\d+/g) ?? []).map(Number)
    return wallClockMs({ year, month, day, hour, minute, second }) - Math.floor(epochMs / 1000) * 1000
  }
}

function wallClockMs({ year, month, day, hour = 0, minute = 0, second = 0 }: WallClock): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000
}

function zonedTime(epochMs: number, offsetMs: number): ZonedTime {
  const clock = new Date(epochMs + offsetMs)
  return {
    epochMs,
    year: clock.getUTCFullYear(),
    month: clock.getUTCMonth() + 1,
    day: clock.getUTCDate(),
    weekday: clock.getUTCDay(),
    hour: clock.getUTCHours(),
    minute: clock.getUTCMinutes(),
    second: clock.getUTCSeconds(),
  }
}
