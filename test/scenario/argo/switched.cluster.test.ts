/** The executor is switched while runs are active: they are adopted as they are, and nothing runs twice. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlace, type Place } from '../place.ts'
import { accepted, historyOf } from '../run-story.ts'
import { prepareScenario } from '../scenario.ts'
import { attemptOf, untilSettled } from '../settled.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace({ executor: 'argo', namespacePrefix: 'switched' })
})
afterAll(async () => place?.stop())

describe.concurrent('a run that is active when the executor is switched', () => {
  test.for([
    { from: 'argo', to: 'simpleK8s', object: 'Workflow' },
    { from: 'simpleK8s', to: 'argo', object: 'Pod' },
  ])('from $from to $to ends as what it was started as, told once; the next one starts as $to', async ({ from, to, object }) => {
    const scenario = await prepareScenario({ place, agentId: `from-${from.toLowerCase()}` })
    try {
      const first = await scenario.startRunner({ EXECUTOR_TYPE: from })
      const gate = await place.gate()
      const { runId } = await accepted(scenario, { waitAt: gate.url, end: 'none' })
      await scenario.collate.waitForStatus({ runId, state: 'running' })
      await first.stop()
      await scenario.startRunner({ EXECUTOR_TYPE: to })
      gate.open()
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      expect(await historyOf(scenario, runId)).toEqual(['running by bot', 'success by runner'])
      expect((await scenario.pods()).filter(({ metadata }) => metadata.name.includes(runId))).toHaveLength(1)
      expect((await attemptOf(scenario, runId))?.spec?.['templates'] === undefined ? 'Pod' : 'Workflow').toBe(object)

      const next = await accepted(scenario)
      expect(await untilSettled(scenario, next.runId)).toMatchObject({ state: 'success' })
      expect((await attemptOf(scenario, next.runId))?.spec?.['templates'] === undefined).toBe(to === 'simpleK8s')
    } finally {
      await scenario.stop()
    }
  })
})
