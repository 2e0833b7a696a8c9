import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type QueueEntry, StartQueue } from '../../../reconciler/queue/start-queue.ts'

function entry(key: string, { pipelineId = key, pipelineLimit = 1, acceptedAtMs = 0 } = {}): QueueEntry {
  return { key, pipelineId, pipelineLimit, acceptedAtMs }
}

function queueOf(maxActiveRuns: number, ...waiting: readonly QueueEntry[]): StartQueue {
  const queue = new StartQueue({ maxActiveRuns })
  for (const one of waiting) queue.wait(one)
  return queue
}

describe('the order', () => {
  test('is that of acceptance, then of the name, whatever order the runs are seen in', () => {
    const queue = queueOf(
      10,
      entry('c', { acceptedAtMs: 2 }),
      entry('b', { acceptedAtMs: 1 }),
      entry('d', { acceptedAtMs: 1 }),
      entry('a', { acceptedAtMs: 3 }),
    )
    expect(['b', 'd', 'c', 'a'].map((key) => queue.placeOf(key))).toEqual([1, 2, 3, 4])
    expect(queue.admit()).toEqual(['b', 'd', 'c', 'a'])
    expect(queue.placeOf('b')).toBeUndefined()
  })
})

describe('the limits', () => {
  test('admit no more runs than may be active, until one leaves', () => {
    const queue = queueOf(2, entry('a'), entry('b'), entry('c'))
    expect(queue.admit()).toEqual(['a', 'b'])
    expect(queue.admit()).toEqual([])
    queue.leave('a')
    expect(queue.admit()).toEqual(['c'])
  })

  test('of a pipeline pass its run over and let others go on', () => {
    const queue = queueOf(10, entry('a', { pipelineId: 'p' }), entry('b', { pipelineId: 'p' }), entry('c'))
    expect(queue.admit()).toEqual(['a', 'c'])
    queue.leave('a')
    expect(queue.admit()).toEqual(['b'])
  })

  test('do not hold back a run that has a pod, but count it', () => {
    const queue = queueOf(1, entry('a'), entry('b'))
    queue.occupy(entry('b'))
    expect(queue.admit()).toEqual([])
    expect([queue.activeCount(), queue.waitingCount()]).toEqual([1, 1])
  })
})

test('a run that waits twice waits once, and one that is active does not wait', () => {
  const queue = queueOf(1, entry('a'), entry('a'))
  expect(queue.waitingCount()).toBe(1)
  queue.admit()
  queue.wait(entry('a'))
  expect([queue.activeCount(), queue.waitingCount()]).toEqual([1, 0])
})

test('a run that leaves without having been here takes no slot along', () => {
  const queue = queueOf(1)
  queue.occupy(entry('a'))
  queue.leave('b')
  queue.leave('a')
  queue.leave('a')
  queue.wait(entry('b'))
  expect(queue.admit()).toEqual(['b'])
})

const LIMITS = [1, 2, 3] as const
const KEYS = Array.from({ length: 8 }, (_, index) => `run-${index}`)
const entryOf = (index: number): QueueEntry =>
  entry(KEYS[index] ?? '', { pipelineId: `p${index % 3}`, pipelineLimit: LIMITS[index % 3] ?? 1, acceptedAtMs: (index * 5) % 7 })

const step = fc.record({ act: fc.constantFrom('wait', 'occupy', 'leave', 'admit'), index: fc.nat(KEYS.length - 1) })

/** The same rules, written down as plainly as can be: two lists, sorted and filtered anew each time. */
class Model {
  waiting: QueueEntry[] = []
  active: QueueEntry[] = []

  do(act: string, one: QueueEntry, maxActiveRuns: number): string[] {
    const isSame = ({ key }: QueueEntry): boolean => key === one.key
    if (act === 'leave' || (act === 'occupy' && !this.active.some(isSame))) this.waiting = this.waiting.filter((other) => !isSame(other))
    if (act === 'leave') this.active = this.active.filter((other) => !isSame(other))
    if (act === 'occupy' && !this.active.some(isSame)) this.active.push(one)
    if (act === 'wait' && ![...this.active, ...this.waiting].some(isSame)) this.waiting.push(one)
    return act === 'admit' ? this.#admit(maxActiveRuns) : []
  }

  #admit(maxActiveRuns: number): string[] {
    const admitted: string[] = []
    for (const one of this.waiting.toSorted((a, b) => a.acceptedAtMs - b.acceptedAtMs || (a.key < b.key ? -1 : 1))) {
      const ofPipeline = this.active.filter(({ pipelineId }) => pipelineId === one.pipelineId).length
      if (this.active.length >= maxActiveRuns || ofPipeline >= one.pipelineLimit) continue
      this.do('occupy', one, maxActiveRuns)
      admitted.push(one.key)
    }
    return admitted
  }
}

test('any sequence of events gives what the plain rules give', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, maxActiveRuns) => {
      const queue = new StartQueue({ maxActiveRuns })
      const model = new Model()
      for (const { act, index } of steps) {
        const one = entryOf(index)
        const admitted = act === 'admit' ? queue.admit() : act === 'wait' ? queue.wait(one) : act === 'occupy' ? queue.occupy(one) : queue.leave(one.key)
        expect(admitted ?? []).toEqual(model.do(act, one, maxActiveRuns))
        expect([queue.activeCount(), queue.waitingCount()]).toEqual([model.active.length, model.waiting.length])
        expect(KEYS.map((key) => queue.holdsSlot(key))).toEqual(KEYS.map((key) => model.active.some((other) => other.key === key)))
      }
    }),
    { numRuns: 500 },
  )
})
