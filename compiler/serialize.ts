import { Document } from 'yaml'

/** Keys that come first, in this order; all others follow by the alphabet. */
const FIRST_KEYS: readonly string[] = ['apiVersion', 'kind', 'metadata', 'name', 'namespace', 'image', 'command', 'args', 'env', 'key', 'operator', 'value']

const MASK = '*****'

/**
 * Writes objects as YAML with a fixed order of keys: the one writer of golden files and command line, so that a change of an
 * object is a change of its own lines and no others.
 *
 * The data of a Secret is masked unless `showSecrets` is set: as `stringData`, so that what is printed is still a valid object.
 */
export function toYaml(objects: readonly object[], options: { readonly showSecrets?: boolean } = {}): string {
  return objects.map((object) => documentOf(options.showSecrets === true ? object : masked(object))).join('---\n')
}

function documentOf(object: object): string {
  const document = new Document(ordered(object), { aliasDuplicateObjects: false, version: '1.1' })
  return document.toString({ lineWidth: 0 })
}

function masked(object: object): object {
  if (Reflect.get(object, 'kind') !== 'Secret') return object
  const { data, stringData, ...rest }: { data?: object; stringData?: object } = object
  const keys = Object.keys({ ...data, ...stringData })
  return { ...rest, stringData: Object.fromEntries(keys.map((key) => [key, MASK])) }
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .toSorted(([left], [right]) => compareKeys(left, right))
  return Object.fromEntries(entries.map(([key, child]) => [key, ordered(child)]))
}

function compareKeys(left: string, right: string): number {
  const byRank = rank(left) - rank(right)
  return byRank !== 0 ? byRank : left < right ? -1 : 1
}

function rank(key: string): number {
  const index = FIRST_KEYS.indexOf(key)
  return index < 0 ? FIRST_KEYS.length : index
}
