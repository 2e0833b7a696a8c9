import { type ChartTemplate, chartTemplates } from '../chart-templates.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Json, Scope } from '../expression/expression.ts'
import { isTruthy } from '../expression/truth.ts'
import { CHART_NAME } from '../helm/chart-name.ts'
import { evaluateTree } from '../tree/evaluate-tree.ts'
import { chartValues } from '../values/chart-values.ts'
import { defaultsOf, describe } from '../values/described.ts'
import { mergedValues } from '../values/merged-values.ts'

export interface Release {
  readonly name: string
  readonly namespace: string
  /** Of the chart and the runner. */
  readonly version: string
}

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

/** Made when first asked for: it takes a while, and never changes. */
let defaults: Json | undefined

export function scopeFor(given: Json, { name, namespace, version }: Release): Scope {
  return {
    values: mergedValues((defaults ??= defaultsOf(describe(chartValues))), given),
    builtins: {
      'Release.Name': name,
      'Release.Namespace': namespace,
      'Release.Service': 'Helm',
      'Chart.Name': CHART_NAME,
      'Chart.Version': version,
      'Chart.AppVersion': version,
    },
    items: {},
  }
}
