import { describe, expect, test } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { literal, valueAt } from '../../constructs/expression/values.ts'
import { evaluateTree } from '../../constructs/tree/evaluate-tree.ts'
import { each, entriesOf, itemsOf, shared, valueOf, when } from '../../constructs/tree/marks.ts'
import { treeOf } from '../../constructs/tree/tree-of.ts'

const BUILTINS = { 'Release.Name': 'r', 'Release.Namespace': 'n', 'Release.Service': 'Helm', 'Chart.Name': 'c', 'Chart.Version': '1', 'Chart.AppVersion': '1' }
const evaluated = (json: unknown, values: Json): Json => evaluateTree(treeOf(json as Json), { values, builtins: BUILTINS, items: {} })

describe('a mark', () => {
  test('may stand inside a text, more than once', () => {
    expect(evaluated({ a: `<${valueOf(valueAt('x'))}-${valueOf(valueAt('y'))}>` }, { x: 'one', y: 2 })).toEqual({ a: '<one-2>' })
  })

  test('may stand in another', () => {
    const json = { a: when(valueAt('on'), { b: when(valueAt('x'), valueOf(valueAt('x'))) }) }
    expect(evaluated(json, { on: true, x: 1 })).toEqual({ a: { b: 1 } })
    expect(evaluated(json, { on: true })).toEqual({ a: {} })
    expect(evaluated(json, {})).toEqual({})
  })

  test('may be an item, some items, or the entries of a map', () => {
    const json = {
      a: [1, itemsOf(valueAt('list')), each(valueAt('list'), 'one', (one) => ({ v: valueOf(one('v')) }))],
      b: { c: 1, ...entriesOf(valueAt('map')) },
    }
    expect(evaluated(json, { list: [{ v: 2 }], map: { d: 3 } })).toEqual({ a: [1, { v: 2 }, { v: 2 }], b: { c: 1, d: 3 } })
  })

  test('may stand for items that several lists have', () => {
    const both = shared<unknown>('both', [1, when(valueAt('on'), 2), itemsOf(valueAt('list'))])
    expect(evaluated({ a: [0, both], b: [both, 4] }, { list: [3] })).toEqual({ a: [0, 1, 3], b: [1, 3, 4] })
  })

  test('of a condition cannot stand inside a text, nor any in a key', () => {
    expect(() => treeOf(`a${when(literal(true), 'b')}`)).toThrow(/inside a text/)
    expect(() => treeOf({ [`a${valueOf(literal('b'))}`]: 1 })).toThrow(/key/)
  })
})
