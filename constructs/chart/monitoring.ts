import type { Construct } from 'constructs'
import { call, literal } from '../expression/values.ts'
import { blockOf, entriesOf, itemsOf, valueOf, whenFilled } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { dashboard } from './dashboard.ts'
import { METRICS_PATH } from './environment.ts'
import { FULL_NAME, labels, objectName, RELEASE_NAMESPACE, selectorLabels } from './names.ts'

export function serviceMonitor(scope: Construct): void {
  const own = labels()
  chartObject(
    scope,
    'service-monitor',
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: {
        name: objectName(),
        labels: {
          ...own,
          ...entriesOf(
            call(
              'without',
              value((v) => v.serviceMonitor.labels),
              ...Object.keys(own),
            ),
          ),
        },
        annotations: entriesOf(value((v) => v.serviceMonitor.annotations)),
      },
      spec: {
        selector: { matchLabels: selectorLabels() },
        endpoints: [{ port: 'metrics-app', path: valueOf(METRICS_PATH), interval: valueOf(value((v) => v.serviceMonitor.interval)) }],
      },
    },
    value((v) => v.serviceMonitor.enabled),
  )
}

interface Alert {
  readonly name: string
  readonly expr: string
  readonly for: string
  readonly severity: 'critical' | 'warning'
  readonly summary: string
}

/** The series of this release's runner. */
function selected(metric: string): string {
  return `${metric}{namespace="${valueOf(RELEASE_NAMESPACE)}",pod=~"${valueOf(FULL_NAME)}-.*"}`
}

/** The first two under the vendor's names. They fire, too, when there is no series at all: a pod that is gone tells nothing. */
function alerts(): Alert[] {
  const connected = selected('collate_hybrid_agent_connected')
  return [
    {
      name: 'HybridAgentDown',
      expr: `absent(up{namespace="${valueOf(RELEASE_NAMESPACE)}",container="hybrid-ingestion-runner"} == 1)`,
      for: '2m',
      severity: 'critical',
      summary: 'No runner answers: nothing is started and nothing is told.',
    },
    {
      name: 'HybridAgentDisconnected',
      expr: `max(${connected}) == 0 or absent(${connected})`,
      for: '2m',
      severity: 'critical',
      summary: 'No runner is linked to Collate. Pods that run go on; new ones are not asked for.',
    },
    {
      name: 'HybridAgentRunsFail',
      expr: `sum(increase(${selected('collate_hybrid_agent_jobs_total').replace('{', '{status="failed",')}[1h])) > 3 and sum(increase(${selected('collate_hybrid_agent_jobs_total').replace('{', '{status="succeeded",')}[1h])) == 0`,
      for: '5m',
      severity: 'warning',
      summary: 'Every run of the last hour failed, four or more of them: hybrid-runner explain tells why.',
    },
    {
      name: 'HybridAgentQueueStands',
      expr: `min_over_time(${selected('collate_hybrid_agent_queued_runs')}[30m]) > 0 and increase(${selected('collate_hybrid_agent_jobs_counter_total')}[30m]) == 0`,
      for: '5m',
      severity: 'warning',
      summary: 'Runs wait, and for half an hour none was started: hybrid-runner runs shows which limit holds them.',
    },
  ]
}

export function prometheusRules(scope: Construct): void {
  const rules = alerts().map(({ name, expr, for: duration, severity, summary }) => ({
    alert: name,
    expr,
    for: duration,
    labels: { severity },
    annotations: { summary },
  }))
  chartObject(
    scope,
    'prometheus-rules',
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: objectName(), labels: labels() },
      spec: { groups: [{ name: 'hybrid-ingestion-runner', rules }, itemsOf(value((v) => v.prometheusRules.extraRules))] },
    },
    value((v) => v.prometheusRules.enabled),
  )
}

export function grafanaDashboard(scope: Construct): void {
  const own = labels()
  const isOn = value((v) => v.grafanaDashboard.enabled)
  const metadata = {
    name: objectName('dashboard'),
    namespace: valueOf(
      call(
        'orElse',
        value((v) => v.grafanaDashboard.namespace),
        RELEASE_NAMESPACE,
      ),
    ),
    labels: {
      ...own,
      ...entriesOf(
        call(
          'without',
          value((v) => v.grafanaDashboard.labels),
          ...Object.keys(own),
        ),
      ),
    },
    annotations: entriesOf(value((v) => v.grafanaDashboard.annotations)),
  }
  chartObject(
    scope,
    'dashboard-json',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'hybrid-ingestion-runner.json': JSON.stringify(dashboard(), null, 1) } },
    isOn,
  )
  chartObject(
    scope,
    'dashboard',
    {
      apiVersion: 'grafana.integreatly.org/v1beta1',
      kind: 'GrafanaDashboard',
      metadata,
      spec: {
        folderTitle: valueOf(value((v) => v.grafanaDashboard.folderName)),
        instanceSelector: blockOf(
          call(
            'orElse',
            value((v) => v.grafanaDashboard.instanceSelector),
            literal({}),
          ),
        ),
        allowCrossNamespaceImport: valueOf(
          call(
            'and',
            true,
            value((v) => v.grafanaDashboard.allowCrossNamespaceImport),
          ),
        ),
        plugins: whenFilled(value((v) => v.grafanaDashboard.plugins)),
        datasources: whenFilled(value((v) => v.grafanaDashboard.datasources)),
        configMapRef: { name: objectName('dashboard'), key: 'hybrid-ingestion-runner.json' },
      },
    },
    isOn,
  )
}
