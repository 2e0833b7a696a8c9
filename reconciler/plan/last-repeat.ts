import type { KnownRecord } from '../cache/finished-record.ts'

/** Between the last moment at which a request is taken and the moment from which no repeat of it is expected. */
const REPEAT_MARGIN_MS = 60_000

/** Until when a repeat of the run's request may come. */
export function lastRepeatMs({ spec }: KnownRecord): number {
  return spec.notAfterMs + REPEAT_MARGIN_MS
}
