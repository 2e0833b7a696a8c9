/** What is to wake somebody, or to be looked at by day. Each has its section in docs/alerts.md. */
import { call } from '../expression/values.ts'
import { valueOf } from '../tree/marks.ts'
import { FULL_NAME, RELEASE_NAMESPACE } from './names.ts'

export interface Alert {
  readonly name: string
  readonly expr: string
  readonly for: string
  readonly severity: 'critical' | 'warning'
  readonly summary: string
}

/** A pod's name has at most 63 characters. Behind the Deployment's come a hash and a random word; a longer name than this one is cut for them. */
const LONGEST_WHOLE_NAME = 46
const SHORT_NAME = call('truncated', FULL_NAME, LONGEST_WHOLE_NAME)

/** Of the pods of this release's Deployment, and not of a release whose name begins alike. */
const POD_NAMES = call(
  'ifElse',
  call('equals', SHORT_NAME, FULL_NAME),
  call('concat', FULL_NAME, '-[a-z0-9]+-[a-z0-9]+'),
  call('concat', SHORT_NAME, '[a-z0-9-]+'),
)
const PODS = `namespace="${valueOf(RELEASE_NAMESPACE)}",pod=~"${valueOf(POD_NAMES)}"`

/** A metric of the runner, with further labels where they are given. */
function series(name: string, labels = ''): string {
  return `collate_hybrid_agent_${name}{${labels === '' ? '' : `${labels},`}${PODS}}`
}

const CONNECTED = series('connected')
const NOT_LINKED = `(max(${CONNECTED}) or vector(0)) == 0`
const refusedFor = (reason: string): string => `sum(increase(${series('link_failures_total', `reason="${reason}"`)}[15m])) > 0`
const endedAs = (status: string): string => `sum(increase(${series('jobs_total', `status="${status}"`)}[1h]))`
/** One that stands by starts nothing, and its queue is not its own. */
const LEADS = `min_over_time(${series('leader')}[30m]) == 1`

/** The first two under the vendor's names. They fire, too, when there is no series at all: a pod that is gone tells nothing. */
const OF_LINK: readonly Alert[] = [
  {
    name: 'HybridAgentDown',
    expr: `absent(up{container="hybrid-ingestion-runner",${PODS}} == 1)`,
    for: '2m',
    severity: 'critical',
    summary: 'No runner answers: nothing is started and nothing is told.',
  },
  {
    name: 'HybridAgentDisconnected',
    expr: `max(${CONNECTED}) == 0 or absent(${CONNECTED})`,
    for: '2m',
    severity: 'critical',
    summary: 'No runner is linked to Collate. Pods that run go on; new ones are not asked for.',
  },
  {
    name: 'HybridAgentTokenRefused',
    expr: `${refusedFor('token')} and ${NOT_LINKED}`,
    for: '2m',
    severity: 'critical',
    summary: "Collate refuses the runner's token: put a valid one into its Secret.",
  },
  {
    name: 'HybridAgentVersionRefused',
    expr: `${refusedFor('protocolVersion')} and ${NOT_LINKED}`,
    for: '2m',
    severity: 'critical',
    summary: 'Runner and Collate have no version of the protocol in common: the log says which of the two to upgrade.',
  },
  {
    name: 'HybridAgentReplaced',
    expr: `sum(increase(${series('link_failures_total', 'reason="replaced"')}[15m])) > 2`,
    for: '5m',
    severity: 'warning',
    summary: 'Another runner links under the same config.agentId, and the two take the link from each other.',
  },
]

const OF_RUNS: readonly Alert[] = [
  {
    name: 'HybridAgentRunsFail',
    expr: `${endedAs('failed')} > 3 and ${endedAs('succeeded')} == 0`,
    for: '5m',
    severity: 'warning',
    summary: 'Every run of the last hour failed, four or more of them: hybrid-runner explain tells why.',
  },
  {
    name: 'HybridAgentQueueStands',
    expr: `min_over_time(${series('queued_runs')}[30m]) > 0 and increase(${series('jobs_counter_total')}[30m]) == 0 and ${LEADS}`,
    for: '5m',
    severity: 'warning',
    summary: 'Runs wait, and for half an hour none was started: hybrid-runner runs shows which limit holds them.',
  },
  {
    name: 'HybridAgentSchedulesUnapplied',
    expr: `max(${series('unapplied_schedules')}) > 0`,
    for: '10m',
    severity: 'warning',
    summary: 'The cluster or the policy refuses schedules, which do not fire as they are to: the log of the runner names them.',
  },
  {
    name: 'HybridAgentCollateAnswersNot',
    expr: `min_over_time(${series('server_calls_waiting')}[15m]) > 0`,
    for: '5m',
    severity: 'warning',
    summary: 'For a quarter of an hour calls to Collate have waited: the ends of runs are told late.',
  },
  {
    name: 'HybridAgentMemoryFull',
    expr: `min_over_time(${series('memory_usage')}[10m]) > 90`,
    for: '5m',
    severity: 'warning',
    summary: 'A runner has used more than nine tenths of its memory for ten minutes: raise resources.limits.memory.',
  },
]

export const ALERTS: readonly Alert[] = [...OF_LINK, ...OF_RUNS]

/** The rules as Prometheus reads them. All have the namespace: where a series is absent, it brings none. */
export function alertRules() {
  return ALERTS.map(({ name, expr, for: duration, severity, summary }) => ({
    alert: name,
    expr,
    for: duration,
    labels: { severity, namespace: valueOf(RELEASE_NAMESPACE) },
    annotations: { summary, runbook: `docs/alerts.md#${name.toLowerCase()}` },
  }))
}
