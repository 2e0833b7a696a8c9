/** Which run starts when there are more than may run at once. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { podsEverStarted } from './audit-log.ts'
import { openPlace, type Place } from './place.ts'
import { accepted, historyOf } from './run-story.ts'
import { startScenario } from './scenario.ts'
import { untilSettled } from './settled.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'queue' })
})
afterAll(async () => place?.stop())

describe.concurrent('the queue', () => {
  test('starts runs in the order of their acceptance, one after another, and forgets one that is killed before its start', async () => {
    const scenario = await startScenario({ place, agentId: 'one-at-a-time', environment: { MAX_ACTIVE_RUNS: '1' } })
    try {
      const runIds: string[] = []
      for (let index = 0; index < 4; index += 1) runIds.push((await accepted(scenario, { seconds: 0.5 })).runId)
      const killed = await accepted(scenario, {})
      const last = await accepted(scenario, {})
      expect(await scenario.kill(killed.runId)).toMatchObject({ result: { code: 200 } })
      expect(await untilSettled(scenario, killed.runId)).toMatchObject({ state: 'stopped', startedAtMs: null })
      expect(await podsEverStarted(scenario, killed.runId)).toEqual([])
      expect(await historyOf(scenario, killed.runId)).toEqual(['stopped by runner'])
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

  test('passes over a run whose pipeline is at its limit', async () => {
    const scenario = await startScenario({ place, agentId: 'two-at-a-time', environment: { MAX_ACTIVE_RUNS: '2' } })
    try {
      const pipeline = scenario.request({ pipelineName: 'limited', simulate: { seconds: 3 } })
      const again = { ...pipeline, runId: randomUUID() }
      for (const request of [pipeline, again]) expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
      const other = await accepted(scenario, {})
      for (const { runId } of [pipeline, again, other]) expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      const seqOf = async (runId: string, state: 'running' | 'success'): Promise<number> => (await scenario.collate.waitForStatus({ runId, state })).seq
      expect(await seqOf(other.runId, 'success')).toBeLessThan(await seqOf(pipeline.runId, 'success'))
      expect(await seqOf(again.runId, 'running')).toBeGreaterThan(await seqOf(pipeline.runId, 'success'))
    } finally {
      await scenario.stop()
    }
  })
})
