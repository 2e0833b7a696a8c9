/** A REST side of Collate that hangs, while the link works: what the cluster needs goes on. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import { openPlace, type Place, startServer } from '../scenario/place.ts'
import { accepted, historyOf } from '../scenario/run-story.ts'
import { prepareScenario } from '../scenario/scenario.ts'
import { podOf, untilSettled } from '../scenario/settled.ts'

let place: Place
beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'slow-collate' })
})
afterAll(async () => place?.stop())

/** More than the runner has workers. */
const ENDS = 18

test('hung reports hold up no start and no kill, and are told when Collate is back', async () => {
  const scenario = await prepareScenario({ place, agentId: 'slow-collate', ownCollate: await startServer() })
  try {
    await scenario.startRunner()
    const hold = await scenario.collate.hold({ method: 'GET', path: 'pipelineStatus', token: 'runner' })
    const ended = await Promise.all(Array.from({ length: ENDS }, async () => accepted(scenario, { end: 'none' })))
    await hold.waitHeld(120_000, 16)

    const { runId } = await accepted(scenario, { seconds: 120 })
    await scenario.collate.waitForStatus({ runId, state: 'running' }, 9_000)
    expect(await scenario.kill(runId)).toMatchObject({ result: { code: 200 } })
    const isLeaving = async (): Promise<true | undefined> => ((await podOf(scenario, runId))?.metadata.deletionTimestamp === undefined ? undefined : true)
    await waitFor(isLeaving, { what: 'the delete of the killed pod', timeoutMs: 3_000, everyMs: 50 })

    await hold.release()
    for (const run of ended) expect(await untilSettled(scenario, run.runId, 120_000)).toMatchObject({ state: 'success' })
    for (const run of ended) expect((await historyOf(scenario, run.runId)).filter((line) => line === 'success by runner')).toHaveLength(1)
  } finally {
    await scenario.stop()
  }
})
