import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Outcome, WorkQueue } from '../../../reconciler/queue/work-queue.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

interface Work {
  readonly key: string
  readonly finish: (outcome?: Outcome) => Promise<void>
  readonly fail: () => Promise<void>
}

/** A queue whose works end when the test says so. */
function aQueue({ concurrency = 10, random = 0.5 } = {}) {
  const works: Work[] = []
  const errors: [string, number][] = []
  const queue = new WorkQueue({
    work: async (key) => {
      const done = Promise.withResolvers<Outcome>()
      const settled = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0))
      works.push({ key, finish: async (outcome = {}) => (done.resolve(outcome), settled()), fail: async () => (done.reject(new Error('no')), settled()) })
      return done.promise
    },
    onError: (key, _error, failures) => errors.push([key, failures]),
    concurrency,
    backoff: { baseMs: 100, capMs: 1_000 },
    random: () => random,
    now: Date.now,
  })
  return { queue, works, errors, begun: () => works.map(({ key }) => key) }
}

describe('a key', () => {
  test('that is added twice before its turn is one work', () => {
    const { queue, begun } = aQueue({ concurrency: 1 })
    queue.add('busy')
    queue.add('a')
    queue.add('a')
    expect(queue.depth()).toBe(1)
    expect(begun()).toEqual(['busy'])
  })

  test('that is added while it is worked on runs once more afterwards, never beside itself', async () => {
    const { queue, works, begun } = aQueue()
    queue.add('a')
    queue.add('a')
    queue.add('a')
    expect(begun()).toEqual(['a'])
    await works[0]?.finish()
    expect(begun()).toEqual(['a', 'a'])
    await works[1]?.finish()
    expect(begun()).toEqual(['a', 'a'])
  })

  test('that waits for itself holds up no other', () => {
    const { queue, begun } = aQueue()
    queue.add('a')
    queue.add('a')
    queue.add('b')
    expect(begun()).toEqual(['a', 'b'])
  })

  test('that wants to be woken is woken then, and sooner when somebody adds it', async () => {
    const { queue, works, begun } = aQueue()
    queue.add('a')
    await works[0]?.finish({ requeueAfterMs: 5_000 })
    await vi.advanceTimersByTimeAsync(4_999)
    expect(begun()).toEqual(['a'])
    await vi.advanceTimersByTimeAsync(1)
    expect(begun()).toEqual(['a', 'a'])
    await works[1]?.finish({ requeueAfterMs: 5_000 })
    queue.add('a')
    await works[2]?.finish()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(begun()).toEqual(['a', 'a', 'a'])
  })

  test('that wants to be woken in a year is not woken at once', async () => {
    const { queue, works, begun } = aQueue()
    queue.add('a')
    await works[0]?.finish({ requeueAfterMs: 365 * 86_400_000 })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(begun()).toEqual(['a'])
  })
})

test('as many keys as allowed are worked on at once', async () => {
  const { queue, works, begun } = aQueue({ concurrency: 2 })
  for (const key of ['a', 'b', 'c', 'd']) queue.add(key)
  expect(begun()).toEqual(['a', 'b'])
  await works[1]?.finish()
  expect(begun()).toEqual(['a', 'b', 'c'])
})

describe('a work that fails', () => {
  test('is tried again after waits that grow, and a success makes them short again', async () => {
    const { queue, works, errors, begun } = aQueue({ random: 0.99 })
    queue.add('a')
    await works[0]?.fail()
    await vi.advanceTimersByTimeAsync(98)
    expect(begun()).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(begun()).toHaveLength(2)
    await works[1]?.fail()
    await vi.advanceTimersByTimeAsync(197)
    expect(begun()).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    await works[2]?.finish()
    queue.add('a')
    await works[3]?.fail()
    expect(errors).toEqual([
      ['a', 1],
      ['a', 2],
      ['a', 1],
    ])
  })

  test('does not wait when somebody adds its key', async () => {
    const { queue, works, begun } = aQueue({ random: 0.99 })
    queue.add('a')
    await works[0]?.fail()
    queue.add('a')
    expect(begun()).toHaveLength(2)
  })
})

test('stands still only while there is something to do', async () => {
  const { queue, works } = aQueue({ concurrency: 1 })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(queue.stalledForMs()).toBe(0)
  queue.add('a')
  queue.add('b')
  await vi.advanceTimersByTimeAsync(3_000)
  expect(queue.stalledForMs()).toBe(3_000)
  await works[0]?.finish()
  expect(queue.stalledForMs()).toBe(0)
  await works[1]?.finish()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(queue.stalledForMs()).toBe(0)
})

test('a stop waits for the works in hand and takes nothing more', async () => {
  const { queue, works, begun } = aQueue({ concurrency: 1 })
  queue.add('a')
  queue.add('b')
  let isStopped = false
  const stopped = queue.stop().then(() => (isStopped = true))
  queue.add('c')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(isStopped).toBe(false)
  await works[0]?.finish({ requeueAfterMs: 1 })
  await stopped
  await vi.advanceTimersByTimeAsync(1_000)
  expect(begun()).toEqual(['a'])
})

describe('a work that waits for somebody else', () => {
  /** A queue with one place; keys that begin with `far` wait away until the test lets them go on. */
  function aQueueWithOnePlace() {
    const log: string[] = []
    const letGo = new Map<string, () => void>()
    const queue = new WorkQueue({
      work: async (key, away) => {
        log.push(`begin ${key}`)
        const pause = Promise.withResolvers<void>()
        letGo.set(key, pause.resolve)
        await (key.startsWith('far') ? away(async () => pause.promise) : pause.promise)
        log.push(`end ${key}`)
        return {}
      },
      onError: () => undefined,
      concurrency: 1,
      backoff: { baseMs: 100, capMs: 1_000 },
      random: () => 0.5,
      now: Date.now,
    })
    const release = async (key: string): Promise<void> => {
      letGo.get(key)?.()
      await vi.advanceTimersByTimeAsync(0)
    }
    return { queue, log, release }
  }

  test('leaves its place to the others, as many as there are', async () => {
    const { queue, log, release } = aQueueWithOnePlace()
    for (const key of ['far1', 'far2', 'far3', 'near']) queue.add(key)
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toEqual(['begin far1', 'begin far2', 'begin far3', 'begin near'])
    await release('near')
    expect(log.at(-1)).toBe('end near')
  })

  test('goes on when there is a place again, before a key that has not begun', async () => {
    const { queue, log, release } = aQueueWithOnePlace()
    for (const key of ['far', 'near', 'next']) queue.add(key)
    await vi.advanceTimersByTimeAsync(0)
    await release('far')
    expect(log).toEqual(['begin far', 'begin near'])
    await release('near')
    expect(log).toEqual(['begin far', 'begin near', 'end near', 'end far', 'begin next'])
  })

  test('is still the only one of its key, and is waited for by a stop', async () => {
    const { queue, log, release } = aQueueWithOnePlace()
    queue.add('far')
    queue.add('far')
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toEqual(['begin far'])
    let isStopped = false
    void queue.stop().then(() => (isStopped = true))
    await vi.advanceTimersByTimeAsync(0)
    expect(isStopped).toBe(false)
    await release('far')
    expect([isStopped, log]).toEqual([true, ['begin far', 'end far']])
  })
})
