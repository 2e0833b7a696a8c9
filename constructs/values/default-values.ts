import type { Json } from '../expression/expression.ts'
import { chartValues } from './chart-values.ts'
import { defaultsOf, describe } from './described.ts'

/** Made when first asked for: it takes a while, and never changes. */
let defaults: Json | undefined

/** The chart's own values. */
export function defaultValues(): Json {
  return (defaults ??= defaultsOf(describe(chartValues)))
}
