import type { Json, Scope } from '../expression/expression.ts'
import { CHART_NAME } from '../helm/chart-name.ts'
import { defaultValues } from '../values/default-values.ts'
import { mergedValues } from '../values/merged-values.ts'

export interface Release {
  readonly name: string
  readonly namespace: string
  /** Of the chart and the runner. */
  readonly version: string
}

/** What a release's expressions are computed with. @param given what the user's values file says */
export function scopeFor(given: Json, { name, namespace, version }: Release): Scope {
  return {
    values: mergedValues(defaultValues(), given),
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
