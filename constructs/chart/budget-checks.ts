/** What of the disruption budget contradicts itself, or keeps nodes from being drained. */
import type { Expression } from '../expression/expression.ts'
import { call, isGiven } from '../expression/values.ts'
import { value } from '../values/value.ts'
import type { Check } from './check.ts'
import type { Warning } from './warning.ts'
import { wholeOr } from './whole-number.ts'

export const MINIMUM = value('podDisruptionBudget.minAvailable')
export const MAXIMUM = value('podDisruptionBudget.maxUnavailable')
const IS_ENABLED = value('podDisruptionBudget.enabled')
/** Kubernetes' own default where the values have taken the chart's away. */
const REPLICAS = wholeOr(value('replicaCount'), 1)

export const HAS_MINIMUM = isGiven(MINIMUM)
export const HAS_MAXIMUM = isGiven(MAXIMUM)

/** A number in quotes is a number: of texts Kubernetes takes shares alone. */
export function boundOf(given: Expression): Expression {
  return call('ifElse', call('matches', '^[0-9]+$', given), call('number', given), given)
}

/** The default of maxUnavailable gives way; another one was chosen. */
export const BUDGET_CHECKS: readonly Check[] = [
  {
    when: call('and', IS_ENABLED, HAS_MINIMUM, HAS_MAXIMUM, call('not', call('equals', call('text', MAXIMUM), '1'))),
    path: 'podDisruptionBudget.maxUnavailable',
    message: 'stands beside podDisruptionBudget.minAvailable, and Kubernetes takes only one of the two. Take one out',
  },
]

const IS_ONE = call('equals', REPLICAS, 1)
const IS_LESS_THAN_ALL = call('moreQuantity', REPLICAS, MINIMUM)
const KEEPS_ALL = call('or', call('and', call('matches', '^[0-9]+$', MINIMUM), call('not', IS_LESS_THAN_ALL)), call('equals', MINIMUM, '100%'))
const isNone = (bound: Expression): Expression => call('matches', '^0+%?$', bound)

export const BUDGET_WARNINGS: readonly Warning[] = [
  {
    when: call('and', IS_ENABLED, IS_ONE, HAS_MINIMUM, call('not', isNone(MINIMUM))),
    text: 'podDisruptionBudget.minAvailable with one replica: no node that the runner is on can be drained. Set replicaCount to 2.',
  },
  {
    when: call('and', IS_ENABLED, call('not', IS_ONE), HAS_MINIMUM, call('not', isNone(MINIMUM)), KEEPS_ALL),
    text: 'podDisruptionBudget.minAvailable is all replicas: no node that a runner is on can be drained. Lower it, or raise replicaCount.',
  },
  {
    when: call('and', IS_ENABLED, call('not', HAS_MINIMUM), isNone(MAXIMUM)),
    text: 'podDisruptionBudget.maxUnavailable is zero: no node that a runner is on can be drained. Set it to 1.',
  },
  {
    when: call('and', IS_ENABLED, call('not', HAS_MINIMUM), call('not', HAS_MAXIMUM)),
    text: 'podDisruptionBudget has neither minAvailable nor maxUnavailable: one runner may go at a time, as with maxUnavailable: 1. Write one of the two.',
  },
]
