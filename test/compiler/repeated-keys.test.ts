import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedKeys } from '../../compiler/repeated-keys.ts'

test('JSON that was written from a value has none', () => {
  const json = fc.tuple(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2)).map(([value, indent]) => JSON.stringify(value, null, indent))
  fc.assert(
    fc.property(json, (text) => {
      expect(repeatedKeys(text)).toEqual([])
    }),
  )
})

test.each<[string, (string | number)[][]]>([
  ['{"a": 1, "a": 2}', [['a']]],
  ['{"a": 1, "\\u0061": 2, "a": 3}', [['a'], ['a']]],
  ['[1, {"b": [{}, {"c": "x", "d": {"c": 0}, "c": "c"}]}]', [[1, 'b', 1, 'c']]],
  ['{"a": "a", "b": ["a", "a"], "c": {"a": "\\"a\\":,{"}}', []],
])('finds those of %s', (json, paths) => {
  expect(repeatedKeys(json)).toEqual(paths)
})
