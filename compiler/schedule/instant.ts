const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)?)?$/

/** As far as a Date reaches, both ways. */
const MAX_EPOCH_MS = 8.64e15

const MINUTE_MS = 60_000

/**
 * Epoch milliseconds of an instant: a whole number of them, or ISO 8601, a date (its midnight) or a date with a time. Undefined for
 * anything else.
 *
 * Without an offset it is UTC: what a schedule is must not depend on where it is compiled.
 */
export function epochMsOf(instant: string | number): number | undefined {
  if (typeof instant === 'number') return Number.isInteger(instant) && Math.abs(instant) <= MAX_EPOCH_MS ? instant : undefined
  const match = ISO.exec(instant.trim())
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((digits) => Number(digits ?? 0))
  const [, , , , , , , fraction = '', sign = '+', offsetHours = '0', offsetMinutes = '0'] = match
  const offset = [Number(offsetHours), Number(offsetMinutes)] as const
  if (hour > 23 || minute > 59 || second > 59 || offset[0] > 23 || offset[1] > 59) return undefined
  const midnightMs = midnightOf(year, month, day)
  if (midnightMs === undefined) return undefined
  const timeMs = ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'))
  return midnightMs + timeMs - (sign === '-' ? -1 : 1) * (offset[0] * 60 + offset[1]) * MINUTE_MS
}

/** Undefined for a day that its month does not have. */
function midnightOf(year: number, month: number, day: number): number | undefined {
  const midnight = new Date(0)
  midnight.setUTCFullYear(year, month - 1, day)
  return midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day ? midnight.getTime() : undefined
}
