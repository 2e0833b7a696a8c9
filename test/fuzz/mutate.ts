import type { Random } from './random.ts'

type Json = Record<string, unknown> | unknown[]

/** Stand in a value for what JSON.stringify could not write: it is put in afterwards, as text. */
const RAW_VALUES: Readonly<Record<string, string>> = {
  '@deep-lists@': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  '@deep-objects@': `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  '@at-the-limit@': `${'['.repeat(63)}${']'.repeat(63)}`,
  '@infinite@': '1e400',
  '@tiny@': '-1e-400',
  '@many-digits@': '9'.repeat(400),
  '@lone-surrogate@': String.raw`"\ud800"`,
  '@polluted@': '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"toString":1}',
  '@twice@': '{"a":1,"a":2,"a":{"a":3}}',
}

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53 + 2,
  -(2 ** 63),
  1e308,
  '',
  ' ',
  '\u0000',
  '\n',
  '\u{1F600}',
  '../../etc/passwd',
  '{{workflow.uid}}',
  '$(reboot)',
  'x'.repeat(300),
  'x'.repeat(5_000),
  [],
  [[]],
  {},
  [null, {}, 'x'],
  { length: 1e9 },
  { length: '@polluted@' },
  { size: '@polluted@', length: [] },
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '2026-01-31T00:00:00Z',
  ...Object.keys(RAW_VALUES).filter((name) => !name.startsWith('@deep')),
]

/** Reading one takes milliseconds: they are few. */
const DEEP_VALUES = ['@deep-lists@', '@deep-objects@']

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON', '', 'x'.repeat(2_000), '0', 'a.b', 'a"b']

/** A copy with one to four things in it changed: gone, replaced, doubled, or added. */
export function mutated<T>(value: T, random: Random): T {
  const copy = structuredClone({ root: value })
  for (let count = 1 + random.below(4); count > 0; count -= 1) change(placeIn(copy, random), random)
  return copy.root
}

/** JSON text, with what only text can hold. */
export function textOf(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  return text.replaceAll(/"(@[a-z-]+@)"/g, (whole, name: string) => RAW_VALUES[name] ?? whole)
}

export function anyValue(random: Random): unknown {
  return random.oneIn(500) ? random.pick(DEEP_VALUES) : structuredClone(random.pick(VALUES))
}

/** An object or a list somewhere inside, and one of its keys. */
function placeIn(root: Json, random: Random): { readonly parent: Json; readonly key: string } {
  let parent: Json = root
  for (;;) {
    const keys = Object.keys(parent)
    const key = random.pick(keys.length === 0 ? [''] : keys)
    const child: unknown = Reflect.get(parent, key)
    const canDescend = typeof child === 'object' && child !== null
    if (!canDescend || (parent !== root && random.oneIn(3))) return { parent, key }
    parent = child as Json
  }
}

function change({ parent, key }: { readonly parent: Json; readonly key: string }, random: Random): void {
  const how = random.below(10)
  if (how < 2) Reflect.deleteProperty(parent, key)
  else if (how < 8) define(parent, key, anyValue(random))
  else if (how < 9) define(parent, random.pick(KEYS), anyValue(random))
  else define(parent, key, [Reflect.get(parent, key), Reflect.get(parent, key)])
}

/** Also a key that a plain assignment would take for something else. */
function define(parent: Json, key: string, value: unknown): void {
  if (Array.isArray(parent) && key === 'length') return
  Object.defineProperty(parent, key, { value, enumerable: true, writable: true, configurable: true })
}
