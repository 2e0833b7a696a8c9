import type { Expression } from '../expression/expression.ts'
import { valueAt } from '../expression/values.ts'
import type { ChartValues } from './chart-values.ts'

/** Keys that the schema names: of a map with any keys, none. */
type NamedKeys<T> = keyof { [K in keyof T as string extends K ? never : K]: T[K] } & string

/** Paths of values and sections, as values.yaml and the README write them. */
type PathIn<T> = T extends readonly unknown[]
  ? never
  : T extends object
    ? { [K in NamedKeys<T>]: K | `${K}.${PathIn<NonNullable<T[K]>>}` }[NamedKeys<T>]
    : never

/** The expression of one value: `value('config.agentId')`. The schema knows every path. */
export function value(path: PathIn<ChartValues>): Expression {
  return valueAt(...path.split('.'))
}
