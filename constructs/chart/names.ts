/** Names and labels of the chart's objects, as Helm's own starter chart makes them: a release of the vendor's chart keeps its names. */
import type { Expression } from '../expression/expression.ts'
import { builtin, call, named } from '../expression/values.ts'
import { entriesOf, valueOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'

export const RELEASE = builtin('Release.Name')
export const RELEASE_NAMESPACE = builtin('Release.Namespace')

const NAME = named('name', call('truncated', call('orElse', value('nameOverride'), builtin('Chart.Name')), 63))

/** `<release>-<chart>`, or the release's name alone where it holds the chart's. */
const USUAL_NAME = call('ifElse', call('contains', NAME, RELEASE), RELEASE, call('concat', RELEASE, '-', NAME))

export const FULL_NAME = named('fullname', call('truncated', call('orElse', value('fullnameOverride'), USUAL_NAME), 63))

/** The runner's service account: the operator's, or one of the release's name. */
export const RUNNER_ACCOUNT = named(
  'service-account',
  call('orElse', value('serviceAccount.name'), call('ifElse', value('serviceAccount.create'), FULL_NAME, 'default')),
)

/** That of the ingestion pods: the operator's, or where none is named the vendor's, which is not cut. */
export const INGESTION_ACCOUNT = named(
  'ingestion-service-account',
  accountOr(value('config.ingestionPods.serviceAccount.name'), value('config.ingestionPods.serviceAccount.create'), 'ingestion'),
)

/** Namespace of the ingestion pods, their records and payloads. */
export const INGESTION_NAMESPACE = named(
  'ingestion-namespace',
  call('orElse', value('config.ingestionPods.namespace'), call('orElse', value('namespaceOverride'), RELEASE_NAMESPACE)),
)

/** Name of an object of this release: the full name, and a word where there are several of its kind. */
export function objectName(suffix?: string): string {
  return valueOf(suffix === undefined ? FULL_NAME : nameWith(suffix))
}

export function nameWith(suffix: string): Expression {
  return named(`fullname-${suffix}`, call('concat', call('truncated', FULL_NAME, 63 - suffix.length - 1), `-${suffix}`))
}

/** A service account: the one that was named; else `<release>-<suffix>` where the chart makes it, and `default` where it does not. */
export function accountOr(given: Expression, isMade: Expression, suffix: string): Expression {
  return call('orElse', given, call('ifElse', isMade, call('concat', FULL_NAME, `-${suffix}`), 'default'))
}

/** The labels by which the Deployment finds its pods. They never change: Kubernetes would not let them. */
export function selectorLabels(): Record<string, string> {
  return { 'app.kubernetes.io/name': valueOf(NAME), 'app.kubernetes.io/instance': valueOf(RELEASE) }
}

/** Those of the runner's pods. What counts or finds runners goes by these, so that it leaves out the pods of hooks. */
export function runnerLabels(): Record<string, string> {
  return { ...selectorLabels(), 'app.kubernetes.io/component': 'runner' }
}

/** A version as a label: without the `+` before what names a build, at most 63 characters, and a letter or digit at the end. */
function labelOf(version: Expression): Expression {
  return call('found', '^.{0,62}[A-Za-z0-9]', call('replaced', '+', '_', version))
}

/** Those of the operator stand beside, and not in place of, the chart's own. Of two with one key the last given counts. */
function besides(own: Record<string, string>, ...given: readonly Expression[]): Record<string, string> {
  const operators = given.map((map) => call('without', map, ...Object.keys(own))).reduce((one, other) => call('merged', one, other))
  return { ...own, ...entriesOf(operators) }
}

/** Labels of the runner's pods. */
export function runnerPodLabels(): Record<string, string> {
  return besides(runnerLabels(), value('commonLabels'), value('podLabels'))
}

/** Labels of every object. @param given further ones, which the values have for this object alone */
export function labels(component?: string, ...given: readonly Expression[]): Record<string, string> {
  const own = {
    'helm.sh/chart': valueOf(named('chart', labelOf(call('concat', builtin('Chart.Name'), '-', builtin('Chart.Version'))))),
    ...selectorLabels(),
    'app.kubernetes.io/version': valueOf(named('version', labelOf(builtin('Chart.AppVersion')))),
    'app.kubernetes.io/managed-by': valueOf(builtin('Release.Service')),
    ...(component === undefined ? {} : { 'app.kubernetes.io/component': component }),
  }
  return besides(own, value('commonLabels'), ...given)
}

/**
 * Labels of pods that are not the runner's. Without the label of the release's instance nothing that looks for runners finds them:
 * not the Service, not the disruption budget.
 */
export function otherPodLabels(component: string): Record<string, string> {
  const own = { 'app.kubernetes.io/name': component, 'app.kubernetes.io/component': component, 'app.kubernetes.io/part-of': valueOf(FULL_NAME) }
  return { ...own, ...entriesOf(call('without', value('commonLabels'), 'app.kubernetes.io/instance', ...Object.keys(own))) }
}
