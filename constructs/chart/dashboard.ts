/** The Grafana dashboard, on the vendor's metric names and under its uid. */

interface Panel {
  readonly title: string
  readonly type: 'stat' | 'gauge' | 'timeseries'
  readonly unit: string
  readonly queries: readonly { readonly expr: string; readonly legend: string }[]
}

const SELECTOR = '{namespace="$namespace",pod=~"$pod"}'
const metric = (name: string): string => `collate_hybrid_agent_${name}${SELECTOR}`
const one = (expr: string, legend = ''): Panel['queries'] => [{ expr, legend }]

/** Sum over count of a timer is its mean, `_max` the longest since the last scrape. */
const timed = (name: string): Panel['queries'] => [
  { expr: `rate(${metric(`${name}_sum`)}[5m]) / rate(${metric(`${name}_count`)}[5m])`, legend: 'mean' },
  { expr: metric(`${name}_max`), legend: 'longest' },
]

const PANELS: readonly Panel[] = [
  { title: 'Linked to Collate', type: 'stat', unit: 'bool_yes_no', queries: one(`max(${metric('connected')})`) },
  { title: 'Runs started', type: 'stat', unit: 'short', queries: one(`sum(${metric('jobs_counter_total')})`) },
  { title: 'CPU', type: 'gauge', unit: 'percent', queries: one(metric('cpu_usage'), '{{pod}}') },
  { title: 'Memory', type: 'gauge', unit: 'percent', queries: one(metric('memory_usage'), '{{pod}}') },
  { title: 'Runs by how they ended', type: 'timeseries', unit: 'short', queries: one(`sum by (status) (increase(${metric('jobs_total')}[5m]))`, '{{status}}') },
  {
    title: 'Runs active and waiting',
    type: 'timeseries',
    unit: 'short',
    queries: [
      { expr: metric('active_runs'), legend: 'active' },
      { expr: metric('queued_runs'), legend: 'waiting' },
    ],
  },
  { title: 'Answers of Collate', type: 'timeseries', unit: 's', queries: timed('server_response_time_seconds') },
  { title: 'Answers of the Kubernetes API', type: 'timeseries', unit: 's', queries: timed('executor_response_time_seconds') },
]

const WIDTH = 12
const HEIGHT = 7

export function dashboard(): object {
  return {
    uid: 'hybrid-ingestion-runner',
    title: 'Hybrid Ingestion Runner',
    schemaVersion: 38,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        dataSource(),
        variable('namespace', 'label_values(collate_hybrid_agent_jobs_counter_total, namespace)'),
        variable('pod', 'label_values(collate_hybrid_agent_jobs_counter_total{namespace="$namespace"}, pod)'),
      ],
    },
    panels: PANELS.map(panel),
  }
}

function dataSource(): object {
  return { name: 'datasource', type: 'datasource', query: 'prometheus' }
}

function variable(name: string, query: string): object {
  return {
    name,
    type: 'query',
    datasource: { type: 'prometheus', uid: '$datasource' },
    query,
    refresh: 2,
    ...(name === 'pod' ? { includeAll: true, allValue: '.*' } : {}),
  }
}

function panel({ title, type, unit, queries }: Panel, index: number): object {
  const percent =
    unit === 'percent'
      ? {
          min: 0,
          max: 100,
          thresholds: {
            mode: 'absolute',
            steps: [
              { color: 'green', value: null },
              { color: 'orange', value: 70 },
              { color: 'red', value: 90 },
            ],
          },
        }
      : {}
  return {
    id: index + 1,
    title,
    type,
    datasource: { type: 'prometheus', uid: '$datasource' },
    gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit, ...percent }, overrides: [] },
    targets: queries.map(({ expr, legend }, at) => ({ refId: 'ABCD'[at], expr, legendFormat: legend })),
  }
}
