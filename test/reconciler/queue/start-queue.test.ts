import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeHold, type Limits } from '../../../reconciler/queue/limits.ts'
import type { QueueEntry } from '../../../reconciler/queue/queue-entry.ts'
import { StartQueue } from '../../../reconciler/queue/start-queue.ts'

function entry(key: string, { pipelineId = key, pipelineLimit = 1, type = 'metadata', acceptedAtMs = 0 } = {}): QueueEntry {
  return { key, pipelineId, pipelineLimit, type, acceptedAtMs }
}

function limits(maxActiveRuns: number, more: Partial<Limits> = {}): Limits {
  return { maxActiveRuns, maxActiveRunsByType: {}, automationSlots: 0, ...more }
}

function queueOf(maxActiveRuns: number | Limits, ...waiting: readonly QueueEntry[]): StartQueue {
  const queue = new StartQueue(typeof maxActiveRuns === 'number' ? limits(maxActiveRuns) : maxActiveRuns)
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

describe('the limits of a type', () => {
  const byType = limits(10, { maxActiveRunsByType: { profiler: 1, default: 2 } })
  const ofType = (type: string) => (key: string) => entry(key, { type })

  test('pass its runs over and let those of other types go on', () => {
    const queue = queueOf(byType, ...['a', 'b'].map(ofType('profiler')), ...['c', 'd', 'e'].map(ofType('lineage')), ...['f'].map(ofType('dbt')))
    expect(queue.admit()).toEqual(['a', 'c', 'd', 'f'])
    queue.leave('a')
    expect(queue.admit()).toEqual(['b'])
  })

  test('count scheduled runs, which are never held back', () => {
    const queue = queueOf(byType, ofType('profiler')('waits'))
    for (const key of ['s1', 's2', 's3']) queue.occupy(ofType('profiler')(key))
    expect(queue.admit()).toEqual([])
    expect(queue.activeCount()).toBe(3)
  })

  test('of no entry are none', () => {
    expect(queueOf(limits(10, { maxActiveRunsByType: { profiler: 1 } }), ...['a', 'b'].map(ofType('lineage'))).admit()).toEqual(['a', 'b'])
    expect(queueOf(limits(10, { maxActiveRunsByType: { profiler: 1 } }), ofType('constructor')('a')).admit()).toEqual(['a'])
  })
})

describe('automations', () => {
  const reserved = limits(1, { automationSlots: 2 })
  const test1 = (key: string): QueueEntry => entry(key, { type: 'automation' })

  test('have slots of their own, so that a full runner takes them', () => {
    const queue = queueOf(reserved, entry('a'), entry('b'), test1('t1'), test1('t2'), test1('t3'))
    expect(queue.admit()).toEqual(['a', 't1', 't2'])
    queue.leave('t1')
    expect(queue.admit()).toEqual(['t3'])
  })

  test('take the slots of all when theirs are taken, in turn', () => {
    const queue = queueOf(reserved, test1('t1'), test1('t2'), test1('t3'), entry('z'))
    expect(queue.admit()).toEqual(['t1', 't2', 't3'])
    expect(queue.keptBy('z')).toEqual({ by: 'all', active: 1, limit: 1 })
    queue.leave('t2')
    expect(queue.admit()).toEqual(['z'])
  })

  test('that wait stand in a line of their own, and are told both limits', () => {
    const queue = queueOf(reserved, entry('a'), entry('b'), test1('t1'), test1('t2'), test1('t3'), test1('t4'))
    queue.admit()
    expect(['b', 't3', 't4'].map((key) => queue.placeOf(key))).toEqual([1, 1, 2])
    const kept = { by: 'all', active: 1, limit: 1, takenSlots: 2 } as const
    expect(queue.keptBy('t3')).toEqual(kept)
    expect(describeHold(kept, 'automation')).toBe('automations have 2 of 2 slots of their own (AUTOMATION_SLOTS), and 1 of 1 runs are active (MAX_ACTIVE_RUNS)')
    queue.leave('t2')
    expect(queue.admit()).toEqual(['t3'])
    expect(queue.placeOf('t4')).toBe(1)
  })

  test('without slots of their own stand in line with all', () => {
    const queue = queueOf(1, entry('a'), entry('b'), test1('t1'))
    queue.admit()
    expect(queue.placeOf('t1')).toBe(2)
    expect(queue.keptBy('t1')).toEqual({ by: 'all', active: 1, limit: 1 })
  })
})

describe('why a run waits', () => {
  test('is told by the narrowest limit', () => {
    const queue = queueOf(
      limits(2, { maxActiveRunsByType: { profiler: 1 } }),
      entry('a', { pipelineId: 'p' }),
      entry('b', { pipelineId: 'p' }),
      entry('c', { type: 'profiler' }),
      entry('d', { type: 'profiler' }),
      entry('e'),
    )
    expect(queue.keptBy('a')).toBeUndefined()
    queue.admit()
    expect(['b', 'd', 'e'].map((key) => queue.keptBy(key))).toEqual([
      { by: 'pipeline', active: 1, limit: 1 },
      { by: 'type', active: 1, limit: 1 },
      { by: 'all', active: 2, limit: 2 },
    ])
    expect(queue.heldBack()).toEqual({ pipeline: 1, type: 1, all: 1 })
    expect(['b', 'd', 'e'].map((key) => queue.placeOf(key))).toEqual([1, 2, 3])
  })
})

describe('20,000 runs that wait', () => {
  test.each([
    { name: 'of as many pipelines', pipelineOf: (index: number) => `p${index}` },
    { name: 'of one pipeline that runs one at a time', pipelineOf: () => 'p' },
    { name: 'of which each second one is of a blocked pipeline', pipelineOf: (index: number) => (index % 2 === 0 ? 'p' : `p${index}`) },
  ])('$name all start and end', ({ pipelineOf }) => {
    const queue = queueOf(100)
    for (let index = 0; index < 20_000; index += 1) queue.wait(entry(`run-${index}`, { pipelineId: pipelineOf(index), acceptedAtMs: index }))
    let ended = 0
    for (let active = queue.admit(); active.length > 0; active = active.flatMap((key) => (queue.leave(key), queue.admit()))) ended += active.length
    expect([ended, queue.waitingCount(), queue.activeCount()]).toEqual([20_000, 0, 0])
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
  entry(KEYS[index] ?? '', {
    pipelineId: `p${index % 3}`,
    // Two revisions of one pipeline may allow themselves different numbers.
    pipelineLimit: LIMITS[index % 4] ?? 1,
    type: ['metadata', 'automation', 'profiler'][index % 3] ?? '',
    acceptedAtMs: (index * 5) % 7,
  })

const step = fc.record({ act: fc.constantFrom('wait', 'occupy', 'leave', 'admit'), index: fc.nat(KEYS.length - 1) })

/** The same rules, written down as plainly as can be: two lists, sorted and filtered anew each time. */
class Model {
  waiting: QueueEntry[] = []
  active: QueueEntry[] = []

  do(act: string, one: QueueEntry, most: Limits): string[] {
    const isSame = ({ key }: QueueEntry): boolean => key === one.key
    if (act === 'leave' || (act === 'occupy' && !this.active.some(isSame))) this.waiting = this.waiting.filter((other) => !isSame(other))
    if (act === 'leave') this.active = this.active.filter((other) => !isSame(other))
    if (act === 'occupy' && !this.active.some(isSame)) this.active.push(one)
    if (act === 'wait' && ![...this.active, ...this.waiting].some(isSame)) this.waiting.push(one)
    return act === 'admit' ? this.#admit(most) : []
  }

  #admit(most: Limits): string[] {
    const admitted: string[] = []
    for (const one of this.waiting.toSorted((a, b) => a.acceptedAtMs - b.acceptedAtMs || (a.key < b.key ? -1 : 1))) {
      if (!this.#mayStart(one, most)) continue
      this.do('occupy', one, most)
      admitted.push(one.key)
    }
    return admitted
  }

  #mayStart(one: QueueEntry, { maxActiveRuns, maxActiveRunsByType, automationSlots }: Limits): boolean {
    const ofType = this.active.filter(({ type }) => type === one.type).length
    const automations = this.active.filter(({ type }) => type === 'automation').length
    const others = this.active.length - Math.min(automations, automationSlots)
    if (this.active.filter(({ pipelineId }) => pipelineId === one.pipelineId).length >= one.pipelineLimit) return false
    if (ofType >= (maxActiveRunsByType[one.type] ?? maxActiveRunsByType['default'] ?? Infinity)) return false
    return others < maxActiveRuns || (one.type === 'automation' && automations < automationSlots)
  }
}

const anyLimits = fc.record({
  maxActiveRuns: fc.integer({ min: 1, max: 4 }),
  maxActiveRunsByType: fc.constantFrom<Record<string, number>>({}, { metadata: 1 }, { profiler: 1, default: 2 }, { automation: 1 }),
  automationSlots: fc.nat(2),
})

test('any sequence of events gives what the plain rules give', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), anyLimits, (steps, most) => {
      const queue = new StartQueue(most)
      const model = new Model()
      for (const { act, index } of steps) {
        const one = entryOf(index)
        const admitted = act === 'admit' ? queue.admit() : act === 'wait' ? queue.wait(one) : act === 'occupy' ? queue.occupy(one) : queue.leave(one.key)
        expect(admitted ?? []).toEqual(model.do(act, one, most))
        expect([queue.activeCount(), queue.waitingCount()]).toEqual([model.active.length, model.waiting.length])
        expect(KEYS.map((key) => queue.holdsSlot(key))).toEqual(KEYS.map((key) => model.active.some((other) => other.key === key)))
      }
    }),
    { numRuns: 500 },
  )
})
