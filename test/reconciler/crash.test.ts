import { describe, expect, test } from 'vitest'
import { handleRequest } from '../../reconciler/request/handle-request.ts'
import { aMetadataRun } from '../compiler/examples/run-request.ts'
import { aRunner, aWorld, RECORD_TTL_MS, type TestRunner, type World } from '../support/a-runner.ts'
import { startKubelet } from '../support/fake-kubelet.ts'
import { type Death, mortal } from '../support/mortal.ts'
import { endOfRun, endsTold, recordIn, RUN_KEY } from '../support/run-in-world.ts'

const WRITES = ['record', 'payload', 'pod', 'status in Collate', 'end', 'finalizer off', 'record deleted'] as const

const DEATHS = WRITES.flatMap((write, atWrite) => [
  { write, moment: 'just before', atWrite, isDone: false },
  { write, moment: 'just after', atWrite, isDone: true },
])

describe('a runner that is killed', () => {
  test.each(DEATHS)('$moment the write of: $write, leaves a run that its successor ends once, with one pod', async (death) => {
    const world = aWorld()
    const stopKubelet = startKubelet(world)
    const wasAccepted = await liveAndDie(world, death)
    const successor = aRunner(world)
    await successor.controller.start()
    if (!wasAccepted) expect(await request(successor)).toMatchObject({ code: 200 })
    await untilOver(world, successor, death)
    expect(world.cluster.events.created('pods')).toHaveLength(1)
    expect(endsTold(world)).toEqual(['success'])
    stopKubelet()
    await successor.controller.stop()
  })
})

/** Gives whether the request was answered before the death. */
async function liveAndDie(world: World, death: Death): Promise<boolean> {
  const victim = mortal(world, death)
  const runner = aRunner(victim.world)
  await runner.controller.start()
  const answered = await Promise.race([request(runner), victim.died])
  if (death.atWrite === WRITES.indexOf('record deleted')) {
    await endOfRun(world)
    world.clock.nowMs += 2 * RECORD_TTL_MS
    runner.controller.wake(RUN_KEY)
  }
  await victim.died
  return answered !== undefined
}

async function untilOver(world: World, successor: TestRunner, { atWrite }: Death): Promise<void> {
  if (atWrite === WRITES.indexOf('record deleted')) return world.cluster.changes.until(() => recordIn(world) === undefined)
  expect((await endOfRun(world)).status.end).toMatchObject({ state: 'success', isAcknowledged: true })
  await world.cluster.changes.until(() => successor.controller.counts().active === 0)
}

describe('a write of the cluster', () => {
  const faults = WRITES.filter((write) => write !== 'status in Collate').flatMap((write, skip) => [
    { write, sort: 'is done and whose answer is lost', code: 'Unavailable', skip, isDone: true } as const,
    { write, sort: 'fails', code: 'Unavailable', skip, isDone: false } as const,
    { write, sort: 'is throttled', code: 'Throttled', skip, isDone: false } as const,
  ])

  test.each(faults)('that $sort ($write) still gives one pod and one end', async ({ code, skip, isDone }) => {
    const world = aWorld()
    const stopKubelet = startKubelet(world)
    const runner = aRunner(world)
    await runner.controller.start()
    world.cluster.failNext('write', code, { skip, isDone })
    let answer = await request(runner)
    if (answer.code === 503) answer = await request(runner)
    expect(answer).toMatchObject({ code: 200 })
    await endOfRun(world)
    world.clock.nowMs += 2 * RECORD_TTL_MS
    runner.controller.wake(RUN_KEY)
    await world.cluster.changes.until(() => recordIn(world) === undefined)
    expect(world.cluster.events.created('pods')).toHaveLength(1)
    expect(endsTold(world)).toEqual(['success'])
    stopKubelet()
    await runner.controller.stop()
  })
})

async function request({ context }: TestRunner) {
  return handleRequest('pipeline/run', aMetadataRun(), context)
}
