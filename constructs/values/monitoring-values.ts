import { field, flag, free, freeList, section, stringMap, text } from './field.ts'

export const monitoringValues = {
  serviceMonitor: section('Has Prometheus scrape the runner.', {
    enabled: field(flag, 'Whether it does.', { default: false }),
    interval: field(text, 'How often.', { isNeeded: true, default: '30s', rule: 'interval' }),
    annotations: field(stringMap, 'Annotations.', { default: {} }),
    labels: field(stringMap, 'Labels, by which Prometheus finds it, as it finds the alerts.', { default: {}, rule: 'labels' }),
  }),
  prometheusRules: section('Alerts.', {
    enabled: field(flag, 'Whether there are any.', { default: false }),
    labels: field(stringMap, 'Labels, by which Prometheus finds them. A kube-prometheus-stack as it comes wants `release` with the name of its own release.', {
      default: {},
      example: { release: 'kube-prometheus-stack' },
      rule: 'labels',
    }),
    extraRules: field(freeList, 'Further groups of rules.', { default: [] }),
  }),
  grafanaDashboard: section('A dashboard for the Grafana operator.', {
    enabled: field(flag, 'Whether there is one.', { default: false }),
    namespace: field(text, "Its namespace; none is the release's.", { rule: 'label' }),
    folderName: field(text, 'Its folder.', { default: 'Hybrid Ingestion Runner' }),
    instanceSelector: field(free, 'Which Grafana shows it.', { default: { matchLabels: { dashboards: 'grafana' } } }),
    labels: field(stringMap, 'Labels.', { default: {}, rule: 'labels' }),
    annotations: field(stringMap, 'Annotations.', { default: {} }),
    allowCrossNamespaceImport: field(flag, 'A Grafana of another namespace may show it.', { default: true }),
    plugins: field(freeList, 'Plugins it needs.', { default: [] }),
    datasources: field(freeList, 'Its data sources.', { default: [] }),
  }),
}
