import type { Construct } from 'constructs'
import { call, literal } from '../expression/values.ts'
import { blockOf, entriesOf, itemsOf, valueOf, whenFilled, whenSet } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { alertRules } from './alerts.ts'
import { chartObject } from './chart-object.ts'
import { dashboard } from './dashboard.ts'
import { METRICS_PATH } from './environment.ts'
import { labels, objectName, RELEASE_NAMESPACE, selectorLabels } from './names.ts'

export function serviceMonitor(scope: Construct): void {
  chartObject(
    scope,
    'service-monitor',
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: {
        name: objectName(),
        labels: labels(undefined, value('serviceMonitor.labels')),
        annotations: entriesOf(value('serviceMonitor.annotations')),
      },
      spec: {
        selector: { matchLabels: selectorLabels() },
        endpoints: [{ port: 'metrics-app', path: valueOf(METRICS_PATH), interval: valueOf(value('serviceMonitor.interval')) }],
      },
    },
    value('serviceMonitor.enabled'),
  )
}

export function prometheusRules(scope: Construct): void {
  chartObject(
    scope,
    'prometheus-rules',
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: objectName(), labels: labels(undefined, value('prometheusRules.labels')) },
      spec: { groups: [{ name: 'hybrid-ingestion-runner', rules: alertRules() }, itemsOf(value('prometheusRules.extraRules'))] },
    },
    value('prometheusRules.enabled'),
  )
}

export function grafanaDashboard(scope: Construct): void {
  const isOn = value('grafanaDashboard.enabled')
  const metadata = {
    name: objectName('dashboard'),
    namespace: valueOf(call('orElse', value('grafanaDashboard.namespace'), RELEASE_NAMESPACE)),
    labels: labels(undefined, value('grafanaDashboard.labels')),
    annotations: entriesOf(value('grafanaDashboard.annotations')),
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
        folderTitle: whenSet(value('grafanaDashboard.folderName')),
        instanceSelector: blockOf(call('orElse', value('grafanaDashboard.instanceSelector'), literal({}))),
        allowCrossNamespaceImport: whenSet(value('grafanaDashboard.allowCrossNamespaceImport')),
        plugins: whenFilled(value('grafanaDashboard.plugins')),
        datasources: whenFilled(value('grafanaDashboard.datasources')),
        configMapRef: { name: objectName('dashboard'), key: 'hybrid-ingestion-runner.json' },
      },
    },
    isOn,
  )
}
