import type { Expression } from '../expression/expression.ts'
import type { Item } from './tree.ts'

type Node = Expression | Item

/** All nodes of a kind in a part of the chart's tree, itself and those inside each other among them, in the order in which they stand. */
export function nodesBelow<K extends Node['kind']>(part: unknown, kind: K): Extract<Node, { kind: K }>[] {
  if (typeof part !== 'object' || part === null) return []
  const own = (part as Partial<Node>).kind === kind ? [part as Extract<Node, { kind: K }>] : []
  return [...own, ...Object.values(part).flatMap((inner) => nodesBelow(inner, kind))]
}
