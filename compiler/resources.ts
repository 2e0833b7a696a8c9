import { z } from 'zod'
import { qualifiedNameRule } from './kubernetes-names.ts'
import { isWhole, parseQuantity } from './quantity.ts'
import type { Nanos } from './quantity.ts'

/** Amounts by resource name, as written (`cpu: 500m`). */
export type Amounts = Readonly<Record<string, string>>

export interface Resources {
  readonly requests: Amounts
  readonly limits: Amounts
}

/** The `resources` of an entry: Kubernetes' own shape, without claims. */
export const resourcesSchema = z
  .strictObject(
    { requests: amountsSchema().nullish(), limits: amountsSchema().nullish() },
    { error: (issue) => (issue.code === 'unrecognized_keys' ? 'is not a key of resources; use requests and limits' : undefined) },
  )
  .transform((resources): Resources => ({ requests: resources.requests ?? {}, limits: resources.limits ?? {} }))
  .superRefine((resources, context) => {
    for (const { name, message } of conflictsIn(resources)) context.addIssue({ code: 'custom', path: ['requests', name], message })
  })

function amountsSchema() {
  return z.record(z.string(), z.unknown()).transform((amounts, context): Amounts => {
    const entries = Object.entries(amounts).map(([name, amount]) => {
      const message = ruleForAmount(name, amount)
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message })
      return [name, String(amount).trim()] as const
    })
    return Object.fromEntries(entries)
  })
}

const NATIVE = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/

const HUGE_PAGES = 'hugepages-'

/** Resources of which nobody may use more than is reserved. Undefined for the others. */
function exactKind(name: string): string | undefined {
  if (name.startsWith(HUGE_PAGES)) return 'as huge pages do in Kubernetes'
  return name.includes('/') ? 'as every extended resource' : undefined
}

function ruleForAmount(name: string, amount: unknown): string | undefined {
  if (!NATIVE.test(name) && (!name.includes('/') || qualifiedNameRule(name) !== undefined)) {
    return 'is not a resource; use cpu, memory, ephemeral-storage, or an extended resource with its domain (nvidia.com/gpu)'
  }
  if (name.startsWith(HUGE_PAGES) && (pageSize(name) === undefined || qualifiedNameRule(name) !== undefined)) {
    return 'must name the size of its pages, a quantity of whole bytes such as hugepages-2Mi or hugepages-1Gi'
  }
  if (typeof amount !== 'string' && typeof amount !== 'number') return 'must be a quantity, a string such as "500m" or a number'
  return ruleForQuantity(name, String(amount).trim())
}

/** The rule that a quantity of this resource breaks, if any. */
export function ruleForQuantity(name: string, text: string): string | undefined {
  const quantity = parseQuantity(text)
  if (!quantity.ok) return quantity.error
  if (quantity.value < 0n) return 'must not be negative'
  if (name.includes('/') && !isWhole(quantity.value)) return 'must be a whole number, as every extended resource'
  const size = pageSize(name)
  if (size !== undefined && quantity.value % size !== 0n) return `must be a whole number of pages, a multiple of ${name.slice(HUGE_PAGES.length)}`
  return undefined
}

function pageSize(name: string): Nanos | undefined {
  const size = name.startsWith(HUGE_PAGES) ? parseQuantity(name.slice(HUGE_PAGES.length)) : undefined
  return size?.ok === true && size.value > 0n && isWhole(size.value) ? size.value : undefined
}

interface ResourceConflict {
  readonly name: string
  readonly message: string
}

/** Requests that Kubernetes would refuse beside these limits. Amounts that are no quantities are no conflict: they are judged apart. */
export function conflictsIn(resources: Resources): ResourceConflict[] {
  const names = new Set([...Object.keys(resources.requests), ...Object.keys(resources.limits)])
  return [...names].flatMap((name) => {
    const request = resources.requests[name]
    const limit = resources.limits[name]
    const message = conflict(name, request, limit)
    return message === undefined ? [] : [{ name, message }]
  })
}

function conflict(name: string, request: string | undefined, limit: string | undefined): string | undefined {
  const kind = exactKind(name)
  if (request === undefined) return undefined
  if (limit === undefined) return kind === undefined ? undefined : `needs a limit of the same amount, ${kind}`
  const order = compare(request, limit)
  if (order > 0) return `${request} is more than the limit ${limit}; a request must be less than or equal to its limit`
  return kind !== undefined && order < 0 ? `${request} must equal the limit ${limit}, ${kind}` : undefined
}

/**
 * Lays particular resources over general ones, resource by resource.
 *
 * What `over` says holds. Where the other side of the same resource comes from `base` and would contradict it (a smaller limit
 * than the general request), that side gives way and becomes equal.
 */
export function overlayResources(base: Resources, over: Resources): Resources {
  const requests: Record<string, string> = { ...base.requests, ...over.requests }
  const limits: Record<string, string> = { ...base.limits, ...over.limits }
  for (const [name, request] of Object.entries(requests)) {
    const limit = limits[name]
    if (limit === undefined || conflict(name, request, limit) === undefined) continue
    if (over.limits[name] !== undefined && over.requests[name] === undefined) requests[name] = limit
    else limits[name] = request
  }
  return { requests, limits }
}

function compare(left: string, right: string): number {
  const [leftNanos, rightNanos] = [parseQuantity(left), parseQuantity(right)]
  if (!leftNanos.ok || !rightNanos.ok || leftNanos.value === rightNanos.value) return 0
  return leftNanos.value > rightNanos.value ? 1 : -1
}
