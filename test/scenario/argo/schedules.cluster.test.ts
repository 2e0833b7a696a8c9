/** Schedules under Argo: a CronWorkflow fires, and what it starts is a run like any other. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cronName } from '../../../compiler/names.ts'
import { waitFor } from '../../cluster/waiting.ts'
import { type KubernetesObject, openPlace, type Place } from '../place.ts'
import { historyOf } from '../run-story.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { deploy, EVERY_MINUTE, scheduledPipeline, tell } from '../schedule-story.ts'
import { recordOf, untilSettled } from '../settled.ts'

let place: Place
let scenario: Scenario

const BUILD_TIMEOUT_MS = 1_200_000

beforeAll(async () => {
  place = await openPlace({ executor: 'argo', namespacePrefix: 'argo-schedules' })
  scenario = await startScenario({ place })
}, BUILD_TIMEOUT_MS)
afterAll(async () => {
  await scenario?.stop()
  await place?.stop()
})

/** A Workflow that the CronWorkflow has started and that is none of those. */
async function untilFired(cron: string, known: readonly string[] = []): Promise<KubernetesObject> {
  const probe = async (): Promise<KubernetesObject | undefined> =>
    (await scenario.list('workflows')).find(({ metadata }) => metadata.name.startsWith(cron) && !known.includes(metadata.uid))
  return waitFor(probe, { what: `a Workflow of ${cron}`, timeoutMs: 150_000 })
}

test('what a CronWorkflow starts is told under the uid of its Workflow, and can be killed by it', { timeout: 480_000 }, async () => {
  const pipeline = scheduledPipeline(scenario)
  const cron = cronName(pipeline.id, scenario.agentId)
  await deploy(pipeline, { schedule: EVERY_MINUTE })
  const first = await untilFired(cron)
  const { uid } = first.metadata
  expect(await untilSettled(scenario, uid, 120_000)).toMatchObject({ state: 'success', isAcknowledged: true })
  expect(await historyOf(scenario, uid)).toEqual(['running by bot', 'success by bot'])
  expect(JSON.parse((await recordOf(scenario, uid))?.data?.['spec'] ?? '{}')).toMatchObject({ startedBy: { kind: 'Workflow', uid } })
  const isReleased = async (): Promise<true | undefined> =>
    (await scenario.list('workflows')).find(({ metadata }) => metadata.uid === uid)?.metadata.finalizers === undefined ? true : undefined
  await waitFor(isReleased, { what: 'the Workflow let go', timeoutMs: 30_000 })

  await deploy(pipeline, { schedule: EVERY_MINUTE, simulate: { seconds: 300 } })
  const second = await untilFired(cron, [uid])
  await scenario.collate.waitForStatus({ runId: second.metadata.uid, state: 'running' }, 60_000)
  expect(await scenario.kill(second.metadata.uid)).toMatchObject({ result: { code: 200 } })
  expect(await untilSettled(scenario, second.metadata.uid, 120_000)).toMatchObject({ state: 'stopped' })

  await tell(pipeline, 'pipeline/delete')
  const isGone = async (): Promise<true | undefined> =>
    (await scenario.list('cronworkflows')).some(({ metadata }) => metadata.name === cron) ? undefined : true
  await waitFor(isGone, { what: 'the CronWorkflow gone', timeoutMs: 60_000 })
})
