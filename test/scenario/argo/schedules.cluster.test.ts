/** Schedules under Argo: the CronWorkflow follows its record, and each Workflow that it starts is a run under its own uid. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cronName } from '../../../compiler/names.ts'
import { waitFor } from '../../cluster/waiting.ts'
import { openPlace, type Place } from '../place.ts'
import { historyOf } from '../run-story.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import {
  deploy,
  editCron,
  EVERY_MINUTE,
  expectFiringAtStart,
  type ScheduledPipeline,
  scheduledPipeline,
  tell,
  untilCron,
  untilFired,
  untilNoCron,
} from '../schedule-story.ts'
import { untilSettled } from '../settled.ts'

let place: Place
let scenario: Scenario

beforeAll(async () => {
  place = await openPlace({ executor: 'argo', namespacePrefix: 'argo-schedules' })
  scenario = await startScenario({ place })
})
afterAll(async () => {
  await scenario?.stop()
  await place?.stop()
})

/** How often the runner has written the CronWorkflow of the pipeline. */
function writes({ id, scenario: { agentId } }: ScheduledPipeline): number {
  return scenario.runner().lines.filter(({ msg, cron }) => msg === 'schedule applied' && cron === cronName(id, agentId)).length
}

describe.concurrent('a schedule under Argo', () => {
  test('that starts at the very time it is due fires then, as was told', async () => {
    const pipeline = scheduledPipeline(scenario)
    await expectFiringAtStart(pipeline)
    await tell(pipeline, 'pipeline/delete')
    await untilNoCron(pipeline)
  })

  test('fires, is told under the uid of its Workflow, comes back when it is edited, and goes when it is deleted', async () => {
    const pipeline = scheduledPipeline(scenario)
    await deploy(pipeline, { schedule: EVERY_MINUTE })
    const runId = (await untilFired(pipeline)).metadata.uid
    expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success', isAcknowledged: true })
    expect(await historyOf(scenario, runId)).toEqual(['running by bot', 'success by bot'])

    const before = writes(pipeline)
    await editCron(pipeline, { spec: { suspend: true } })
    await untilCron(pipeline, ({ spec }) => !spec.suspend)
    await waitFor(() => (writes(pipeline) > before ? true : undefined), { what: 'the log line of the write' })
    expect(writes(pipeline)).toBe(before + 1)

    await tell(pipeline, 'pipeline/delete')
    await untilNoCron(pipeline)
  })

  test('starts what can be killed by the uid of its Workflow, which is let go then', async () => {
    const pipeline = scheduledPipeline(scenario)
    await deploy(pipeline, { schedule: EVERY_MINUTE, simulate: { seconds: 300 } })
    const runId = (await untilFired(pipeline)).metadata.uid
    await scenario.collate.waitForStatus({ runId, state: 'running' })
    expect(await scenario.kill(runId)).toMatchObject({ result: { code: 200 } })
    expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'stopped' })
    const isGone = async (): Promise<true | undefined> => ((await scenario.list('workflows')).some(({ metadata }) => metadata.uid === runId) ? undefined : true)
    await waitFor(isGone, { what: 'the Workflow gone' })
    await tell(pipeline, 'pipeline/delete')
    await untilNoCron(pipeline)
  })
})
