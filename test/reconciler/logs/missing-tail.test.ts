import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linesOfText, logTail, missingTail } from '../../../reconciler/logs/missing-tail.ts'
import { propertyCases } from '../../support/property-cases.ts'

const CASES = propertyCases({ inCi: 300, elsewhere: 100 })
const written = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}\n`)
const isMark = (line: string | undefined): boolean => line?.startsWith('[... lines are missing here') ?? false

describe('what a pod could not send', () => {
  test('completes what Collate holds, with a mark exactly where lines are lost', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 60 }), (count, sentOf, kept) => {
        const lines = written(count)
        const sent = Math.min(sentOf, count)
        const tail = { lines: lines.slice(-kept), isWhole: kept > count }
        const missing = missingTail(lines.slice(0, sent).slice(-25), tail)
        const firstKept = count - Math.min(kept, count)
        const isLost = tail.lines.length > 0 && !tail.isWhole && sent <= firstKept
        expect(isMark(missing[0])).toBe(isLost)
        expect(missing.slice(isLost ? 1 : 0)).toEqual(lines.slice(Math.max(sent, firstKept)))
      }),
      CASES,
    )
  })

  test('is nothing when it is brought a second time', () => {
    const tail = { lines: written(30).slice(-10), isWhole: false }
    const there = ['line 3\n']
    const once = missingTail(there, tail)
    expect(isMark(once[0])).toBe(true)
    expect(missingTail([...there, ...once], tail)).toEqual([])
  })

  test('is found by the latest place that agrees, also where lines repeat', () => {
    const lines = ['a\n', 'b\n', 'a\n', 'b\n', 'c\n']
    expect(missingTail(['a\n', 'b\n', 'a\n', 'b\n'], { lines, isWhole: true })).toEqual(['c\n'])
  })

  test('is all, and marked, when Collate holds another text', () => {
    expect(missingTail(['formatted otherwise\n'], { lines: ['a\n'], isWhole: true }).map((line) => isMark(line))).toEqual([true, false])
  })
})

describe('a tail', () => {
  test.each([
    { name: 'of a short log is whole', text: 'a\nb\n', limits: { maxLines: 3, maxBytes: 100 }, tail: { lines: ['a\n', 'b\n'], isWhole: true } },
    {
      name: 'of as many lines as were asked for may lack some',
      text: 'a\nb\n',
      limits: { maxLines: 2, maxBytes: 100 },
      tail: { lines: ['a\n', 'b\n'], isWhole: false },
    },
    {
      name: 'that was cut begins with a whole line',
      text: 'half\nwhole\n',
      limits: { maxLines: 9, maxBytes: 11 },
      tail: { lines: ['whole\n'], isWhole: false },
    },
    { name: 'of nothing is nothing', text: '', limits: { maxLines: 9, maxBytes: 100 }, tail: { lines: [], isWhole: true } },
  ])('$name', ({ text, limits, tail }) => expect(logTail(text, limits)).toEqual(tail))

  test('keeps other line ends within its lines', () => {
    expect(linesOfText('a\r\nb\rc')).toEqual(['a\r\n', 'b\rc'])
  })
})
