import { reconnectBackoff, reconnectDelayMs } from '../../reconciler/link/reconnect.ts'

/** How runners come back to a server. */
export interface Comeback {
  /** Of the last one, after the server was there again. */
  readonly allBackMs: number
  /** Tries of all of them together. */
  readonly tries: number
  /** Connects per 100 ms, the most to the mean, over the interval that holds the 5th to the 95th percentile of them. */
  readonly peakToMean: number
}

const BIN_MS = 100

/** All runners lose the server at the same moment, which takes connections again after `downMs`. On a simulated clock, with the real delays. */
export function simulateComeback(runners: number, downMs: number, delaySeconds: number, random: () => number): Comeback {
  const backoff = reconnectBackoff(delaySeconds)
  const backMs: number[] = []
  let tries = 0
  for (let runner = 0; runner < runners; runner += 1) {
    let nowMs = 0
    for (let failures = 1; failures === 1 || nowMs < downMs; failures += 1) {
      nowMs += reconnectDelayMs(failures, backoff, random())
      tries += 1
    }
    backMs.push(Math.max(0, nowMs - downMs))
  }
  return { allBackMs: Math.max(...backMs), tries, peakToMean: peakToMean(backMs) }
}

/** See Comeback. */
export function peakToMean(timesMs: readonly number[]): number {
  const sorted = timesMs.toSorted((one, other) => one - other)
  const from = sorted[Math.floor(sorted.length * 0.05)] ?? 0
  const to = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
  const bins = Array.from({ length: Math.floor((to - from) / BIN_MS) + 1 }, () => 0)
  for (const timeMs of sorted) {
    if (timeMs >= from && timeMs <= to) bins[Math.floor((timeMs - from) / BIN_MS)] = (bins[Math.floor((timeMs - from) / BIN_MS)] ?? 0) + 1
  }
  const all = bins.reduce((sum, count) => sum + count, 0)
  return Math.max(...bins) / (all / ((to - from) / BIN_MS || 1))
}
