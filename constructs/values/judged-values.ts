import type { Json } from '../expression/expression.ts'
import { shapeProblems } from '../expression/shape-problems.ts'
import { chartValues } from './chart-values.ts'
import { pathsByKey, shapeOf } from './values-shape.ts'

/** What the chart's values must look like, for both back ends. */
export const CHART_SHAPE = shapeOf(chartValues, 'value of this chart')

/** Keys that stand once among the values, with the place where they belong. */
export const CHART_PATHS = pathsByKey(chartValues)

/** What of a release's values has not its shape, a line each. @param values the user's over the chart's own */
export function misshapen(values: Json): string[] {
  return shapeProblems(values, '', CHART_SHAPE, CHART_PATHS)
}
