/** Which run starts when there are more than may run at once. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunRow } from '../../reconciler/cli/run-rows.ts'
import { runCommand } from '../reconciler/cli/run-command.ts'
import { podsEverStarted } from './audit-log.ts'
import { openPlace, type Place } from './place.ts'
import { accepted, historyOf } from './run-story.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { untilSettled } from './settled.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'queue' })
})
afterAll(async () => place?.stop())

/** The run as somebody sees it who has nothing but a kubeconfig. */
async function rowOf({ kubeconfig, namespace, agentId }: Scenario, runId: string): Promise<RunRow | undefined> {
  const { stdout } = await runCommand(['runs', '--namespace', namespace, '--agent', agentId, '-o', 'json'], { env: { KUBECONFIG: kubeconfig } })
  return (JSON.parse(stdout) as RunRow[]).find((row) => row.runId === runId)
}

describe.concurrent('the queue', () => {
  test('starts runs in the order of their acceptance, one after another, and forgets one that is killed before its start', async () => {
    const scenario = await startScenario({ place, agentId: 'one-at-a-time', environment: { MAX_ACTIVE_RUNS: '1' } })
    try {
      const gate = await place.gate()
      const runIds: string[] = []
      for (let index = 0; index < 4; index += 1) runIds.push((await accepted(scenario, { waitAt: gate.url })).runId)
      const killed = await accepted(scenario, {})
      const last = await accepted(scenario, {})
      expect(await scenario.kill(killed.runId)).toMatchObject({ result: { code: 200 } })
      expect(await untilSettled(scenario, killed.runId)).toMatchObject({ state: 'stopped', startedAtMs: null })
      expect(await podsEverStarted(scenario, killed.runId)).toEqual([])
      expect(await historyOf(scenario, killed.runId)).toEqual(['stopped by runner'])
      gate.open()
      const order = [...runIds, last.runId]
      for (const runId of order) expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      const history = (await scenario.collate.history()).filter(({ runId }) => order.includes(runId))
      expect(history.map(({ runId, status }) => `${order.indexOf(runId)} ${status.pipelineState}`)).toEqual(
        order.flatMap((_, index) => [`${index} running`, `${index} success`]),
      )
    } finally {
      await scenario.stop()
    }
  })

  test('tells the place of a run that waits, and the limit that holds it back, to whoever sees the cluster', async () => {
    const scenario = await startScenario({ place, agentId: 'seen-from-outside', environment: { MAX_ACTIVE_RUNS: '1' } })
    try {
      const long = await accepted(scenario, { seconds: 120 })
      const waiting = await accepted(scenario, {})
      expect(await rowOf(scenario, waiting.runId)).toMatchObject({ state: 'queued', place: 1, reason: '1 of 1 runs are active (MAX_ACTIVE_RUNS)' })
      expect(await scenario.kill(long.runId)).toMatchObject({ result: { code: 200 } })
      expect(await untilSettled(scenario, waiting.runId)).toMatchObject({ state: 'success' })
    } finally {
      await scenario.stop()
    }
  })

  test('passes over a run whose pipeline is at its limit', async () => {
    const scenario = await startScenario({ place, agentId: 'two-at-a-time', environment: { MAX_ACTIVE_RUNS: '2' } })
    try {
      const gate = await place.gate()
      const pipeline = scenario.request({ pipelineName: 'limited', simulate: { waitAt: gate.url } })
      const again = { ...pipeline, runId: randomUUID() }
      for (const request of [pipeline, again]) expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
      const other = await accepted(scenario, {})
      expect(await untilSettled(scenario, other.runId)).toMatchObject({ state: 'success' })
      gate.open()
      for (const { runId } of [pipeline, again]) expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      const seqOf = async (runId: string, state: 'running' | 'success'): Promise<number> => (await scenario.collate.waitForStatus({ runId, state })).seq
      expect(await seqOf(again.runId, 'running')).toBeGreaterThan(await seqOf(pipeline.runId, 'success'))
    } finally {
      await scenario.stop()
    }
  })
})
