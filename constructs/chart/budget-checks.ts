/** What of the disruption budget contradicts itself, or keeps nodes from being drained. */
import type { Expression } from '../expression/expression.ts'
import { call } from '../expression/values.ts'
import { value } from '../values/value.ts'
import type { Check } from './checks.ts'
import type { Warning } from './warnings.ts'

export const MINIMUM = value('podDisruptionBudget.minAvailable')
export const MAXIMUM = value('podDisruptionBudget.maxUnavailable')
const IS_ENABLED = value('podDisruptionBudget.enabled')
const REPLICAS = value('replicaCount')

const isGiven = (given: Expression): Expression => call('and', call('isSet', given), call('not', call('equals', given, '')))

export const HAS_MINIMUM = isGiven(MINIMUM)
export const HAS_MAXIMUM = isGiven(MAXIMUM)

/** The default of maxUnavailable gives way; another one was chosen. */
export const BUDGET_CHECKS: readonly Check[] = [
  {
    when: call('and', IS_ENABLED, HAS_MINIMUM, HAS_MAXIMUM, call('not', call('equals', MAXIMUM, 1))),
    path: 'podDisruptionBudget.maxUnavailable',
    message: 'stands beside podDisruptionBudget.minAvailable, and Kubernetes takes only one of the two. Take one out',
  },
]

const IS_ONE = call('equals', REPLICAS, 1)
const KEEPS_ALL = call('or', call('equals', call('text', MINIMUM), call('text', REPLICAS)), call('equals', MINIMUM, '100%'))

export const BUDGET_WARNINGS: readonly Warning[] = [
  {
    when: call('and', IS_ENABLED, IS_ONE, MINIMUM),
    text: 'podDisruptionBudget.minAvailable with one replica: no node that the runner is on can be drained. Set replicaCount to 2.',
  },
  {
    when: call('and', IS_ENABLED, call('not', IS_ONE), MINIMUM, KEEPS_ALL),
    text: 'podDisruptionBudget.minAvailable is all replicas: no node that a runner is on can be drained. Lower it, or raise replicaCount.',
  },
  {
    when: call('and', IS_ENABLED, call('not', HAS_MINIMUM), call('not', HAS_MAXIMUM)),
    text: 'podDisruptionBudget has neither minAvailable nor maxUnavailable: one runner may go at a time, as with maxUnavailable: 1. Write one of the two.',
  },
]
