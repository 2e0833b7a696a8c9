import type { V1Container } from '@kubernetes/client-node'
import { overlayResources } from '../resources.ts'
import type { Amounts, Resources } from '../resources.ts'
import type { CustomConfig } from './custom-config.ts'

type Side = keyof Resources

/**
 * The container with its own amounts out of the way of the operator's: a limit below a request that the operator does not set lowers it,
 * and a request above such a limit raises that. What he sets himself is left to the merge.
 */
export function givingWay(container: V1Container, { containerParams, workflowParams }: CustomConfig): V1Container {
  const patched = Reflect.get(Object(workflowParams['podSpecPatch']), 'containers') as unknown
  const ofPatch: unknown = Array.isArray(patched) ? patched.find((one: unknown) => Reflect.get(Object(one), 'name') === container.name) : undefined
  const over = merged(resourcesIn(containerParams), resourcesIn(ofPatch))
  if (container.resources === undefined || isNothing(over)) return container
  const base = resourcesIn(container)
  const whole = overlayResources(base, over)
  const rest = (side: Side): Amounts => Object.fromEntries(Object.keys(base[side]).map((name) => [name, whole[side][name] ?? '']))
  const own = (side: Side): Amounts => ({ ...rest(side), ...pick(base[side], Object.keys(over[side])) })
  return { ...container, resources: { ...container.resources, requests: { ...own('requests') }, limits: { ...own('limits') } } }
}

function merged(first: Resources, last: Resources): Resources {
  return { requests: { ...first.requests, ...last.requests }, limits: { ...first.limits, ...last.limits } }
}

function resourcesIn(container: unknown): Resources {
  const resources: unknown = Reflect.get(Object(container), 'resources')
  return { requests: amountsIn(resources, 'requests'), limits: amountsIn(resources, 'limits') }
}

/** Whatever may be an amount; the rest is for the merge to judge. */
function amountsIn(resources: unknown, side: Side): Amounts {
  const amounts = Object.entries(Object(Reflect.get(Object(resources), side)) as object)
  return Object.fromEntries(amounts.flatMap(([name, amount]) => (isAmount(amount) && !name.startsWith('$') ? [[name, String(amount).trim()]] : [])))
}

function isAmount(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function pick(amounts: Amounts, names: readonly string[]): Amounts {
  return Object.fromEntries(names.flatMap((name) => (amounts[name] === undefined ? [] : [[name, amounts[name]]])))
}

function isNothing({ requests, limits }: Resources): boolean {
  return Object.keys(requests).length + Object.keys(limits).length === 0
}
