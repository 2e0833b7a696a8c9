import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { admit } from '../../../compiler/admit.ts'
import { acceptRun } from '../../../reconciler/request/accept-run.ts'
import { aMetadataRun } from '../../compiler/examples/run-request.ts'
import { exited, running } from '../../support/a-pod.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../../support/a-runner.ts'
import { endOfRun, endsTold, podIn, recordIn, RUN_KEY } from '../../support/run-in-world.ts'

let world: World
const started: TestRunner[] = []
beforeEach(() => {
  world = aWorld()
})
afterEach(async () => {
  for (const runner of started.splice(0)) await runner.controller.stop()
})

async function start(isLeading: boolean): Promise<TestRunner> {
  const runner = aRunner(world, { isLeading })
  started.push(runner)
  await runner.controller.start()
  return runner
}

/** Until all that is going on at once has come to rest. */
async function atRest(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await new Promise(setImmediate)
}

describe('a standby', () => {
  test('knows every run and touches none, whatever happens', async () => {
    const leader = await start(true)
    const standby = await start(false)
    await acceptRun(admit, aMetadataRun(), leader.context)
    world.cluster.put('pods', running(await podIn(world)))
    await leader.controller.standBy()
    await atRest()
    world.cluster.calls.length = 0
    world.cluster.put('pods', exited(await podIn(world), 0))
    await atRest()
    expect(standby.controller.counts()).toEqual({ active: 1, waiting: 0, depth: 0 })
    expect(world.cluster.calls).toEqual([])
    expect(recordIn(world)?.status.phase).toBe('Queued')
  })

  test('that comes to lead ends what ended while nobody led, without a list but of what an Argo of before may have left', async () => {
    const leader = await start(true)
    const standby = await start(false)
    await acceptRun(admit, aMetadataRun(), leader.context)
    world.cluster.put('pods', running(await podIn(world)))
    await leader.controller.standBy()
    world.cluster.put('pods', exited(await podIn(world), 0))
    await atRest()
    world.cluster.calls.length = 0
    await standby.controller.lead()
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'success' })
    expect(world.cluster.calls.filter((call) => call.startsWith('list'))).toEqual(['list cronworkflows', 'list workflows'])
  })

  test('starts what a leader accepted and did not start', async () => {
    const leader = await start(true)
    const standby = await start(false)
    await leader.controller.standBy()
    await acceptRun(admit, aMetadataRun(), leader.context)
    await atRest()
    expect(world.cluster.all('pods')).toEqual([])
    await standby.controller.lead()
    await podIn(world)
    expect(world.cluster.events.created('pods')).toHaveLength(1)
  })
})

test('a leader that stands by and leads again does not believe what it knew of payloads', async () => {
  const runner = await start(true)
  const { payloads } = runner.effects
  payloads.markPresent('here')
  payloads.expect('away')
  await runner.controller.standBy()
  await runner.controller.lead()
  const of = (secretName: string) => payloads.of({ spec: { payload: { secretName, delivery: 'env', secrets: 'none' } } })
  expect([of('here'), of('away')]).toEqual(['unknown', 'unknown'])
})

test('two that both lead start nothing twice and tell one end', async () => {
  const [one, other] = [await start(true), await start(true)]
  expect(await Promise.all([acceptRun(admit, aMetadataRun(), one.context), acceptRun(admit, aMetadataRun(), other.context)])).toMatchObject([
    { code: 200 },
    { code: 200 },
  ])
  world.cluster.put('pods', running(await podIn(world)))
  await atRest()
  world.cluster.put('pods', exited(await podIn(world), 0))
  await endOfRun(world)
  await atRest()
  expect(world.cluster.events.created('pods')).toEqual([`${RUN_KEY}-1`])
  expect(new Set(endsTold(world))).toEqual(new Set(['success']))
})
