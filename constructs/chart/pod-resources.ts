/** What the ingestion pods reserve and may use. A default gives way to what is given beside it: a smaller limit lowers the request. */
import type { Expression, Json } from '../expression/expression.ts'
import { call, literal, valueAt } from '../expression/values.ts'
import { chartValues } from '../values/chart-values.ts'
import { defaultsOf, describe } from '../values/described.ts'
import type { Check } from './checks.ts'
import { ifSet, OPERATORS_OWN, type Variable } from './variable.ts'

const GROUPS = [
  { section: 'resources', prefix: 'INGESTION' },
  { section: 'automationResources', prefix: 'INGESTION_AUTOMATION_WORKFLOW' },
] as const
type Group = (typeof GROUPS)[number]
type Side = 'limits' | 'requests'
type Name = 'cpu' | 'memory'

interface Amount {
  readonly path: readonly string[]
  readonly variable: string
  readonly given: Expression
  /** The operator's own variable, where there is one. */
  readonly amount: Expression
  /** Nobody has chosen it. */
  readonly isDefault: Expression
}

/** The variables of all amounts. */
export function resourceVariables(): Variable[] {
  return GROUPS.flatMap((group) =>
    (['limits', 'requests'] as const).flatMap((side) =>
      (['cpu', 'memory'] as const).map((name) => {
        const [own, other] = [amountOf(group, side, name), amountOf(group, side === 'limits' ? 'requests' : 'limits', name)]
        const givesWay = call('and', own.isDefault, call('not', other.isDefault), isTooMuch(group, name))
        return ifSet(own.variable, call('ifElse', givesWay, other.amount, own.given))
      }),
    ),
  )
}

/** Requests above a limit where both were chosen. */
export function resourceChecks(): Check[] {
  return GROUPS.flatMap((group) =>
    (['cpu', 'memory'] as const).map((name): Check => {
      const [request, limit] = [amountOf(group, 'requests', name), amountOf(group, 'limits', name)]
      return {
        when: call('and', call('not', request.isDefault), call('not', limit.isDefault), isTooMuch(group, name)),
        path: request.path.join('.'),
        message: `is more than ${limit.path.join('.')}, which Kubernetes refuses. Lower it to the limit at most, or raise the limit`,
      }
    }),
  )
}

function isTooMuch(group: Group, name: Name): Expression {
  return call('moreQuantity', amountOf(group, 'requests', name).amount, amountOf(group, 'limits', name).amount)
}

function amountOf({ section, prefix }: Group, side: Side, name: Name): Amount {
  const path = ['config', 'ingestionPods', section, side, name]
  const variable = `${prefix}_${name.toUpperCase()}_${side === 'limits' ? 'LIMIT' : 'REQUEST'}`
  const given = valueAt(...path)
  const isOperators = call('hasName', OPERATORS_OWN, variable)
  return {
    path,
    variable,
    given,
    amount: call('ifElse', isOperators, call('valueOfName', OPERATORS_OWN, variable), given),
    isDefault: call('and', call('not', isOperators), call('equals', given, literal(defaultAt(path)))),
  }
}

function defaultAt(path: readonly string[]): Json {
  const defaults: Json = defaultsOf(describe(chartValues))
  return path.reduce<Json>((found, key) => (found as Readonly<Record<string, Json>>)[key] ?? null, defaults)
}
