import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fullJitterDelayMs } from '../../../reconciler/queue/full-jitter.ts'

const BACKOFF = { baseMs: 500, capMs: 60_000 }
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('the wait lies anywhere below the exponential step, and below the cap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), random, (failures, draw) => {
      const delayMs = fullJitterDelayMs(failures, BACKOFF, draw)
      expect(delayMs).toBeGreaterThanOrEqual(0)
      expect(delayMs).toBeLessThan(Math.min(BACKOFF.capMs, BACKOFF.baseMs * 2 ** (failures - 1)))
      expect(Number.isInteger(delayMs)).toBe(true)
    }),
  )
})

test('already the first wait is spread, and each step is twice as wide', () => {
  expect([1, 2, 3, 7, 8, 9].map((failures) => fullJitterDelayMs(failures, BACKOFF, 0.5))).toEqual([250, 500, 1_000, 16_000, 30_000, 30_000])
  expect(fullJitterDelayMs(1, BACKOFF, 0)).toBe(0)
})
