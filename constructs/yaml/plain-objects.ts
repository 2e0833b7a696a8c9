import { type ChartTemplate, chartTemplates } from '../chart-templates.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Json, Scope } from '../expression/expression.ts'
import { isTruthy } from '../expression/truth.ts'
import { evaluateTree } from '../tree/evaluate-tree.ts'
import { type Release, scopeFor } from './release-scope.ts'

/**
 * The objects of a release as plain JSON: the second back end.
 *
 * @param given what the user's values file says
 * @param templates the chart's, where somebody asks for many releases
 */
export function plainObjects(given: Json, release: Release, templates: readonly ChartTemplate[] = chartTemplates()): Json[] {
  return objectsIn(scopeFor(given, release), templates)
}

export function objectsIn(scope: Scope, templates: readonly ChartTemplate[]): Json[] {
  return templates.filter(({ when }) => when === undefined || isTruthy(evaluate(when, scope))).map(({ tree }) => evaluateTree(tree, scope))
}
