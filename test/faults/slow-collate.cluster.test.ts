/** A REST side of Collate that hangs, while the link works: what the cluster needs goes on. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CALL_TIMEOUT_MS } from '../../reconciler/collate/rest-client.ts'
import { waitFor } from '../cluster/waiting.ts'
import { auditEvents } from '../scenario/audit-log.ts'
import { openPlace, type Place, startServer } from '../scenario/place.ts'
import { accepted, historyOf } from '../scenario/run-story.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { untilSettled } from '../scenario/settled.ts'

let place: Place
beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'slow-collate' })
})
afterAll(async () => place?.stop())

/** More than the runner has workers, and than it has calls to Collate under way. */
const ENDS = 18
const AT_ONCE = 16
/** A machine that is too busy for what has to come before the hung calls are given up gets another try; a runner whose workers hang never makes it. */
const TRIES = 5

interface Played {
  /** Runs whose ends the runner could not tell. */
  readonly ended: readonly string[]
  /** A pod was created and another one deleted before the runner gave up the first hung call, which would have freed a worker. */
  readonly isInTime: boolean
}

/** When the API server was first asked for this, by its audit log. */
async function askedAtMs({ cluster, namespace }: Scenario, verb: 'create' | 'delete', runId: string): Promise<number> {
  const probe = async (): Promise<number | undefined> =>
    (await auditEvents(cluster, namespace)).find((event) => event.verb === verb && event.resource === 'pods' && event.name.includes(runId) && !event.isDryRun)
      ?.atMs
  return waitFor(probe, { what: `the ${verb} of the pod of ${runId}` })
}

/** A run and many that wait behind it, all of which are killed at once, so that their ends hang together; then a start and a kill. */
async function play(scenario: Scenario): Promise<Played> {
  const { collate } = scenario
  const gate = await place.gate()
  const first = await accepted(scenario, { waitAt: gate.url, end: 'none' })
  await collate.waitForStatus({ runId: first.runId, state: 'running' })
  const waiting = Array.from({ length: ENDS }, () => ({ ...first, runId: randomUUID() }))
  for (const request of waiting) expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })

  const hold = await collate.hold({ method: 'GET', path: 'pipelineStatus', token: 'runner' })
  try {
    await Promise.all(waiting.map(async ({ runId }) => scenario.kill(runId)))
    const [firstHeld] = await hold.waitHeld(AT_ONCE)
    const [another] = await Promise.all([accepted(scenario, { end: 'none' }), scenario.kill(first.runId)])
    const askedMs = [await askedAtMs(scenario, 'create', another.runId), await askedAtMs(scenario, 'delete', first.runId)]
    const heldMs = (await collate.requests()).find(({ seq }) => seq === firstHeld?.seq)?.at ?? 0
    return {
      ended: [first, another, ...waiting].map(({ runId }) => runId),
      isInTime: Math.max(...askedMs) < heldMs + CALL_TIMEOUT_MS,
    }
  } finally {
    await hold.release()
  }
}

test('hung reports hold up no start and no kill, and are told when Collate is back', async () => {
  const scenario = await prepareScenario({ place, agentId: 'slow-collate', ownCollate: await startServer() })
  try {
    await scenario.startRunner()
    const played = [await play(scenario)]
    while (played.at(-1)?.isInTime === false && played.length < TRIES) played.push(await play(scenario))
    expect(played.at(-1)?.isInTime).toBe(true)
    for (const runId of played.flatMap(({ ended }) => ended)) {
      expect((await untilSettled(scenario, runId)).state).toMatch(/^(stopped|success)$/)
      expect((await historyOf(scenario, runId)).filter((line) => /^(stopped|success)/.test(line))).toHaveLength(1)
    }
  } finally {
    await scenario.stop()
  }
})
