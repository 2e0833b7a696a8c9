import { beforeEach, expect, test } from 'vitest'
import { type Metrics, startMetrics } from '../../../reconciler/metrics/metrics.ts'

let metrics: Metrics
beforeEach(() => {
  metrics = startMetrics()
})

/** The value of a series, as the exposition has it; undefined when there is none. */
async function valueOf(series: string): Promise<number | undefined> {
  const { text } = await metrics.expose()
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length))
}

test('the series of the dashboards are there from the start, ends by each status at zero', async () => {
  for (const status of ['succeeded', 'failed', 'partial_success', 'stopped'])
    expect(await valueOf(`collate_hybrid_agent_jobs_total{status="${status}"}`)).toBe(0)
  expect(await valueOf('collate_hybrid_agent_jobs_counter_total')).toBe(0)
})

test('a process that stands by tells nothing of a link', async () => {
  const series = async () => [await valueOf('collate_hybrid_agent_leader'), await valueOf('collate_hybrid_agent_connected')]
  expect(await series()).toEqual([0, undefined])
  metrics.setLeading(true)
  expect(await series()).toEqual([1, 0])
  metrics.setConnected(true)
  expect(await series()).toEqual([1, 1])
  metrics.setLeading(false)
  expect(await series()).toEqual([0, undefined])
})

test('starts, ends and the link are counted', async () => {
  metrics.countStart()
  metrics.countEnd('partialSuccess')
  metrics.countEnd('partialSuccess')
  metrics.setConnected(true)
  expect(await valueOf('collate_hybrid_agent_jobs_counter_total')).toBe(1)
  expect(await valueOf('collate_hybrid_agent_jobs_total{status="partial_success"}')).toBe(2)
  expect(await valueOf('collate_hybrid_agent_connected')).toBe(1)
  metrics.setConnected(false)
  expect(await valueOf('collate_hybrid_agent_connected')).toBe(0)
})

test('failures are counted by class and cause, waits and ends apart', async () => {
  metrics.countFailure('waiting', 'Unschedulable', 'taint')
  metrics.countFailure('ended', 'ExitCode', 'error')
  metrics.countFailure('ended', 'ExitCode', 'error')
  expect(await valueOf('collate_hybrid_agent_failures_total{stage="waiting",class="Unschedulable",cause="taint"}')).toBe(1)
  expect(await valueOf('collate_hybrid_agent_failures_total{stage="ended",class="ExitCode",cause="error"}')).toBe(2)
})

test.each([
  ['server_response_time_seconds', 'observeServerCall'],
  ['executor_response_time_seconds', 'observeClusterCall'],
] as const)('%s tells sum, count, and the longest since the last scrape', async (name, observe) => {
  for (const seconds of [1, 3, 2]) metrics[observe](seconds)
  const { text } = await metrics.expose()
  for (const line of [`_sum 6`, `_count 3`, `_max 3`]) expect(text).toContain(`collate_hybrid_agent_${name}${line}\n`)
  expect(await valueOf(`collate_hybrid_agent_${name}_max`)).toBe(0)
  expect(await valueOf(`collate_hybrid_agent_${name}_count`)).toBe(3)
})

test('the queue is read when it is scraped', async () => {
  const counts = { active: 1, waiting: 2, heldBack: { pipeline: 1, type: 0, all: 2 }, depth: 3 }
  metrics.watchQueue(() => counts)
  expect(await valueOf('collate_hybrid_agent_active_runs')).toBe(1)
  counts.active = 7
  expect(await valueOf('collate_hybrid_agent_active_runs')).toBe(7)
  expect([await valueOf('collate_hybrid_agent_queued_runs'), await valueOf('collate_hybrid_agent_workqueue_depth')]).toEqual([2, 3])
})

test('the calls to the Kubernetes API are read when they are scraped: who waits by priority, and totals that only grow', async () => {
  const state = { waiting: { urgent: 0, create: 4, bulk: 1 }, inFlight: 2, pausedForMs: 1_500, throttled: 3, admitted: 10, waitedMs: 2_500 }
  metrics.watchApiCalls(() => state)
  expect(await valueOf('collate_hybrid_agent_kubernetes_calls_waiting{priority="create"}')).toBe(4)
  expect(await valueOf('collate_hybrid_agent_kubernetes_calls_in_flight')).toBe(2)
  expect(await valueOf('collate_hybrid_agent_kubernetes_paused_seconds')).toBe(1.5)
  expect(await valueOf('collate_hybrid_agent_kubernetes_throttled_total')).toBe(3)
  state.admitted = 12
  expect(await valueOf('collate_hybrid_agent_kubernetes_calls_total')).toBe(12)
  expect(await valueOf('collate_hybrid_agent_kubernetes_calls_wait_seconds_total')).toBe(2.5)
})
