import * as fc from 'fast-check'
import type { Json } from '../../constructs/expression/expression.ts'
import { mergedValues } from '../../constructs/values/merged-values.ts'
import { chartValuesWithNulls, someChartValues } from './values-arbitrary.ts'

/** A random values file. */
export interface ValuesCase {
  readonly values: Json
  /** Helm lays nulls over the defaults of a sub-chart in other ways than over a chart's own: such values have a run of Helm to themselves. */
  readonly isAlone: boolean
}

/** Values that an install needs, over which most random ones are laid: else hardly one would pass the checks. */
export const NEEDED = { config: { authToken: 'x' }, ecrRegistryHelper: { enabled: false } }

/** Every eighth has nulls, and of these every second is as it came, which the checks will often refuse. */
export function valuesCases({ numRuns, seed }: { readonly numRuns: number; readonly seed: number }): ValuesCase[] {
  const plain = fc.sample(someChartValues, { numRuns, seed })
  const withNulls = fc.sample(chartValuesWithNulls, { numRuns: Math.ceil(numRuns / 8), seed })
  return plain.map((values, index) => {
    const isAlone = index % 8 === 0
    const random = isAlone ? (withNulls[index / 8] ?? null) : values
    return { values: index % 16 === 0 ? random : mergedValues(random, NEEDED), isAlone }
  })
}
