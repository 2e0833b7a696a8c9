import { evaluate, isMap } from '../expression/evaluate.ts'
import type { Json, Scope } from '../expression/expression.ts'
import { isTruthy } from '../expression/truth.ts'
import type { Entry, Item, Tree } from './tree.ts'

/** The plain JSON that a tree stands for. Pure: the second back end, and the measure of the first. */
export function evaluateTree(tree: Tree, scope: Scope): Json {
  switch (tree.kind) {
    case 'scalar':
      return tree.value
    case 'expression':
      return evaluate(tree.expression, scope)
    case 'map':
      return Object.fromEntries(tree.entries.flatMap((entry) => entriesFor(entry, scope)))
    case 'list':
      return tree.items.flatMap((item) => itemsFor(item, scope))
  }
}

function entriesFor(entry: Entry, scope: Scope): [string, Json][] {
  if (entry.kind === 'entriesOf') {
    const map = evaluate(entry.map, scope)
    return isMap(map) ? Object.entries(map) : []
  }
  return entry.when === null || isTruthy(evaluate(entry.when, scope)) ? [[entry.key, evaluateTree(entry.value, scope)]] : []
}

function itemsFor(item: Item, scope: Scope): readonly Json[] {
  switch (item.kind) {
    case 'item':
      return item.when === null || isTruthy(evaluate(item.when, scope)) ? [evaluateTree(item.value, scope)] : []
    case 'itemsOf':
      return listOf(evaluate(item.list, scope))
    case 'shared':
      return item.items.flatMap((inner) => itemsFor(inner, scope))
    case 'each':
      return listOf(evaluate(item.list, scope)).flatMap((value) => {
        const inner = { ...scope, items: { ...scope.items, [item.variable]: value } }
        return item.when === null || isTruthy(evaluate(item.when, inner)) ? [evaluateTree(item.item, inner)] : []
      })
  }
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}
