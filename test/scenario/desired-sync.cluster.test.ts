/** What Collate wants, and what the cluster has, brought together over the link. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlace, type Place } from './place.ts'
import { historyOf } from './run-story.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { cronOf, deploy, deployParams, ONCE_A_YEAR, scheduledPipeline, startJob, untilCron, untilNoCron } from './schedule-story.ts'
import { untilSettled } from './settled.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'sync' })
})
afterAll(async () => {
  await place?.stop()
})

/** Each test has a runner of its own, so that its list holds its own pipelines. */
async function withRunner(act: (scenario: Scenario) => Promise<void>): Promise<void> {
  const scenario = await startScenario({ place, agentId: `runner-${randomUUID().slice(0, 8)}` })
  try {
    await act(scenario)
  } finally {
    await scenario.stop()
  }
}

async function hint({ collate, agentId }: Scenario): Promise<void> {
  expect(await collate.call('desired/changed', {}, { agentId })).toMatchObject({ result: { code: 200 } })
}

describe.concurrent('a sync', () => {
  test('on a hint deploys what the server has and the cluster has not', async () =>
    withRunner(async (scenario) => {
      const pipeline = scheduledPipeline(scenario)
      await scenario.collate.setDesired({ agentId: scenario.agentId, pipelines: [deployParams(pipeline, { schedule: ONCE_A_YEAR })] })
      await hint(scenario)
      expect((await untilCron(pipeline)).spec.schedule).toBe(ONCE_A_YEAR)
    }))

  test('on a connect changes what was changed while the runner was away', async () =>
    withRunner(async (scenario) => {
      const [changed, gone] = [scheduledPipeline(scenario), scheduledPipeline(scenario)]
      for (const pipeline of [changed, gone]) {
        await deploy(pipeline, { schedule: ONCE_A_YEAR })
        await untilCron(pipeline)
      }
      await scenario.runner().kill()
      await scenario.collate.setDesired({ agentId: scenario.agentId, pipelines: [deployParams(changed, { schedule: '0 0 2 2 *' })] })
      await scenario.startRunner()
      expect((await untilCron(changed, ({ spec }) => spec.schedule === '0 0 2 2 *')).spec.suspend).toBe(false)
      await untilNoCron(gone)
    }))

  test('stops the run of a service that was moved to another runner, and brings its schedule back when it returns', async () =>
    withRunner(async (scenario) => {
      const { collate, agentId } = scenario
      const pipeline = scheduledPipeline(scenario)
      await deploy(pipeline, { schedule: ONCE_A_YEAR, simulate: { seconds: 300 } })
      const { pipelines } = await collate.desired(agentId)
      const { uid } = await startJob(pipeline)
      await collate.waitForStatus({ runId: uid, state: 'running' })
      await collate.setDesired({ agentId, pipelines: [] })
      await hint(scenario)
      expect(await untilSettled(scenario, uid)).toMatchObject({ state: 'stopped' })
      await untilNoCron(pipeline)
      await collate.setDesired({ agentId, pipelines: [...pipelines] })
      await hint(scenario)
      expect((await untilCron(pipeline)).spec.suspend).toBe(false)
    }))

  test('takes nothing off by a list that is not whole', async () =>
    withRunner(async (scenario) => {
      const { collate, agentId } = scenario
      const pipeline = scheduledPipeline(scenario)
      await deploy(pipeline, { schedule: ONCE_A_YEAR })
      const before = await untilCron(pipeline)
      await collate.setDesired({ agentId, pipelines: [], totalPipelines: 1 })
      await hint(scenario)
      await scenario.runner().waitForLine("Collate's list is not complete: nothing was pruned by it")
      expect((await cronOf(pipeline))?.metadata.uid).toBe(before.metadata.uid)
    }))

  test('tells of a run that Collate waits for and nobody has', async () =>
    withRunner(async (scenario) => {
      const { collate, agentId } = scenario
      const [lost, active] = [randomUUID(), randomUUID()]
      const gate = await place.gate()
      const request = scenario.request({ runId: active, pipelineName: `of-${active}`, simulate: { waitAt: gate.url } })
      expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
      const fqn = 'prod_mysql.lost'
      await collate.setDesired({ agentId, runs: [lost, active].map((runId) => ({ runId, pipelineFqn: fqn })) })
      await hint(scenario)
      const { status } = await collate.waitForStatus({ runId: lost, state: 'failed' })
      expect(status.metadata).toMatchObject({ hybridRunner: { failureClass: 'Lost' } })
      gate.open()
      expect(await untilSettled(scenario, active)).toMatchObject({ state: 'success' })
      expect(await historyOf(scenario, active)).toEqual(['running by bot', 'success by bot'])
    }))
})
