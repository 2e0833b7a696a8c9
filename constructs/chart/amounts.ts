/** How much of a resource is reserved, and how much may be used. A default gives way to what is given beside it: a smaller limit lowers the request. */
import type { Expression, Json } from '../expression/expression.ts'
import { call, literal, valueAt } from '../expression/values.ts'
import { defaultValues } from '../values/default-values.ts'
import type { Check } from './check.ts'

export const SIDES = ['limits', 'requests'] as const
export type Side = (typeof SIDES)[number]
export const RESOURCES = ['cpu', 'memory'] as const
export type Resource = (typeof RESOURCES)[number]

interface Amount {
  readonly path: readonly string[]
  readonly given: Expression
  /** The same, or what is said of it in another place. */
  readonly amount: Expression
  /** Nobody has chosen it. */
  readonly isDefault: Expression
}

/** A request and its limit. */
export type Pair = Readonly<Record<Side, Amount>>

/** What is said of an amount in another place than the values, and whether anything is. */
interface Elsewhere {
  readonly isThere: Expression
  readonly amount: Expression
}

/** Request and limit of one resource. @param path of the value that holds `limits` and `requests` */
export function pairAt(path: readonly string[], name: Resource, elsewhere?: (side: Side) => Elsewhere): Pair {
  const amountOf = (side: Side): Amount => {
    const own = [...path, side, name]
    const given = valueAt(...own)
    const isSame = call('equals', given, literal(defaultAt(own)))
    const other = elsewhere?.(side)
    if (other === undefined) return { path: own, given, amount: given, isDefault: isSame }
    return { path: own, given, amount: call('ifElse', other.isThere, other.amount, given), isDefault: call('and', call('not', other.isThere), isSame) }
  }
  return { limits: amountOf('limits'), requests: amountOf('requests') }
}

/** One side of the pair, so that both together can be. */
export function fittingAmount(pair: Pair, side: Side): Expression {
  const [own, other] = [pair[side], pair[side === 'limits' ? 'requests' : 'limits']]
  const givesWay = call('and', own.isDefault, call('not', other.isDefault), isTooMuch(pair))
  return call('ifElse', givesWay, other.amount, own.given)
}

/** A request above a limit where both were chosen. */
export function amountCheck(pair: Pair, isUsed?: Expression): Check {
  const { requests, limits } = pair
  const contradict = [call('not', requests.isDefault), call('not', limits.isDefault), isTooMuch(pair)]
  return {
    when: call('and', ...(isUsed === undefined ? [] : [isUsed]), ...contradict),
    path: requests.path.join('.'),
    message: `is more than ${limits.path.join('.')}, which Kubernetes refuses. Lower it to the limit at most, or raise the limit`,
  }
}

function isTooMuch({ requests, limits }: Pair): Expression {
  return call('moreQuantity', requests.amount, limits.amount)
}

function defaultAt(path: readonly string[]): Json {
  return path.reduce<Json>((found, key) => (found as Readonly<Record<string, Json>> | null)?.[key] ?? null, defaultValues())
}
