import { OBJECT_FIELDS } from './merge-keys.ts'

/** An object inside a pod's spec, by Kubernetes' own name. */
export type ObjectName = keyof typeof OBJECT_FIELDS

export type Scalar = 'string' | 'integer' | 'number' | 'boolean' | 'quantity' | 'intOrString'

/** What a field may hold, and how a list of it merges. */
export type Shape =
  | { readonly kind: 'any' }
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'object'; readonly name: ObjectName }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'list'; readonly of: Shape; readonly merge: ListMerge }

/** A list is replaced whole, or merges by a key of its objects, or by its values. */
export type ListMerge = { readonly by: 'nothing' } | { readonly by: 'key'; readonly key: string } | { readonly by: 'value' }

const SHAPES: ReadonlyMap<ObjectName, ReadonlyMap<string, Shape>> = new Map(
  (Object.entries(OBJECT_FIELDS) as [ObjectName, string][]).map(([name, fields]) => [name, new Map(fields.split(' ').map(parseField))]),
)

/** Shape of an object's field; undefined when it has none of this name. */
export function fieldShape(name: ObjectName, field: string): Shape | undefined {
  return SHAPES.get(name)?.get(field)
}

/** Names of an object's fields. */
export function fieldNames(name: ObjectName): readonly string[] {
  return [...(SHAPES.get(name)?.keys() ?? [])]
}

function parseField(text: string): [string, Shape] {
  const colon = text.indexOf(':')
  return [text.slice(0, colon), parseShape(text.slice(colon + 1))]
}

function parseShape(text: string): Shape {
  const [, of, key] = /^(.*)\[\](?:@(.*))?$/.exec(text) ?? []
  if (of !== undefined) return { kind: 'list', of: parseShape(of), merge: listMerge(key) }
  if (text.endsWith('{}')) return { kind: 'map', of: parseShape(text.slice(0, -2)) }
  if (text === 'any') return { kind: 'any' }
  return isObjectName(text) ? { kind: 'object', name: text } : { kind: 'scalar', scalar: text as Scalar }
}

function listMerge(key: string | undefined): ListMerge {
  if (key === undefined) return { by: 'nothing' }
  return key === '' ? { by: 'value' } : { by: 'key', key }
}

function isObjectName(text: string): text is ObjectName {
  return Object.hasOwn(OBJECT_FIELDS, text)
}
