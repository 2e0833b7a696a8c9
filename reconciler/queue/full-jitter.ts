/** Base of the first step and the longest wait, in milliseconds. */
export interface Backoff {
  readonly baseMs: number
  readonly capMs: number
}

/**
 * The wait before try number `failures` (from 1): anywhere between nothing and the exponential step, from the first one on, so
 * that many clients that failed at the same moment come back spread out.
 *
 * `random` is in [0, 1).
 */
export function fullJitterDelayMs(failures: number, { baseMs, capMs }: Backoff, random: number): number {
  const step = Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30))
  return Math.floor(step * random)
}
