import type { Expression } from '../expression/expression.ts'

/**
 * A Kubernetes object of the chart, or a part of it: JSON with expressions for leaves, and entries and items that are there only
 * sometimes, or once for each item of a list in the values.
 */
export type Tree =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly shape: Shape }
  | { readonly kind: 'map'; readonly entries: readonly Entry[] }
  | { readonly kind: 'list'; readonly items: readonly Item[] }

/** How an expression's value is printed: on its line, or as a block below it. */
export type Shape = 'scalar' | 'block'

export type Entry =
  | { readonly kind: 'entry'; readonly key: string; readonly value: Tree; readonly when: Expression | null }
  /** All entries of a map in the values. */
  | { readonly kind: 'entriesOf'; readonly map: Expression }

export type Item =
  | { readonly kind: 'item'; readonly value: Tree; readonly when: Expression | null }
  /** All items of a list in the values. */
  | { readonly kind: 'itemsOf'; readonly list: Expression }
  /** Items that several lists have: a named template there, the items here. At least one of them is always there. */
  | { readonly kind: 'shared'; readonly name: string; readonly items: readonly Item[] }
  | { readonly kind: 'each'; readonly list: Expression; readonly variable: string; readonly item: Tree; readonly when: Expression | null }
