import type { Json } from '../../constructs/expression/expression.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'

export const RULES_RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }
export const RULES_VALUES: { readonly [key: string]: Json } = {
  config: { authTokenSecret: { name: 'a', key: 'b' } },
  ecrRegistryHelper: { enabled: false },
  prometheusRules: { enabled: true },
}

export interface RenderedRule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** The chart's own rules, as a release has them. */
export function renderedRules(more: { readonly [key: string]: Json } = {}): readonly RenderedRule[] {
  const rule = plainObjects({ ...RULES_VALUES, ...more }, RULES_RELEASE).find((object) => (object as { readonly kind?: string }).kind === 'PrometheusRule')
  const { spec } = rule as unknown as { readonly spec: { readonly groups: readonly [{ readonly rules: readonly RenderedRule[] }] } }
  return spec.groups[0].rules
}
