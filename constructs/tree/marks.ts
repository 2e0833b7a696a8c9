/** How constructs write what depends on the values. Each gives a mark: a text that stands for what the values will say. */
import type { Expression, Json } from '../expression/expression.ts'
import { call } from '../expression/values.ts'
import { marked } from './marker.ts'

/** The value of an expression: a text, a number, a flag. */
export function valueOf(expression: Expression): string {
  return marked({ mark: 'expression', expression, shape: 'scalar' })
}

/** The value of an expression that is a map or a list. */
export function blockOf(expression: Expression): string {
  return marked({ mark: 'expression', expression, shape: 'block' })
}

/** As the value of a key, or as an item: there only when the condition is true. */
export function when<T>(condition: Expression, tree: T): T {
  return marked({ mark: 'when', condition, tree: tree as Json }) as T
}

/** As the value of a key: there only when the values hold it. An empty map or list counts as absent. */
export function whenSet(expression: Expression): string {
  return when(call('isSet', expression), valueOf(expression))
}

/** As the value of a key: a map or a list from the values, there only when it is not empty. */
export function whenFilled(expression: Expression): string {
  return when(expression, blockOf(expression))
}

/** As an item of a list: all items of a list in the values. */
export function itemsOf(list: Expression): string {
  return marked({ mark: 'itemsOf', list })
}

/** As an item of a list: items that several lists have, which stand in a file of that name. At least one of them is always there. */
export function shared<T>(name: string, items: readonly T[]): T {
  return marked({ mark: 'shared', name, items: items as Json }) as T
}

/** As an entry of a map: all entries of a map in the values. Those that stand beside it are not to be in it. */
export function entriesOf(map: Expression): Record<string, never> {
  return { [marked({ mark: 'entriesOf', map })]: true as never }
}

/** As an item of a list: one for each item of a list in the values. `variable` is one word, other than those round it. */
export function each<T>(
  list: Expression,
  variable: string,
  itemFor: (item: (...path: string[]) => Expression) => T,
  condition?: (item: (...path: string[]) => Expression) => Expression,
): T {
  const item = (...path: string[]): Expression => ({ kind: 'item', variable, path })
  return marked({ mark: 'each', list, variable, item: itemFor(item) as Json, condition: condition?.(item) ?? null }) as T
}
