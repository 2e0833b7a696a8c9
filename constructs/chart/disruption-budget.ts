import type { PodDisruptionBudgetSpec } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import { call } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { valueOf, when, entriesOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { boundOf, HAS_MAXIMUM, HAS_MINIMUM, MAXIMUM, MINIMUM } from './budget-checks.ts'
import { chartObject } from './chart-object.ts'
import { labels, objectName, runnerLabels } from './names.ts'

/** With minAvailable set it counts, and maxUnavailable's default does not stand in its way. */
export function disruptionBudget(scope: Construct): void {
  chartObject(
    scope,
    'pod-disruption-budget',
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: objectName(), labels: labels(), annotations: entriesOf(value('podDisruptionBudget.annotations')) },
      spec: {
        minAvailable: when(HAS_MINIMUM, valueOf(boundOf(MINIMUM))),
        maxUnavailable: when(call('not', HAS_MINIMUM), valueOf(call('ifElse', HAS_MAXIMUM, boundOf(MAXIMUM), 1))),
        selector: { matchLabels: runnerLabels() },
      } satisfies Marked<PodDisruptionBudgetSpec>,
    },
    value('podDisruptionBudget.enabled'),
  )
}
