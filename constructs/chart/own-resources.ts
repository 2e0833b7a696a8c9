/** What the chart's own containers reserve and may use. */
import type { ResourceRequirements } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Expression } from '../expression/expression.ts'
import { call, named, valueAt } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { entriesOf, valueOf, when } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { amountCheck, fittingAmount, type Resource, RESOURCES, pairAt, type Side } from './amounts.ts'
import type { Check } from './check.ts'

/** The values that say it, and whether there is such a container. */
const PLACES = {
  runner: { path: ['resources'] },
  refresher: { path: ['ecrRegistryHelper', 'resources'], isThere: value('ecrRegistryHelper.enabled') },
  argo: { path: ['argoWorkflows', 'controller', 'resources'], isThere: value('installArgoWorkflows') },
} as const satisfies Readonly<Record<string, { readonly path: readonly string[]; readonly isThere?: Expression }>>

type Place = keyof typeof PLACES

/** As the values say, but that a default gives way where request and limit contradict each other. */
export function ownResources(place: Place): Marked<ResourceRequirements> {
  const { path } = PLACES[place]
  return {
    limits: amountsOf(place, 'limits'),
    requests: amountsOf(place, 'requests'),
    ...entriesOf(call('without', valueAt(...path), 'limits', 'requests')),
  }
}

/** Null is nothing here. */
function amountsOf(place: Place, side: Side): Record<Resource, string> {
  const { path } = PLACES[place]
  const own = RESOURCES.map((name) => {
    const amount = named(`${place}-${name}-${side}`, call('text', fittingAmount(pairAt(path, name), side)))
    return [name, when(amount, valueOf(amount))]
  })
  return { ...Object.fromEntries(own), ...entriesOf(call('without', valueAt(...path, side), ...RESOURCES)) } as Record<Resource, string>
}

export function ownResourceChecks(): Check[] {
  return Object.values<{ readonly path: readonly string[]; readonly isThere?: Expression }>(PLACES).flatMap(({ path, isThere }) =>
    RESOURCES.map((name) => amountCheck(pairAt(path, name), isThere)),
  )
}
