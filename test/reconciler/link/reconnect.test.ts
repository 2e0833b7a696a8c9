import { describe, expect, test } from 'vitest'
import { reconnectBackoff, reconnectDelayMs } from '../../../reconciler/link/reconnect.ts'
import { realComeback } from '../../bench/real-comeback.ts'
import { peakToMean, simulateComeback } from '../../bench/simulate-reconnect.ts'
import { randomFrom } from '../../support/random-from.ts'

describe('the wait of a link', () => {
  const backoff = reconnectBackoff(5)

  test('is five seconds in the mean by default, from nothing to twice that, from the first try on', () => {
    for (const failures of [1, 2, 36]) expect([0, 0.5, 0.999_999].map((random) => reconnectDelayMs(failures, backoff, random))).toEqual([0, 5_000, 9_999])
  })

  test('grows only when the server is away for longer than a restart, up to a minute', () => {
    expect([37, 38, 39, 40, 500].map((failures) => reconnectDelayMs(failures, backoff, 0.5))).toEqual([5_000, 10_000, 20_000, 30_000, 30_000])
  })

  test('comes on top of what the server wishes', () => {
    expect(reconnectDelayMs(1, backoff, 0.5, 30_000)).toBe(35_000)
  })

  test('is never longer than a minute, whatever is configured', () => {
    expect(reconnectDelayMs(1, reconnectBackoff(60), 0.999_999)).toBeLessThan(60_000)
  })
})

describe('a thousand runners after a restart of the server', () => {
  test.each([0, 1_000, 5_000, 15_000, 30_000, 60_000, 120_000])('that takes %i ms are all back within a minute, without a peak', (downMs) => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const { allBackMs, peakToMean: ratio } = simulateComeback(1_000, downMs, 5, randomFrom(seed))
      expect(allBackMs).toBeLessThan(60_000)
      expect(ratio).toBeLessThan(3)
    }
  })

  test('that takes ten minutes are all back within a minute', () => {
    expect(simulateComeback(1_000, 600_000, 5, randomFrom(1)).allBackMs).toBeLessThanOrEqual(60_000)
  })

  test('are counted rightly: an even row has no peak, a heap in the middle has one', () => {
    const even = Array.from({ length: 1_000 }, (_, index) => index * 10)
    expect(peakToMean(even)).toBeCloseTo(1, 1)
    expect(peakToMean([...even, ...Array.from({ length: 100 }, () => 5_000)])).toBeGreaterThan(8)
  })
})

test('a hundred real links come back to a server that was away, none in one heap', async () => {
  const backMs = await realComeback(100, 1_000, 1)
  expect(backMs).toHaveLength(100)
  expect(Math.max(...backMs)).toBeLessThan(60_000)
  expect(backMs.filter((ms) => ms < 100).length).toBeLessThan(50)
}, 60_000)
