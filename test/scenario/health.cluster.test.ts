/** Probes and metrics of a runner at work. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Scenario, startScenario } from './scenario.ts'
import { untilSettled } from './settled.ts'

let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario({ namespacePrefix: 'health' })
})
afterAll(async () => scenario?.stop())

async function get(
  port: 'healthPort' | 'metricsPort',
  path: string,
): Promise<{ readonly status: number; readonly text: string; readonly contentType: string }> {
  const { [port]: number } = await scenario.runner().waitForLine('runner started')
  const answer = await fetch(`http://127.0.0.1:${String(number)}${path}`)
  return { status: answer.status, text: await answer.text(), contentType: answer.headers.get('content-type') ?? '' }
}

/** Samples by name with labels. */
async function samples(): Promise<ReadonlyMap<string, number>> {
  const { text } = await get('metricsPort', '/metrics')
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
}

test('a runner that is linked is alive and ready', async () => {
  expect(await get('healthPort', '/livez')).toMatchObject({ status: 200 })
  expect(await get('healthPort', '/readyz')).toMatchObject({ status: 200 })
  expect(await get('healthPort', '/secrets')).toMatchObject({ status: 404 })
})

/** Ports at which a process of this machine takes connections, as the kernel has them. */
async function portsOf(pid: number): Promise<number[]> {
  const handles = await readdir(`/proc/${pid}/fd`)
  const targets = await Promise.all(handles.map(async (handle) => readlink(`/proc/${pid}/fd/${handle}`).catch(() => '')))
  const sockets = new Set(targets.map((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1]))
  const tables = await Promise.all(['tcp', 'tcp6'].map(async (kind) => readFile(`/proc/${pid}/net/${kind}`, 'utf8')))
  const rows = tables.flatMap((table) => table.trim().split('\n').slice(1)).map((row) => row.trim().split(/\s+/))
  // 0A: LISTEN.
  return rows
    .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(inode))
    .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16))
}

test('a runner takes connections for its health and its metrics, and for nothing else', async () => {
  const { healthPort, metricsPort } = await scenario.runner().waitForLine('runner started')
  expect((await portsOf(scenario.runner().pid)).toSorted()).toEqual([healthPort, metricsPort].toSorted())
})

test('the metrics have the names that dashboards and alerts of the chart read', async () => {
  const request = scenario.request()
  await scenario.run(request)
  await untilSettled(scenario, request.runId)
  expect((await get('metricsPort', '/metrics')).contentType).toContain('text/plain')
  const found = await samples()
  expect(found.get('collate_hybrid_agent_connected')).toBe(1)
  expect(found.get('collate_hybrid_agent_jobs_counter_total')).toBe(1)
  expect(found.get('collate_hybrid_agent_jobs_total{status="succeeded"}')).toBe(1)
  expect(found.get('collate_hybrid_agent_jobs_total{status="failed"}')).toBe(0)
  const gauges = ['cpu_usage', 'memory_usage', 'active_runs', 'queued_runs', 'workqueue_depth']
  const timers = ['server_response_time_seconds', 'executor_response_time_seconds']
  const names = [...gauges, ...timers.flatMap((timer) => [`${timer}_count`, `${timer}_sum`, `${timer}_max`])].map((name) => `collate_hybrid_agent_${name}`)
  expect(names.filter((name) => !found.has(name))).toEqual([])
  expect(found.get('collate_hybrid_agent_executor_response_time_seconds_count')).toBeGreaterThanOrEqual(5)
  expect(found.get('collate_hybrid_agent_server_response_time_seconds_count')).toBeGreaterThanOrEqual(1)
})

test('a runner whose link is cut says so, and stays alive and ready', async () => {
  await scenario.collate.stopListening()
  await scenario.runner().waitForLine('no link to Collate; trying again')
  expect((await samples()).get('collate_hybrid_agent_connected')).toBe(0)
  expect(await get('healthPort', '/livez')).toMatchObject({ status: 200 })
  expect(await get('healthPort', '/readyz')).toMatchObject({ status: 200 })
  await scenario.collate.listenAgain()
  await scenario.collate.waitForRunner(scenario.agentId, 'Active')
})
