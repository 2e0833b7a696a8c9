import { type ApiLimiterState, CALL_PRIORITIES } from '../../reconciler/cluster/api-limiter.ts'
import { startMetrics } from '../../reconciler/metrics/metrics.ts'
import { type Hold, HOLDS } from '../../reconciler/queue/limits.ts'

/** What the runner exports: names of series, and the exposition itself. */
export interface ExportedSeries {
  readonly names: ReadonlySet<string>
  readonly text: string
}

const NOTHING_HELD = Object.fromEntries(HOLDS.map((hold) => [hold, 0])) as Record<Hold, number>
const NONE_WAITS = Object.fromEntries(CALL_PRIORITIES.map((priority) => [priority, 0])) as ApiLimiterState['waiting']
const NO_CALLS: ApiLimiterState = { waiting: NONE_WAITS, inFlight: 0, pausedForMs: 0, throttled: 0, admitted: 0, waitedMs: 0 }

/** From the runner's own registry, with everything watched that it watches. */
export async function exportedSeries(): Promise<ExportedSeries> {
  const metrics = startMetrics()
  metrics.setLeading(true)
  metrics.watchQueue(() => ({ active: 0, waiting: 0, depth: 0, heldBack: NOTHING_HELD }))
  metrics.watchSchedules(() => 0)
  metrics.watchServerCalls(() => ({ waiting: 0, closedForMs: 0, inFlight: 0 }))
  metrics.watchApiCalls(() => NO_CALLS)
  const { text } = await metrics.expose()
  return { text, names: new Set([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) => seriesOf(name, type))) }
}

function seriesOf(name: string, type: string | undefined): string[] {
  return type === 'summary' || type === 'histogram' ? [`${name}_sum`, `${name}_count`] : [name]
}

const KEYWORDS = new Set(['and', 'or', 'unless'])

/** Names of series in a query: what is no function, no keyword and no label. */
export function seriesIn(query: string): string[] {
  const bare = query.replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"|\b(?:by|on|without|ignoring)\s*\([^)]*\)/g, '')
  return [...bare.matchAll(/[a-zA-Z_:][\w:]*(?![\w:]*\s*\()/g)].map(([name]) => name).filter((name) => !KEYWORDS.has(name))
}
