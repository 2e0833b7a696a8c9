import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SyncLoop } from '../../../reconciler/sync/sync-loop.ts'

const DONE = { deployed: 0, pruned: 0, unsaved: 0, lost: 0, missing: 0, isComplete: true }
const NO_LOG = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A loop whose syncs the test ends. */
function aLoop({ random = 1, isLinked = true } = {}) {
  const syncs: PromiseWithResolvers<typeof DONE>[] = []
  const sync = async (): Promise<typeof DONE> => {
    const one = Promise.withResolvers<typeof DONE>()
    syncs.push(one)
    return one.promise
  }
  const loop = new SyncLoop({ sync, isLinked: () => isLinked, log: NO_LOG, random: () => random })
  return { loop, syncs }
}

describe('the sync loop', () => {
  test('syncs when it is woken, and again after ten minutes at most', async () => {
    const { loop, syncs } = aLoop()
    loop.wake()
    expect(syncs).toHaveLength(1)
    syncs[0]?.resolve(DONE)
    await vi.advanceTimersByTimeAsync(599_999)
    expect(syncs).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(syncs).toHaveLength(2)
    void loop.stop()
  })

  test('does one sync at a time, and one more for all wishes that came meanwhile', async () => {
    const { loop, syncs } = aLoop()
    for (let wish = 0; wish < 5; wish += 1) loop.wake()
    expect(syncs).toHaveLength(1)
    syncs[0]?.resolve(DONE)
    await vi.advanceTimersByTimeAsync(0)
    expect(syncs).toHaveLength(2)
    syncs[1]?.resolve(DONE)
    await vi.advanceTimersByTimeAsync(0)
    expect(syncs).toHaveLength(2)
    await loop.stop()
  })

  test('tries again after a failure, sooner than by its timer', async () => {
    const { loop, syncs } = aLoop()
    loop.wake()
    syncs[0]?.reject(new Error('no answer'))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(syncs).toHaveLength(2)
    void loop.stop()
  })

  test.each([
    ['something was not listed that the server may not have saved yet', { unsaved: 1 }],
    ['a run is nowhere whose request may still come', { missing: 1 }],
  ])('looks soon again when %s', async (_, open) => {
    const { loop, syncs } = aLoop()
    loop.wake()
    syncs[0]?.resolve({ ...DONE, ...open })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(syncs).toHaveLength(2)
    syncs[1]?.resolve(DONE)
    await vi.advanceTimersByTimeAsync(300_000)
    expect(syncs).toHaveLength(2)
    void loop.stop()
  })

  test('asks nothing without a link', () => {
    const { loop, syncs } = aLoop({ isLinked: false })
    loop.wake()
    expect(syncs).toEqual([])
  })

  test('stops when the sync in hand is over, and does no other', async () => {
    const { loop, syncs } = aLoop()
    loop.wake()
    const stopped = loop.stop()
    syncs[0]?.resolve(DONE)
    await stopped
    await vi.advanceTimersByTimeAsync(3_600_000)
    loop.wake()
    expect(syncs).toHaveLength(1)
  })
})
