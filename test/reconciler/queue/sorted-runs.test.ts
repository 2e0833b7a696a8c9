import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Ordered, SortedRuns } from '../../../reconciler/queue/sorted-runs.ts'

const run = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), acceptedAtMs: fc.nat(3) })
const step = fc.record({ act: fc.constantFrom('add', 'remove', 'removeFirst'), run })
const text = ({ key, acceptedAtMs }: Ordered): string => `${acceptedAtMs} ${key}`

test('runs come, go and stand as in a list that is sorted anew each time', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const runs = new SortedRuns<Ordered>()
      let model: Ordered[] = []
      for (const { act, run: meant } of steps) {
        const one = act === 'removeFirst' ? (runs.first() ?? meant) : meant
        model = model.filter((other) => text(other) !== text(one))
        if (act === 'add') model.push(one)
        if (act === 'add') runs.add(one)
        else runs.remove(one)
        model.sort((a, b) => (text(a) < text(b) ? -1 : 1))
        expect([runs.size, runs.first()]).toEqual([model.length, model[0]])
        expect(model.map((other) => runs.indexOf(other))).toEqual(model.map((_, index) => index))
        if (act !== 'add') expect(runs.indexOf(one)).toBe(-1)
      }
    }),
    { numRuns: 500 },
  )
})

test('a long queue that empties from the front keeps its order', () => {
  const runs = new SortedRuns<Ordered>()
  const all = Array.from({ length: 5_000 }, (_, acceptedAtMs) => ({ key: 'a', acceptedAtMs }))
  for (const one of all) runs.add(one)
  for (const [index, one] of all.entries()) {
    expect(runs.first()).toBe(one)
    expect(runs.indexOf(all[4_999] as Ordered)).toBe(4_999 - index)
    runs.remove(one)
  }
  expect([runs.size, runs.first()]).toEqual([0, undefined])
})
