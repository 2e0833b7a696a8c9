import { isMap } from '../expression/evaluate.ts'
import type { Json } from '../expression/expression.ts'

/** One values file over another, as Helm lays them: maps are merged, all else is replaced. A null stays: it takes the chart's default away. */
export function overlaidValues(below: Json, above: Json): Json {
  if (!isMap(below) || !isMap(above)) return above
  return {
    ...below,
    ...Object.fromEntries(Object.entries(above).map(([key, value]) => [key, key in below ? overlaidValues(below[key] ?? null, value) : value])),
  }
}
