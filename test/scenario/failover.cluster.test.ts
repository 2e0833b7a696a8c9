/** Two replicas of one runner: one leads, the other takes over, and no run notices. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { leaseName } from '../../compiler/names.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import { ApiProxy } from '../faults/api-proxy.ts'
import { podsEverStarted } from './audit-log.ts'
import { failOver, launchReplica, LEADS, standsBy, WAYS_TO_GO } from './replicas.ts'
import type { RunnerProcess } from './runner-process.ts'
import { accepted, historyOf } from './run-story.ts'
import { prepareScenario, type Scenario } from './scenario.ts'
import { untilSettled } from './settled.ts'

/** `npm run bench:failover` has the seconds of an idle machine. Ten times those, and whoever waits for something else than the lease is still found. */
const LIMIT_MS = 80_000

let scenario: Scenario
const running: RunnerProcess[] = []
beforeAll(async () => {
  scenario = await prepareScenario({ namespacePrefix: 'failover' })
})
afterEach(async () => {
  for (const replica of running.splice(0)) await replica.kill()
  await callJson(scenario.cluster.api, { method: 'DELETE', path: leasePath() })
})
afterAll(async () => scenario?.stop())

const leasePath = (): string => `/apis/coordination.k8s.io/v1/namespaces/${scenario.namespace}/leases/${leaseName(scenario.agentId)}`

function launch(environment: Readonly<Record<string, string>> = {}): RunnerProcess {
  const replica = launchReplica(scenario, environment)
  running.push(replica)
  return replica
}

/** A leader that is linked, and a standby that has seen its lease. */
async function twoReplicas(ofLeader: Readonly<Record<string, string>> = {}): Promise<{ readonly leader: RunnerProcess; readonly standby: RunnerProcess }> {
  const leader = launch(ofLeader)
  await leader.waitForLine('linked to Collate')
  const standby = launch()
  await standsBy(standby)
  return { leader, standby }
}

async function holder(): Promise<unknown> {
  const { spec } = (await callJson(scenario.cluster.api, { method: 'GET', path: leasePath() })) as { spec: { holderIdentity?: string } }
  return spec.holderIdentity
}

describe.each(WAYS_TO_GO)('a leader that gets %s', (way) => {
  test('is replaced in time, and what ends meanwhile is told once', async () => {
    const { leader, standby } = await twoReplicas()
    const gate = await scenario.place.gate()
    const { runId } = await accepted(scenario, { waitAt: gate.url, end: 'none' })
    await scenario.collate.waitForStatus({ runId, state: 'running' })
    const { untilLinkedMs } = await failOver(scenario, leader, standby, way, gate.open)
    expect(untilLinkedMs).toBeLessThan(LIMIT_MS)
    expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
    expect(await podsEverStarted(scenario, runId)).toHaveLength(1)
    expect((await historyOf(scenario, runId)).filter((entry) => entry.startsWith('success'))).toEqual(['success by runner'])
    if (way === 'SIGTERM') expect(await leader.exited()).toBe(0)
  })
})

test('a standby has no series of a link, and is ready', async () => {
  const { standby } = await twoReplicas()
  const { healthPort, metricsPort } = await standby.waitForLine('runner started')
  const metrics = await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text()
  expect(metrics).toContain('collate_hybrid_agent_leader 0')
  expect(metrics).not.toMatch(/^collate_hybrid_agent_connected /m)
  for (const path of ['livez', 'readyz']) expect((await fetch(`http://127.0.0.1:${String(healthPort)}/${path}`)).status).toBe(200)
  expect(await holder()).toMatch(/^runner-\w{5}_[0-9a-f-]{36}$/)
})

test('a leader that was frozen and goes on writes nothing, stands by, and can lead again', async () => {
  const proxy = new ApiProxy(scenario.cluster.apiServerUrl, scenario.cluster.caData)
  await proxy.listen()
  const { leader, standby } = await twoReplicas({ KUBECONFIG: await proxy.writeKubeconfig(scenario.kubeconfig) })
  const gate = await scenario.place.gate()
  const { runId } = await accepted(scenario, { waitAt: gate.url, end: 'none' })
  await scenario.collate.waitForStatus({ runId, state: 'running' })
  await failOver(scenario, leader, standby, 'SIGSTOP', gate.open)
  // Its watch tells it of this end when it wakes up.
  expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
  const callsBefore = proxy.passed.length
  process.kill(leader.pid, 'SIGCONT')
  await leader.waitForLine('this process leads no more')
  await standby.stop()
  await waitFor(() => (leader.lines.filter(({ msg }) => msg === LEADS).length === 2 ? true : undefined), { what: 'the second term' })
  const writes = proxy.passed.slice(callsBefore).filter((call) => !call.startsWith('GET') && !call.includes('/leases/'))
  expect(writes).toEqual([])
  await proxy.stop()
})

test('a runner that is drained gives the lease back', async () => {
  const only = launch()
  await only.waitForLine('linked to Collate')
  expect(await holder()).toBeDefined()
  expect(await only.stop()).toBe(0)
  expect(await holder()).toBeUndefined()
})

test('two that both believe to lead start nothing twice, and each run ends once', async () => {
  const proxy = new ApiProxy(scenario.cluster.apiServerUrl, scenario.cluster.caData)
  await proxy.listen()
  // The second sees another lease in the place of the first one's.
  const name = leaseName(scenario.agentId)
  proxy.rewrite(name, `${name.slice(0, -4)}0000`)
  const first = launch()
  await first.waitForLine(LEADS)
  const second = launch({ KUBECONFIG: await proxy.writeKubeconfig(scenario.kubeconfig) })
  await second.waitForLine('linked to Collate')
  const runs = await Promise.all(Array.from({ length: 5 }, async () => accepted(scenario, { seconds: 1, end: 'none' })))
  for (const { runId } of runs) {
    expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
    expect(await podsEverStarted(scenario, runId)).toHaveLength(1)
    expect(new Set((await historyOf(scenario, runId)).filter((entry) => entry.startsWith('success')))).toEqual(new Set(['success by runner']))
  }
  expect(first.lines.some(({ msg }) => msg === 'this process leads no more')).toBe(false)
  await proxy.stop()
})
