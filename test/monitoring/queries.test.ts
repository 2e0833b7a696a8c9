import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ALERTS } from '../../constructs/chart/alerts.ts'
import { dashboard } from '../../constructs/chart/dashboard.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { exportedSeries, seriesIn } from './exported-series.ts'
import { renderedRules, RULES_RELEASE, RULES_VALUES } from './rendered-rules.ts'

/** What the vendor's runner exports and his dashboards show. */
const VENDORS_SERIES = [
  'connected',
  'jobs_counter_total',
  'jobs_total',
  'cpu_usage',
  'memory_usage',
  ...['server_response_time_seconds', 'executor_response_time_seconds'].flatMap((name) => [`${name}_sum`, `${name}_count`, `${name}_max`]),
].map((name) => `collate_hybrid_agent_${name}`)

/** Of Prometheus itself, for every target. */
const OF_PROMETHEUS = ['up']

function dashboardQueries(): string[] {
  const { panels, templating } = dashboard() as {
    readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[]
    readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] }
  }
  const variables = templating.list
    .filter(({ name }) => name !== 'datasource')
    .map(({ query }) => /^label_values\((.*), \w+\)$/.exec(query)?.[1] ?? 'no label_values')
  return [...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...variables]
}

describe('the series that the runner exports', () => {
  test("have all of the vendor's names", async () => {
    const { names } = await exportedSeries()
    expect(VENDORS_SERIES.filter((name) => !names.has(name))).toEqual([])
  })

  test('are all that the dashboard asks for', async () => {
    const { names } = await exportedSeries()
    const asked = dashboardQueries().map(seriesIn)
    expect(asked.every((one) => one.length > 0)).toBe(true)
    expect(asked.flat().filter((name) => !names.has(name))).toEqual([])
  })

  test('are all that the alerts ask for, beside what Prometheus knows of a target', async () => {
    const { names } = await exportedSeries()
    const asked = renderedRules().map(({ expr }) => seriesIn(expr))
    expect(asked.every((one) => one.length > 0)).toBe(true)
    expect(asked.flat().filter((name) => !names.has(name) && !OF_PROMETHEUS.includes(name))).toEqual([])
  })

  test('have each label value that an alert picks, from the start', async () => {
    const { text } = await exportedSeries()
    const picked = renderedRules().flatMap(({ expr }) => [...expr.matchAll(/(\w+)\{(status|reason)="(\w+)"/g)])
    expect(picked.length).toBeGreaterThan(3)
    for (const [, name, label, value] of picked) expect(text).toContain(`${name}{${label}="${value}"}`)
  })

  test('are told from functions, labels and keywords in a query', () => {
    expect(seriesIn('sum by (status) (increase(a_b{x="up"}[5m])) > 0 and min_over_time(c[1h]) == 0 or vector(0)')).toEqual(['a_b', 'c'])
    expect(seriesIn('rate(d_sum[5m]) / rate(d_count[5m])')).toEqual(['d_sum', 'd_count'])
  })
})

describe('the rules', () => {
  const page = fileURLToPath(new URL('../../docs/alerts.md', import.meta.url))

  test('have each a runbook, and there is none without a rule', () => {
    expect(existsSync(page)).toBe(true)
    const sections = [...readFileSync(page, 'utf8').matchAll(/^### (\w+)$/gm)].map(([, name]) => name)
    expect(sections.toSorted()).toEqual(ALERTS.map(({ name }) => name).toSorted())
    for (const { alert, annotations } of renderedRules()) expect(annotations.runbook).toBe(`docs/alerts.md#${alert.toLowerCase()}`)
  })

  test('of the operator are groups beside, as he wrote them', () => {
    const group = { name: 'mine', interval: '1m', rules: [{ alert: 'Mine', expr: 'up{job="x"} == 0 # {{ $labels.pod }}', for: '1m' }] }
    const values = { ...RULES_VALUES, prometheusRules: { enabled: true, extraRules: [group] } }
    const rule = plainObjects(values, RULES_RELEASE).find((object) => (object as { readonly kind?: string }).kind === 'PrometheusRule')
    const { spec } = rule as unknown as { readonly spec: { readonly groups: readonly unknown[] } }
    expect(spec.groups.slice(1)).toEqual([group])
  })
})

/** As a ReplicaSet names its pods: what is longer than 58 characters is cut, then come five of its own. */
const podOf = (deployment: string): string => `${`${deployment}-66b6c48dd5-`.slice(0, 58)}x7k2p`

describe('the pods that alerts look at', () => {
  test.each([1, 30, 45, 46, 47, 48, 57, 58, 63])("are the release's own, however long its name: %i characters", (length) => {
    const name = 'collate-prod-of-the-department-for-very-long-names-indeed-and-on'.slice(0, length).replace(/-$/, 'x')
    const [pods = ''] = renderedRules({ fullnameOverride: name }).map(({ expr }) => /pod=~"([^"]+)"/.exec(expr)?.[1])
    expect(podOf(name)).toMatch(new RegExp(`^(?:${pods})$`))
    expect(podOf('another')).not.toMatch(new RegExp(`^(?:${pods})$`))
  })
})
