import type { Json } from '../expression/expression.ts'
import { call } from '../expression/values.ts'
import { type Mark, partsOf } from './marker.ts'
import type { Entry, Item, Tree } from './tree.ts'

/** The tree of what cdk8s has synthesized. Throws where a mark stands where it has no meaning. */
export function treeOf(json: Json): Tree {
  if (typeof json === 'string') return textTree(json)
  if (Array.isArray(json)) return { kind: 'list', items: json.map(itemOf) }
  if (typeof json === 'object' && json !== null) return { kind: 'map', entries: Object.entries(json).map(([key, value]) => entryOf(key, value)) }
  return { kind: 'scalar', value: json }
}

function textTree(text: string): Tree {
  const parts = partsOf(text)
  const [only] = parts
  if (parts.length === 1 && typeof only === 'object' && only.mark === 'expression')
    return { kind: 'expression', expression: only.expression, shape: only.shape }
  if (parts.every((part) => typeof part === 'string')) return { kind: 'scalar', value: text }
  return { kind: 'expression', expression: call('concat', ...parts.map((part) => (typeof part === 'string' ? part : expressionOf(part)))), shape: 'scalar' }
}

function expressionOf(mark: Mark): Extract<Mark, { mark: 'expression' }>['expression'] {
  if (mark.mark !== 'expression') throw new Error(`${mark.mark} cannot stand inside a text`)
  return mark.expression
}

function markIn(json: Json): Mark | undefined {
  const parts = typeof json === 'string' ? partsOf(json) : []
  return parts.length === 1 && typeof parts[0] === 'object' ? parts[0] : undefined
}

function entryOf(key: string, value: Json): Entry {
  const keyMark = markIn(key)
  if (keyMark?.mark === 'entriesOf') return { kind: 'entriesOf', map: keyMark.map }
  if (partsOf(key).some((part) => typeof part !== 'string')) throw new Error(`a key cannot be computed: ${key}`)
  const mark = markIn(value)
  if (mark?.mark !== 'when') return { kind: 'entry', key, value: treeOf(value), when: null }
  const inner = entryOf(key, mark.tree)
  if (inner.kind !== 'entry') throw new Error('a condition holds a value')
  return { ...inner, when: inner.when === null ? mark.condition : call('and', mark.condition, inner.when) }
}

function itemOf(json: Json): Item {
  const mark = markIn(json)
  switch (mark?.mark) {
    case 'itemsOf':
      return { kind: 'itemsOf', list: mark.list }
    case 'shared':
      return { kind: 'shared', name: mark.name, items: (mark.items as readonly Json[]).map(itemOf) }
    case 'each':
      return { kind: 'each', list: mark.list, variable: mark.variable, item: treeOf(mark.item), when: mark.condition }
    case 'when':
      return { kind: 'item', value: treeOf(mark.tree), when: mark.condition }
    default:
      return { kind: 'item', value: treeOf(json), when: null }
  }
}
