import { expect, test } from 'vitest'
import { applyPatch, PatchFailed } from './json-patch.ts'
import type { JsonPatch } from './json-patch.ts'

test.each<{ name: string; document: unknown; patch: JsonPatch; becomes: unknown }>([
  { name: 'adds a member', document: {}, patch: [{ op: 'add', path: '/a', value: 1 }], becomes: { a: 1 } },
  { name: 'adds to the end of a list', document: { a: [1] }, patch: [{ op: 'add', path: '/a/-', value: 2 }], becomes: { a: [1, 2] } },
  { name: 'adds inside a list', document: [1, 3], patch: [{ op: 'add', path: '/1', value: 2 }], becomes: [1, 2, 3] },
  { name: 'replaces the whole document', document: { a: 1 }, patch: [{ op: 'replace', path: '', value: 2 }], becomes: 2 },
  { name: 'removes from a list', document: [1, 2, 3], patch: [{ op: 'remove', path: '/1' }], becomes: [1, 3] },
  {
    name: 'reads escaped keys',
    document: { 'a/b': { '~': 1 } },
    patch: [{ op: 'replace', path: '/a~1b/~0', value: 2 }],
    becomes: { 'a/b': { '~': 2 } },
  },
  {
    name: 'never reaches the prototype',
    document: {},
    patch: [{ op: 'add', path: '/__proto__', value: { a: 1 } }],
    becomes: JSON.parse('{"__proto__": {"a": 1}}'),
  },
])('$name', ({ document, patch, becomes }) => {
  const before = structuredClone(document)
  expect(applyPatch(document, patch)).toEqual(becomes)
  expect(document).toEqual(before)
})

test.each<JsonPatch>([
  [{ op: 'remove', path: '/b' }],
  [{ op: 'add', path: '/b/c', value: 1 }],
  [{ op: 'add', path: '/list/5', value: 1 }],
  [{ op: 'replace', path: '/constructor/name', value: 1 }],
])('fails where there is nothing: %j', (...patch) => {
  expect(() => applyPatch({ a: 1, list: [] }, patch)).toThrow(PatchFailed)
})
