import { type Backoff, fullJitterDelayMs } from '../queue/full-jitter.ts'

const CAP_MS = 60_000
/** Three minutes at the default. What is away for longer is no restart. */
const TRIES_OF_A_RESTART = 36

export interface ReconnectBackoff extends Backoff {
  /** Tries before the step begins to grow; none without it. */
  readonly evenTries?: number
}

/** `delaySeconds` is the mean wait of the first tries; each is drawn from nothing to twice as long. */
export function reconnectBackoff(delaySeconds: number): ReconnectBackoff {
  return { baseMs: Math.min(2_000 * delaySeconds, CAP_MS), capMs: CAP_MS, evenTries: TRIES_OF_A_RESTART }
}

/**
 * The wait before try number `failures` (from 1) of a link, with full jitter from the first one on, and never sooner than the server
 * wishes.
 *
 * The step stays the same for as long as a server may take to restart, and only then doubles up to the cap. Steps that grow at once
 * spread the last tries before the server is back over a minute: most runners come soon, the rest much later, and each of them has
 * waited in vain.
 */
export function reconnectDelayMs(failures: number, backoff: ReconnectBackoff, random: number, wishMs = 0): number {
  return wishMs + fullJitterDelayMs(Math.max(1, failures - (backoff.evenTries ?? 0)), backoff, random)
}
