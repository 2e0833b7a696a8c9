import { expect, test } from 'vitest'
import { mergedValues } from '../../constructs/values/merged-values.ts'

test.each([
  { name: 'a map is merged, key by key', defaults: { a: { b: 1, c: 2 } }, given: { a: { c: 3 } }, merged: { a: { b: 1, c: 3 } } },
  { name: 'a list takes the place of a list', defaults: { a: [1, 2] }, given: { a: [3] }, merged: { a: [3] } },
  { name: 'null takes a default away', defaults: { a: { b: 1 } }, given: { a: { b: null } }, merged: { a: {} } },
  { name: 'null where there is no default stays null', defaults: {}, given: { a: null }, merged: { a: null } },
  { name: 'false and 0 are values', defaults: { a: true, b: 1 }, given: { a: false, b: 0 }, merged: { a: false, b: 0 } },
])('$name', ({ defaults, given, merged }) => {
  expect(mergedValues(defaults, given)).toEqual(merged)
})
