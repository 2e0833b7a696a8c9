/** The metrics, under the names that dashboards and alerts of the vendor's chart use. */
import { totalmem } from 'node:os'
import { LINK_FAILURES, type LinkFailure } from '../link/json-rpc-control-plane.ts'
import type { Hold } from '../queue/limits.ts'
import { collectDefaultMetrics, Counter, Gauge, Registry, Summary } from 'prom-client'
import type { ApiLimiterState } from '../cluster/api-limiter.ts'
import type { CollateGateState } from '../collate/collate-gate.ts'
import { exposeApiCalls } from './api-calls.ts'

export interface Metrics {
  setConnected(isConnected: boolean): void
  /** A process that stands by tells nothing of a link: there is no series `connected` of it. */
  setLeading(isLeading: boolean): void
  countLinkFailure(why: LinkFailure): void
  countStart(): void
  /** `state` of the run's end. */
  countEnd(state: 'success' | 'failed' | 'partialSuccess' | 'stopped'): void
  /** Why a run waits (`waiting`) or failed (`ended`). Class and cause are names out of fixed sets. */
  countFailure(stage: 'waiting' | 'ended', failureClass: string, cause: string): void
  observeServerCall(seconds: number): void
  observeClusterCall(seconds: number): void
  /** Read when scraped. */
  watchQueue(read: () => { readonly active: number; readonly waiting: number; readonly depth: number; readonly heldBack: Readonly<Record<Hold, number>> }): void
  /** How many schedules do not fire as they are to. Read when scraped. */
  watchSchedules(read: () => number): void
  watchServerCalls(read: () => CollateGateState): void
  /** Read when scraped. */
  watchApiCalls(read: () => ApiLimiterState): void
  /** The exposition text and its content type. */
  expose(): Promise<{ readonly text: string; readonly contentType: string }>
}

/** What the vendor's dashboard shows under `status`. */
const STATUS_LABELS = { success: 'succeeded', failed: 'failed', partialSuccess: 'partial_success', stopped: 'stopped' } as const

export function startMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const connected = gauge(registry, 'connected', 'Is the agent connected to the server? (0 = No, 1 = Yes)')
  const linkFailures = new Counter({
    name: 'collate_hybrid_agent_link_failures_total',
    help: 'Tries to link to the server that failed, and links that a newer one of the same agent id has replaced, by why',
    labelNames: ['reason'],
    registers: [registry],
  })
  for (const reason of LINK_FAILURES) linkFailures.inc({ reason }, 0)
  const started = new Counter({ name: 'collate_hybrid_agent_jobs_counter_total', help: 'Runs started', registers: [registry] })
  const ended = new Counter({ name: 'collate_hybrid_agent_jobs_total', help: 'Runs ended, by how they ended', labelNames: ['status'], registers: [registry] })
  for (const status of Object.values(STATUS_LABELS)) ended.inc({ status }, 0)
  const failures = new Counter({
    name: 'collate_hybrid_agent_failures_total',
    help: 'Reasons told, by class and cause as docs/failures.md lists them, for waiting or for having failed',
    labelNames: ['stage', 'class', 'cause'],
    registers: [registry],
  })
  addProcessUsage(registry)
  const serverTime = timer(registry, 'server_response_time_seconds', 'Time Collate took to answer a call')
  const executorTime = timer(registry, 'executor_response_time_seconds', 'Time the Kubernetes API took to answer a call')
  const leader = gauge(registry, 'leader', 'Does this process lead? (0 = it stands by, 1 = it leads)')
  const setLeading = (isLeading: boolean): void => {
    leader.set(isLeading ? 1 : 0)
    if (isLeading) connected.set(0)
    else connected.remove()
  }
  setLeading(false)
  return {
    setConnected: (isConnected) => connected.set(isConnected ? 1 : 0),
    setLeading,
    countLinkFailure: (reason) => linkFailures.inc({ reason }),
    countStart: () => started.inc(),
    countEnd: (state) => ended.inc({ status: STATUS_LABELS[state] }),
    countFailure: (stage, failureClass, cause) => failures.inc({ stage, class: failureClass, cause }),
    observeServerCall: serverTime,
    observeClusterCall: executorTime,
    watchQueue: (read) => {
      readGauge(registry, 'active_runs', 'Runs that hold a slot', () => read().active)
      readGauge(registry, 'queued_runs', 'Runs that wait for a slot', () => read().waiting)
      const held: Gauge = new Gauge({
        name: 'collate_hybrid_agent_held_back_runs',
        help: 'Runs that wait, by the limit that holds them back: of their pipeline, of their type, of all runs',
        labelNames: ['limit'],
        registers: [registry],
        collect: () => Object.entries(read().heldBack).forEach(([limit, count]) => held.set({ limit }, count)),
      })
      readGauge(registry, 'workqueue_depth', 'Runs that wait to be looked at', () => read().depth)
    },
    watchSchedules: (read) => readGauge(registry, 'unapplied_schedules', 'Schedules whose CronJob the cluster or the policy refuses', read),
    watchServerCalls: (read) => {
      readGauge(registry, 'server_calls_waiting', 'REST calls to Collate that wait for their turn', () => read().waiting)
      readGauge(registry, 'server_paused_seconds', 'How long Collate is left alone from now on', () => read().closedForMs / 1000)
    },
    watchApiCalls: (read) => exposeApiCalls(registry, read),
    expose: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  }
}

function gauge(registry: Registry, name: string, help: string): Gauge {
  return new Gauge({ name: `collate_hybrid_agent_${name}`, help, registers: [registry] })
}

function readGauge(registry: Registry, name: string, help: string, read: () => number): void {
  const collected: Gauge = new Gauge({ name: `collate_hybrid_agent_${name}`, help, registers: [registry], collect: () => collected.set(read()) })
}

/** `_sum`, `_count` and `_max`, the shape of the timers that the vendor's dashboard reads. */
function timer(registry: Registry, name: string, help: string): (seconds: number) => void {
  const summary = new Summary({ name: `collate_hybrid_agent_${name}`, help, percentiles: [], registers: [registry] })
  const max = gauge(registry, `${name}_max`, `${help}: the longest since the last scrape`)
  let longest = 0
  const collect = max as Gauge & { collect?: () => void }
  collect.collect = () => {
    max.set(longest)
    longest = 0
  }
  return (seconds) => {
    summary.observe(seconds)
    longest = Math.max(longest, seconds)
  }
}

/** Percent of one core since the last scrape, and percent of the memory the process may use. */
function addProcessUsage(registry: Registry): void {
  let last = { cpu: process.cpuUsage(), at: process.hrtime.bigint() }
  readGauge(registry, 'cpu_usage', 'CPU use of the agent in percent of one core', () => {
    const now = { cpu: process.cpuUsage(), at: process.hrtime.bigint() }
    const usedMicroseconds = now.cpu.user + now.cpu.system - last.cpu.user - last.cpu.system
    const elapsedMicroseconds = Number((now.at - last.at) / 1000n)
    last = now
    return elapsedMicroseconds === 0 ? 0 : (100 * usedMicroseconds) / elapsedMicroseconds
  })
  readGauge(registry, 'memory_usage', 'Memory use of the agent in percent of its limit', () => (100 * process.memoryUsage.rss()) / memoryLimitBytes())
}

/** The container's limit; without one, which reads as zero or as more than there is, the machine's memory. */
function memoryLimitBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}
