import * as fc from 'fast-check'
import type { Json } from '../../constructs/expression/expression.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { mergedValues } from '../../constructs/values/merged-values.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'
import { chartValuesWithNulls, someChartValues } from './values-arbitrary.ts'

/** A random values file. */
export interface ValuesCase {
  readonly values: Json
  /** Helm lays nulls over the defaults of a sub-chart in other ways than over a chart's own: such values have a run of Helm to themselves. */
  readonly hasNulls: boolean
  readonly isRefused: boolean
}

export const RELEASE = { name: 'collate-prod', namespace: 'argo-workflows', version: '1.2.3' }
/** Values that an install needs, over which random ones are laid: else hardly one would pass the checks. */
export const NEEDED = { config: { authToken: 'x' }, ecrRegistryHelper: { enabled: false } }

export const problemsWith = (values: Json): string[] => problemsOf(scopeFor(values, RELEASE))

/** So many values files that an install takes, of which every eighth has nulls; and beside them some that it refuses. */
export function valuesCases({ numRuns, seed }: { readonly numRuns: number; readonly seed: number }): ValuesCase[] {
  const withNulls = Math.ceil(numRuns / 8)
  return [...casesFrom(someChartValues, false, numRuns - withNulls, seed), ...casesFrom(chartValuesWithNulls, true, withNulls, seed)]
}

/** As many are tried as are needed. Of those with nulls every second is as it came, which the checks will often refuse. */
function casesFrom(arbitrary: fc.Arbitrary<Json>, hasNulls: boolean, count: number, seed: number): ValuesCase[] {
  const found: ValuesCase[] = []
  let taken = 0
  for (let round = 0; taken < count; round += 1) {
    for (const [index, random] of fc.sample(arbitrary, { numRuns: count, seed: seed + round }).entries()) {
      const values = hasNulls && index % 2 === 0 ? random : mergedValues(random, NEEDED)
      const isRefused = problemsWith(values).length > 0
      if (taken === count || (isRefused && found.length - taken >= MOST_REFUSED)) continue
      found.push({ values, hasNulls, isRefused })
      taken += isRefused ? 0 : 1
    }
  }
  return found
}

const MOST_REFUSED = 30
