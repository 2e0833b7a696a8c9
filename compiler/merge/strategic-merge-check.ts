import type { Issue, IssueCode } from '../issue.ts'
import { fieldNames, fieldShape } from './strategic-merge-shape.ts'
import type { ListMerge, ObjectName, Scalar, Shape } from './strategic-merge-shape.ts'
import { joinPath } from '../zod-issues.ts'

export const PATCH = '$patch'
export const RETAIN_KEYS = '$retainKeys'
export const DELETE_FROM_LIST = '$deleteFromPrimitiveList/'
const ELEMENT_ORDER = '$setElementOrder/'

interface Place {
  readonly path: readonly PropertyKey[]
  /** Inside a list that is replaced whole nothing merges, so nothing can be told how to. */
  readonly takesDirectives: boolean
}

/** What is wrong with a patch for an object, all at once; `root` stands before each path. A patch without issues can be merged. */
export function patchIssues(name: ObjectName, patch: unknown, root: string): Issue[] {
  return issuesIn({ kind: 'object', name }, patch, { path: [], takesDirectives: true }).map((issue) => ({ ...issue, path: joinPath(root, issue.path) }))
}

/** What keeps an object from being patched. */
export function originalIssues(name: ObjectName, original: unknown, root: string): Issue[] {
  return issuesIn({ kind: 'object', name }, original, { path: [], takesDirectives: false }).map((issue) => ({ ...issue, path: joinPath(root, issue.path) }))
}

interface Found {
  readonly code: IssueCode
  readonly path: readonly PropertyKey[]
  readonly message: string
}

function issuesIn(shape: Shape, value: unknown, place: Place): Found[] {
  switch (shape.kind) {
    case 'any':
      return [wrong(place, 'is kept by the API server; take it out')]
    case 'scalar':
      return isScalar(shape.scalar, value) ? [] : [wrong(place, `must be ${SCALARS[shape.scalar]}, not ${kindOf(value)}`)]
    case 'list':
      return Array.isArray(value)
        ? value.flatMap((element, index) => elementIssues(shape, element, index, place))
        : [wrong(place, `must be a list, not ${kindOf(value)}`)]
    case 'map':
    case 'object':
      return isObject(value) ? memberIssues(shape, value, place) : [wrong(place, `must be an object, not ${kindOf(value)}`)]
  }
}

function memberIssues(shape: Shape & { readonly kind: 'map' | 'object' }, object: Readonly<Record<string, unknown>>, place: Place): Found[] {
  return Object.entries(object).flatMap(([key, value]): Found[] => {
    const here: Place = { ...place, path: [...place.path, key] }
    if (key.startsWith('$')) return directiveIssues(shape, key, object, here)
    // No object of Kubernetes has such a field, and in JavaScript it is none.
    const of = key === '__proto__' ? undefined : shape.kind === 'map' ? shape.of : fieldShape(shape.name, key)
    if (of === undefined) return [unknownField(shape, key, here)]
    return value === null || value === undefined ? [] : issuesIn(of, value, here)
  })
}

function unknownField(shape: Shape & { readonly kind: 'map' | 'object' }, key: string, place: Place): Found {
  const names = shape.kind === 'object' ? fieldNames(shape.name) : []
  const near = names.find((name) => name.toLowerCase() === key.toLowerCase())
  const mend = near === undefined ? (names.length > 12 ? 'check its spelling' : `it has ${names.join(', ')}`) : `did you mean ${near}?`
  return {
    code: 'unknownKey',
    path: place.path,
    message: shape.kind === 'object' ? `is no field of a ${shape.name}; ${mend}` : 'is no key of a map; take it out',
  }
}

function elementIssues({ of, merge }: Shape & { readonly kind: 'list' }, element: unknown, index: number, place: Place): Found[] {
  const here: Place = { path: [...place.path, index], takesDirectives: place.takesDirectives && merge.by !== 'nothing' }
  const directive = here.takesDirectives && isObject(element) ? element[PATCH] : undefined
  const issues = issuesIn(of, element, here)
  return merge.by === 'key' && isObject(element) && directive !== 'replace' ? [...issues, ...keyIssues(merge, element, here)] : issues
}

function keyIssues({ key }: ListMerge & { readonly by: 'key' }, element: Readonly<Record<string, unknown>>, place: Place): Found[] {
  if (element[key] !== undefined && element[key] !== null) return []
  return [{ code: 'missing', path: [...place.path, key], message: 'is missing; this list merges by it' }]
}

function directiveIssues(shape: Shape & { readonly kind: 'map' | 'object' }, key: string, object: Readonly<Record<string, unknown>>, place: Place): Found[] {
  const value = object[key]
  if (!place.takesDirectives) return [wrong(place, 'has no meaning here: the list around it is replaced whole; take it out')]
  if (key === PATCH) return value === 'replace' || value === 'delete' ? [] : [wrong(place, 'must be replace or delete')]
  if (key === RETAIN_KEYS) return retainKeysIssues(value, object, place)
  if (key.startsWith(DELETE_FROM_LIST)) return deleteFromListIssues(shape, key.slice(DELETE_FROM_LIST.length), object, place)
  if (key.startsWith(ELEMENT_ORDER)) {
    return [{ code: 'notSupported', path: place.path, message: 'is not supported; take it out: elements of the patch keep the order they are given in' }]
  }
  return [{ code: 'unknownKey', path: place.path, message: `is no directive; there are ${PATCH}, ${RETAIN_KEYS} and ${DELETE_FROM_LIST}<field>` }]
}

function retainKeysIssues(value: unknown, object: Readonly<Record<string, unknown>>, place: Place): Found[] {
  if (!Array.isArray(value) || !value.every((key) => typeof key === 'string')) return [wrong(place, 'must be a list of names of fields')]
  const left = Object.keys(object).filter((key) => !key.startsWith('$') && object[key] !== null && !value.includes(key))
  return left.length === 0 ? [] : [wrong(place, `must name every field that is set beside it; add ${left.join(', ')}`)]
}

function deleteFromListIssues(
  shape: Shape & { readonly kind: 'map' | 'object' },
  field: string,
  object: Readonly<Record<string, unknown>>,
  place: Place,
): Found[] {
  const list = shape.kind === 'object' ? fieldShape(shape.name, field) : undefined
  if (list?.kind !== 'list' || list.of.kind !== 'scalar') return [wrong(place, 'must name a list of plain values')]
  if (Object.hasOwn(object, field)) return [wrong(place, `cannot stand beside ${field}; give the whole list there`)]
  return issuesIn(list, object[DELETE_FROM_LIST + field], place)
}

const SCALARS: Readonly<Record<Scalar, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  quantity: 'a quantity such as 500m or 2Gi',
  intOrString: 'a whole number or a string',
}

function isScalar(scalar: Scalar, value: unknown): boolean {
  switch (scalar) {
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === scalar
    case 'integer':
      return Number.isSafeInteger(value)
    case 'intOrString':
      return typeof value === 'string' || Number.isSafeInteger(value)
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number'
  }
}

function wrong(place: Place, message: string): Found {
  return { code: 'invalid', path: place.path, message }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return { string: 'a string', number: 'a number', boolean: 'true or false' }[typeof value as string] ?? 'an object'
}
