import type { Expression } from '../expression/expression.ts'
import { valueAt } from '../expression/values.ts'
import type { ChartValues } from './chart-values.ts'

type Filled<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]-?: Filled<NonNullable<T[K]>> } : T

/** The expression of one value, by its path as code would write it: `value((v) => v.config.agentId)`. The schema knows every path. */
export function value(select: (values: Filled<ChartValues>) => unknown): Expression {
  const path: string[] = []
  const recorder: object = new Proxy({}, { get: (_, key) => (path.push(String(key)), recorder) })
  select(recorder as Filled<ChartValues>)
  return valueAt(...path)
}
