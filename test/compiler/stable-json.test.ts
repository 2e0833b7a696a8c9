import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isTooDeep, MAX_DEPTH, stableJson } from '../../compiler/stable-json.ts'

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

describe('stableJson', () => {
  test('sorts keys at every level and keeps lists', () => {
    expect(stableJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}')
  })

  test('keeps a key named __proto__', () => {
    expect(stableJson(JSON.parse('{"__proto__": {"a": 1}}'))).toBe('{"__proto__":{"a":1}}')
  })

  test.each([
    [1e21, '1.0e+21'],
    [1e-7, '1.0e-7'],
    [1.5e300, '1.5e+300'],
    [-2e-9, '-2.0e-9'],
  ])('writes %d with a point, for YAML 1.1 takes an exponent without one for a text', (value, text) => {
    expect(stableJson(value)).toBe(text)
    expect(JSON.parse(text)).toBe(value)
  })

  test('escapes what YAML forbids in a stream', () => {
    expect(stableJson('\u007f\u0085\u2028\ufeff\uffff')).toBe('"\\u007f\\u0085\\u2028\\ufeff\\uffff"')
  })

  test('reads back as YAML and as JSON', () => {
    const value = { 'a: b': ['#', '- x', '', 'é', '\ud83d\ude00', '\t\n'], 'yes': true, 'n': [0, -1, 0.5, 1e-9] }
    expect(JSON.parse(stableJson(value))).toEqual(value)
    expect(parse(stableJson(value), { version: '1.1' })).toEqual(value)
  })
})

describe('isTooDeep', () => {
  test('draws the line at the limit', () => {
    expect(isTooDeep(nested(MAX_DEPTH))).toBe(false)
    expect(isTooDeep(nested(MAX_DEPTH + 1))).toBe(true)
  })

  test('answers for input that would overflow a recursive reader', () => {
    let value: unknown = {}
    for (let depth = 0; depth < 100_000; depth += 1) value = { value }
    expect(isTooDeep(value)).toBe(true)
  })
})
