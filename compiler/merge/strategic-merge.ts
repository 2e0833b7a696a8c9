import type { Issue } from '../issue.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'
import { DELETE_FROM_LIST, isObject, originalIssues, PATCH, patchIssues, RETAIN_KEYS } from './strategic-merge-check.ts'
import { fieldShape } from './strategic-merge-shape.ts'
import type { ObjectName, Shape } from './strategic-merge-shape.ts'

type Fields = Readonly<Record<string, unknown>>
type Holder = Shape & { readonly kind: 'object' | 'map' | 'any' }

/** Where each of the two comes from, for the paths of issues. */
export interface MergeRoots {
  readonly original: string
  readonly patch: string
}

/**
 * Lays a patch over an object as the API server does with `application/strategic-merge-patch+json`: objects and maps merge field by
 * field, `null` takes a field away, a list merges by its key or is replaced whole, as its type in Kubernetes says.
 *
 * Understands `$patch: replace` and `delete`, `$retainKeys` and `$deleteFromPrimitiveList`; refuses `$setElementOrder`. As there,
 * new elements of a merging list come before the ones that were there. Never changes its arguments.
 */
export function strategicMerge<Original extends object>(name: ObjectName, original: Original, patch: unknown, roots: MergeRoots): Result<Original, Issue[]> {
  const issues = [...originalIssues(name, original, roots.original), ...patchIssues(name, patch, roots.patch)]
  if (issues.length > 0) return err(issues)
  return ok(mergeFields({ kind: 'object', name }, original as Fields, patch as Fields) as Original)
}

function mergeFields(shape: Holder, original: Fields, patch: Fields): Fields {
  if (patch[PATCH] === 'delete') return {}
  if (patch[PATCH] === 'replace') return plain(patch) as Fields
  const merged = new Map(Object.entries(retained(original, patch[RETAIN_KEYS])))
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue
    if (key.startsWith(DELETE_FROM_LIST)) deleteFromList(merged, key.slice(DELETE_FROM_LIST.length), value)
    if (key.startsWith('$')) continue
    const before = merged.get(key)
    const after = value === null ? undefined : before === undefined || before === null ? added(value) : mergeValue(memberShape(shape, key), before, value)
    if (after === undefined) merged.delete(key)
    else merged.set(key, after)
  }
  return Object.fromEntries(merged)
}

function retained(original: Fields, keys: unknown): Fields {
  return Array.isArray(keys) ? Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key))) : original
}

function deleteFromList(merged: Map<string, unknown>, key: string, values: unknown): void {
  const list = merged.get(key)
  if (Array.isArray(list) && Array.isArray(values)) {
    merged.set(
      key,
      list.filter((value) => !values.includes(value)),
    )
  }
}

function memberShape(shape: Holder, key: string): Shape {
  if (shape.kind === 'object') return fieldShape(shape.name, key) ?? { kind: 'any' }
  return shape.kind === 'map' ? shape.of : shape
}

function mergeValue(shape: Shape, original: unknown, patch: unknown): unknown {
  if (Array.isArray(original) && Array.isArray(patch) && shape.kind === 'list') return mergeList(shape, original, patch)
  if (isObject(original) && isObject(patch) && (shape.kind === 'object' || shape.kind === 'map' || shape.kind === 'any')) {
    return mergeFields(shape, original, patch)
  }
  return added(patch)
}

function mergeList({ of, merge }: Shape & { readonly kind: 'list' }, original: readonly unknown[], patch: readonly unknown[]): readonly unknown[] {
  if (merge.by === 'nothing') return patch.map(plain)
  if (merge.by === 'value') return inOrder([...new Set([...original, ...patch])], patch, original, (value) => value)
  const keyOf = (element: unknown): unknown => (isObject(element) ? element[merge.key] : undefined)
  const directiveOf = (element: unknown): unknown => (isObject(element) ? element[PATCH] : undefined)
  const elements = patch.filter((element) => directiveOf(element) === undefined)
  if (patch.some((element) => directiveOf(element) === 'replace')) return inOrder(elements.map(plain), [], elements, keyOf)
  const deleted = new Set(patch.filter((element) => directiveOf(element) === 'delete').map(keyOf))
  const kept = original.filter((element) => !deleted.has(keyOf(element)))
  return inOrder(mergeElements(of, kept, elements, keyOf), elements, kept, keyOf)
}

/** Each element of the patch merges into the first one with its key, or is added. */
function mergeElements(of: Shape, original: readonly unknown[], patch: readonly unknown[], keyOf: (element: unknown) => unknown): unknown[] {
  const merged = [...original]
  for (const element of patch) {
    const index = merged.findIndex((other) => keyOf(other) === keyOf(element))
    if (index < 0) merged.push(plain(element))
    else merged[index] = mergeValue(of, merged[index], element)
  }
  return merged
}

/**
 * The order of the API server: elements of the patch keep their order, and those that only the original has keep theirs; of two such,
 * the original's own comes first only where the original already had both in that order.
 */
function inOrder(merged: readonly unknown[], patch: readonly unknown[], original: readonly unknown[], keyOf: (element: unknown) => unknown): unknown[] {
  const patchOrder = positions(patch.map(keyOf))
  const originalOrder = positions(original.map(keyOf))
  const by = (order: ReadonlyMap<unknown, number>, a: unknown, b: unknown): number => (order.get(keyOf(a)) ?? 0) - (order.get(keyOf(b)) ?? 0)
  const own = merged.filter((element) => !patchOrder.has(keyOf(element))).toSorted((a, b) => by(originalOrder, a, b))
  const patched = merged.filter((element) => patchOrder.has(keyOf(element))).toSorted((a, b) => by(patchOrder, a, b))
  const ordered: unknown[] = []
  for (const element of patched) {
    const place = originalOrder.get(keyOf(element))
    while (place !== undefined && own.length > 0 && (originalOrder.get(keyOf(own[0])) ?? Infinity) < place) ordered.push(own.shift())
    ordered.push(element)
  }
  return [...ordered, ...own]
}

function positions(keys: readonly unknown[]): ReadonlyMap<unknown, number> {
  return new Map(keys.map((key, index) => [key, index] as const).toReversed())
}

/** A value for a place where there was none. As in the API server, an object that says how to merge is dropped whole. */
function added(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(added).filter((element) => element !== undefined)
  if (!isObject(value)) return value
  return Object.hasOwn(value, PATCH) ? undefined : mapFields(value, added)
}

/** A value taken as it is, without what tells how to merge. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  return isObject(value) ? mapFields(value, plain) : value
}

function mapFields(fields: Fields, change: (value: unknown) => unknown): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => {
      if (key.startsWith('$') || value === null) return []
      const changed = change(value)
      return changed === undefined ? [] : [[key, changed]]
    }),
  )
}
