/** A cluster that has no Argo, then only its resource definitions: what the runner says, and that it goes on by itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDefinitions } from '../../cluster/argo.ts'
import { externalKubeconfig } from '../../cluster/external-cluster.ts'
import { openPlace, type Place } from '../place.ts'
import { accepted, failureIn, historyOf } from '../run-story.ts'
import { prepareScenario, type Scenario } from '../scenario.ts'
import { untilSettled } from '../settled.ts'

/** A cluster of its own: what is missing here is what the others share. */
const CLUSTER = `argo-less-${process.pid}`

let place: Place
let scenario: Scenario

describe.skipIf(externalKubeconfig() !== undefined)('under Argo without a controller', () => {
  beforeAll(async () => {
    place = await openPlace({ executor: 'argo', namespacePrefix: 'argo-less', cluster: { name: CLUSTER, nodes: 'none', argo: false, reuse: false } })
    scenario = await prepareScenario({ place })
  })
  afterAll(async () => {
    await scenario?.stop()
    await place?.stop()
    await place?.cluster.stop()
  })

  test('the runner says what is missing, goes on once it is there, and tells that nobody runs its Workflows', async () => {
    const runner = scenario.launchRunner()
    const { level } = await runner.waitForLine(({ msg }) => msg.includes("does not serve Argo's Workflows") && msg.includes('EXECUTOR_TYPE'))
    expect(level).toBe('error')
    await createDefinitions(place.cluster.api, false)
    await runner.waitForLine('linked to Collate')

    const { runId } = await accepted(scenario)
    const told = await scenario.collate.waitForStatus({ runId, state: 'queued', writer: 'runner' })
    expect(failureIn(told.status)).toMatchObject({
      name: 'Unschedulable',
      error: expect.stringMatching(/^Argo: no workflow controller has taken up Workflow run-.*\n.*workflow-controller runs/),
    })
    await scenario.kill(runId)
    expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'stopped' })
    expect((await historyOf(scenario, runId)).at(-1)).toBe('stopped by runner')
  })
})
