import { isMap } from '../expression/evaluate.ts'
import type { Json } from '../expression/expression.ts'

/**
 * The chart's defaults with the user's values over them, as Helm lays them: maps are merged, all else is replaced, and null takes a
 * default away.
 */
export function mergedValues(defaults: Json, given: Json): Json {
  if (!isMap(defaults) || !isMap(given)) return given
  const keys = [...new Set([...Object.keys(defaults), ...Object.keys(given)])]
  return Object.fromEntries(
    keys.flatMap((key): [string, Json][] => {
      const value = given[key]
      const fallback = defaults[key]
      if (value === undefined) return [[key, fallback ?? null]]
      if (value === null) return fallback === undefined ? [[key, null]] : []
      return [[key, fallback === undefined ? value : mergedValues(fallback, value)]]
    }),
  )
}
