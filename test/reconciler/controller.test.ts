import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recordName } from '../../compiler/names.ts'
import { admit } from '../../compiler/admit.ts'
import { acceptRun } from '../../reconciler/request/accept-run.ts'
import { killRun } from '../../reconciler/request/kill-run.ts'
import { ENVIRONMENT } from '../compiler/examples/policy.ts'
import { NOW_MS } from '../compiler/examples/run.ts'
import { aMetadataRun, withPipeline } from '../compiler/examples/run-request.ts'
import { exited, running } from '../support/a-pod.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../support/a-runner.ts'
import { endOfRun, podIn, recordIn } from '../support/run-in-world.ts'

let world: World
const started: TestRunner[] = []
beforeEach(() => {
  world = aWorld()
})
afterEach(async () => {
  for (const runner of started.splice(0)) await runner.controller.stop()
})

async function startRunner(maxActiveRuns: number): Promise<TestRunner> {
  const runner = aRunner(world, { maxActiveRuns })
  started.push(runner)
  await runner.controller.start()
  return runner
}

/** Accepts a run of a pipeline and gives its key. */
async function accept(runner: TestRunner, pipelineId: string = crypto.randomUUID(), maxActiveRuns = 1): Promise<string> {
  // Names in the reverse order of acceptance: lists come by name.
  world.clock.nowMs += 1
  const runId = `${(0xffffffff - (world.clock.nowMs - NOW_MS)).toString(16)}-0000-4000-8000-000000000000`
  await acceptRun(admit, { ...withPipeline({ id: pipelineId, airflowConfig: { maxActiveRuns } }), runId }, runner.context)
  return recordName(runId, ENVIRONMENT.AGENT_ID)
}

async function endWell(key: string): Promise<void> {
  world.cluster.put('pods', exited(await podIn(world, key), 0))
}

function podsOf(...keys: readonly string[]): boolean[] {
  return keys.map((key) => world.cluster.find('pods', `${key}-1`) !== undefined)
}

test('nothing is reconciled before both first lists are in: a list of pods that is late looks like no pod', async () => {
  const first = await startRunner(1)
  const key = await accept(first)
  world.cluster.put('pods', running(await podIn(world, key)))
  await first.controller.stop()
  const podsListed = Promise.withResolvers<void>()
  const list = world.cluster.list.bind(world.cluster)
  const lateList: typeof list = async (kind, options) => {
    if (kind === 'pods') await podsListed.promise
    return list(kind, options)
  }
  Object.assign(world.cluster, { list: lateList })
  const creates = (): number => world.cluster.calls.filter((call) => call === 'create pods').length
  const before = creates()
  const second = aRunner(world, { maxActiveRuns: 1 })
  started.push(second)
  const isStarted = second.controller.start()
  await new Promise(setImmediate)
  expect([second.controller.isSynced(), creates()]).toEqual([false, before])
  podsListed.resolve()
  await isStarted
  await endWell(key)
  await endOfRun(world, key)
  expect(creates()).toBe(before)
})

describe('the limits', () => {
  test('let runs start in the order of their acceptance, each when another has ended', async () => {
    const runner = await startRunner(1)
    const keys = [await accept(runner), await accept(runner), await accept(runner)] as const
    await podIn(world, keys[0])
    expect(runner.controller.counts()).toMatchObject({ active: 1, waiting: 2 })
    await endWell(keys[0])
    await podIn(world, keys[1])
    expect(podsOf(...keys)).toEqual([true, true, false])
    await endWell(keys[1])
    await podIn(world, keys[2])
  })

  test('are not asked for a run that is killed while it waits', async () => {
    const runner = await startRunner(1)
    const [active, killed] = [await accept(runner), await accept(runner)]
    await podIn(world, active)
    await killRun({ runner: 'aws-prod', runId: recordIn(world, killed)?.spec.runId ?? '' }, runner.context)
    expect(runner.controller.counts()).toMatchObject({ active: 1, waiting: 0 })
    await world.cluster.changes.until(() => recordIn(world, killed)?.status.end?.state === 'stopped')
    expect(podsOf(killed)).toEqual([false])
  })

  test('of one pipeline hold back its runs only', async () => {
    const runner = await startRunner(10)
    const pipelineId = crypto.randomUUID()
    const [first, second, other] = [await accept(runner, pipelineId), await accept(runner, pipelineId), await accept(runner)]
    await podIn(world, first)
    await podIn(world, other)
    expect(podsOf(second)).toEqual([false])
    await endWell(first)
    await podIn(world, second)
  })

  test('count the runs that a successor finds: none starts above them, and order is kept', async () => {
    const first = await startRunner(1)
    const keys: string[] = []
    for (let index = 0; index < 12; index += 1) keys.push(await accept(first))
    const [active = '', next = '', ...rest] = keys
    world.cluster.put('pods', running(await podIn(world, active)))
    await first.controller.stop()
    const second = await startRunner(1)
    expect(second.controller.counts()).toMatchObject({ active: 1, waiting: 11 })
    await endWell(active)
    await podIn(world, next)
    expect(podsOf(...rest)).toEqual(rest.map(() => false))
  })

  test('let a run that holds a pod go on when they are lowered', async () => {
    const first = await startRunner(2)
    const keys = [await accept(first), await accept(first), await accept(first)] as const
    await Promise.all([podIn(world, keys[0]), podIn(world, keys[1])])
    await first.controller.stop()
    const second = await startRunner(1)
    expect(second.controller.counts()).toMatchObject({ active: 2, waiting: 1 })
    await endWell(keys[0])
    await world.cluster.changes.until(() => recordIn(world, keys[0])?.status.phase === 'Ended')
    expect(podsOf(keys[2])).toEqual([false])
    await endWell(keys[1])
    await podIn(world, keys[2])
  })
})

describe('a start', () => {
  test('waits for both lists: no run is touched before', async () => {
    const first = await startRunner(10)
    const key = await accept(first)
    await podIn(world, key)
    await first.controller.stop()
    world.cluster.failNext('list', 'Unavailable', { kind: 'pods' })
    world.cluster.calls.length = 0
    const second = await startRunner(10)
    expect(second.controller.isSynced()).toBe(true)
    expect(world.cluster.writes()).toEqual([])
    expect(world.cluster.events.created('pods')).toHaveLength(1)
  })

  test('takes runs in while the watch is broken, and goes on when it is back', async () => {
    const runner = await startRunner(10)
    world.cluster.events.breakWatches('Unavailable')
    const key = await accept(runner)
    await endWell(key)
    expect((await endOfRun(world, key)).status.end).toMatchObject({ state: 'success' })
  })
})

test('a stop ends the watches, and nothing is done any more', async () => {
  const runner = await startRunner(10)
  await world.cluster.changes.until(() => world.cluster.events.watcherCount() === 3)
  await runner.controller.stop()
  await new Promise(setImmediate)
  expect(world.cluster.events.watcherCount()).toBe(0)
  runner.controller.wake('run-x')
  expect(runner.controller.counts().depth).toBe(0)
})

test('progress ages with the silence of the API server', async () => {
  const runner = await startRunner(10)
  world.clock.nowMs += 5_000
  expect(runner.controller.progress()).toEqual({ watchAgeMs: 5_000, queueStalledMs: 0 })
  await world.cluster.changes.until(() => world.cluster.events.watcherCount() === 3)
  world.cluster.events.sendBookmarks()
  await new Promise(setImmediate)
  expect(runner.controller.progress()).toEqual({ watchAgeMs: 0, queueStalledMs: 0 })
})

test('a request for a run that another process accepted is answered from its record', async () => {
  const first = await startRunner(10)
  await acceptRun(admit, aMetadataRun(), first.context)
  const second = await startRunner(10)
  expect(await acceptRun(admit, aMetadataRun(), second.context)).toMatchObject({ code: 200 })
  expect(world.cluster.all('configmaps')).toHaveLength(1)
})

test('a Collate that hangs holds up no start and no kill', async () => {
  const runner = await startRunner(1_000)
  const ended: string[] = []
  for (let index = 0; index < 40; index += 1) ended.push(await accept(runner))
  for (const key of ended) await podIn(world, key)
  const hung = Promise.withResolvers<undefined>()
  let calls = 0
  Object.assign(world.collate, { readStatus: async () => ((calls += 1), world.cluster.changes.notify(), hung.promise) })
  for (const key of ended) await endWell(key)
  await world.cluster.changes.until(() => calls === 40)
  const key = await accept(runner)
  const runId = recordIn(world, key)?.spec.runId ?? ''
  const pod = await podIn(world, key)
  await killRun({ runner: ENVIRONMENT.AGENT_ID, runId }, runner.context)
  await world.cluster.changes.until(() => world.cluster.find('pods', pod.metadata?.name ?? '')?.metadata?.deletionTimestamp !== undefined)
  expect(ended.map((one) => recordIn(world, one)?.status.phase)).not.toContain('Ended')
  hung.resolve(undefined)
  for (const one of ended) await endOfRecord(one)
})

async function endOfRecord(key: string): Promise<void> {
  await world.cluster.changes.until(() => recordIn(world, key)?.status.phase === 'Ended')
}

test('a conflict on old knowledge is mended by reading, also when the watch has died', async () => {
  const silent = { [Symbol.asyncIterator]: () => ({ next: async () => new Promise(() => undefined) }) }
  Object.assign(world.cluster, { watch: () => silent })
  const runner = await startRunner(1)
  const key = await accept(runner)
  const pod = await podIn(world, key)
  const record = world.cluster.find('configmaps', key)
  world.cluster.put('configmaps', { ...record, metadata: { ...record?.metadata, annotations: { somebody: 'was here' } } })
  runner.effects.cache.putPod(world.cluster.put('pods', exited(pod, 0)))
  await endOfRecord(key)
  expect(recordIn(world, key)?.status.end).toMatchObject({ state: 'success' })
  expect(world.cluster.find('configmaps', key)?.metadata?.annotations).toEqual({ somebody: 'was here' })
})
