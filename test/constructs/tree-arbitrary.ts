import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import type { Expression, Json } from '../../constructs/expression/expression.ts'
import { BUILTINS } from '../../constructs/expression/expression.ts'
import { call, literal } from '../../constructs/expression/values.ts'
import type { Item, Tree } from '../../constructs/tree/tree.ts'

/** The keys that random values have. */
const KEYS = ['a', 'b', 'c'] as const

const text = fc.oneof(
  fc.constantFrom('', 'x', 'true', 'no', '0', '1e3', '~', 'a: b', '- a', '# c', '{{ x }}', '"', "'", 'a\nb', ' a ', '*/5 * * * *', '{a}', '<&>', 'ü€😀', '\\'),
  fc.string({ maxLength: 6 }),
)
const scalar: fc.Arbitrary<Json> = fc.oneof(text, fc.integer({ min: -10, max: 10_000_000 }), fc.boolean(), fc.constant(null))

const values: fc.Memo<Json> = fc.memo((depth) =>
  depth <= 1 ? scalar : fc.oneof(scalar, fc.dictionary(fc.constantFrom(...KEYS), values(), { maxKeys: 3 }), fc.array(values(), { maxLength: 3 })),
)

/** Anything in `a` and `b`; in `m` a map of the same, or nothing: a schema sees to it that a path goes through maps only. */
const room = (inner: fc.Arbitrary<Record<string, Json>>): fc.Arbitrary<Record<string, Json>> =>
  fc.record({ a: values(3), b: values(2), m: fc.option(inner) }, { requiredKeys: [] })

/** The values of one case, with a list and a map for those parts of a tree that want one, or nothing. */
export const someValues: fc.Arbitrary<Json> = fc
  .tuple(
    room(room(fc.constant({}))),
    fc.record(
      {
        list: fc.option(fc.array(values(2), { maxLength: 3 })),
        maps: fc.option(fc.array(fc.dictionary(fc.constantFrom('a', 'b'), values(2), { maxKeys: 2 }), { maxLength: 3 })),
        map: fc.option(fc.dictionary(fc.constantFrom('p', 'q', 'r s'), values(2), { maxKeys: 2 })),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([one, other]) => ({ ...one, ...other }))

const path = fc.constantFrom(['a'], ['b'], ['m'], ['m', 'a'], ['m', 'b'], ['m', 'm'], ['m', 'm', 'a'], ['list'], ['map', 'p'])

function leaf(variables: readonly string[], root: string): fc.Arbitrary<Expression> {
  const items = variables.map((variable) =>
    fc.constantFrom(...(variable.startsWith('map') ? [[], ['a'], ['b']] : [[]])).map((keys): Expression => ({ kind: 'item', variable, path: keys })),
  )
  return fc.oneof(
    scalar.map(literal),
    path.map((keys): Expression => ({ kind: 'value', path: [root, ...keys] })),
    fc.constantFrom(...BUILTINS).map((name): Expression => ({ kind: 'builtin', name })),
    ...items,
  )
}

function expression(variables: readonly string[], root: string, depth = 2): fc.Arbitrary<Expression> {
  const inner =
    depth === 0
      ? leaf(variables, root)
      : fc.oneof(
          { weight: 2, arbitrary: leaf(variables, root) },
          { weight: 1, arbitrary: fc.constant(null).chain(() => expression(variables, root, depth - 1)) },
        )
  const calls = [
    fc.tuple(inner, inner).map(([one, other]) => call('and', one, other)),
    fc.tuple(inner, inner).map(([one, other]) => call('or', one, other)),
    inner.map((one) => call('not', one)),
    fc.tuple(inner, inner).map(([one, other]) => call('orElse', one, other)),
    inner.map((one) => call('isSet', one)),
    fc.tuple(inner, inner).map(([one, other]) => call('equals', one, other)),
    fc.tuple(inner, inner, inner).map(([one, two, three]) => call('ifElse', one, two, three)),
    fc.array(inner, { minLength: 1, maxLength: 3 }).map((args) => call('concat', ...args)),
    inner.map((one) => call('sha256', one)),
    inner.map((one) => call('json', one)),
    fc.tuple(inner, inner).map(([one, other]) => call('contains', one, other)),
    fc
      .record({ name: fc.stringMatching(/^[a-z-]{0,12}$/), length: fc.integer({ min: 1, max: 10 }) })
      .map(({ name, length }) => call('truncated', name, length)),
  ]
  return depth === 0 ? leaf(variables, root) : fc.oneof({ weight: 2, arbitrary: leaf(variables, root) }, { weight: 3, arbitrary: fc.oneof(...calls) })
}

/** Items under a name of their own, where no variable of what is round them is known. One of them is always there. */
function someShared(root: string, depth: number): fc.Arbitrary<Item> {
  const value = fc.constant(null).chain(() => someTree(root, [], depth))
  const some = fc.oneof(
    fc.record({ kind: fc.constant('item' as const), value, when: expression([], root) }),
    fc.record({ kind: fc.constant('itemsOf' as const), list: fc.constant<Expression>({ kind: 'value', path: [root, 'list'] }) }),
  )
  const always = fc.record({ kind: fc.constant('item' as const), value, when: fc.constant(null) })
  return fc.tuple(fc.array(some, { maxLength: 2 }), always, fc.array(some, { maxLength: 2 })).map(([before, one, after]): Item => {
    const items = [...before, one, ...after]
    return { kind: 'shared', name: createHash('sha256').update(JSON.stringify(items)).digest('hex'), items }
  })
}

/** A random tree whose values lie below `root`. */
export function someTree(root: string, variables: readonly string[] = [], depth = 3): fc.Arbitrary<Tree> {
  const anExpression = expression(variables, root)
  const leaves: fc.Arbitrary<Tree> = fc.oneof(
    scalar.map((value): Tree => ({ kind: 'scalar', value: value as string })),
    fc.record({ kind: fc.constant('expression' as const), expression: anExpression, shape: fc.constantFrom('scalar' as const, 'block' as const) }),
  )
  if (depth === 0) return leaves
  const inner = (more: readonly string[] = []): fc.Arbitrary<Tree> => fc.constant(null).chain(() => someTree(root, [...variables, ...more], depth - 1))
  const when = fc.option(anExpression, { freq: 2 })
  const key = fc.constantFrom('k', 'true', 'a b', 'x.y/z', '{{', '12', '')
  const entry = fc.record({ kind: fc.constant('entry' as const), key, value: inner(), when })
  const below = (name: string) => fc.constant<Expression>({ kind: 'value', path: [root, name] })
  const entriesOf = fc.record({ kind: fc.constant('entriesOf' as const), map: below('map') })
  const entries = fc
    .tuple(fc.uniqueArray(entry, { maxLength: 3, selector: (one) => one.key }), fc.option(entriesOf, { freq: 1 }))
    .map(([some, all]) => (all === null ? some : [...some, all]))
  const each = (name: string, variable: string, item: fc.Arbitrary<Tree>) =>
    fc.record({ kind: fc.constant('each' as const), list: below(name), variable: fc.constant(variable), item, when: fc.constant(null) })
  const map: fc.Arbitrary<Tree> = fc.record({ kind: fc.constant('map' as const), entries })
  const item = fc.oneof(
    fc.record({ kind: fc.constant('item' as const), value: inner(), when }),
    fc.record({ kind: fc.constant('itemsOf' as const), list: below('list') }),
    each('list', `item${depth}`, inner([`item${depth}`])),
    each('maps', `map${depth}`, inner([`map${depth}`])),
    someShared(root, depth - 1),
  )
  const list: fc.Arbitrary<Tree> = fc.record({ kind: fc.constant('list' as const), items: fc.array(item, { maxLength: 3 }) })
  return fc.oneof(leaves, map, list)
}
