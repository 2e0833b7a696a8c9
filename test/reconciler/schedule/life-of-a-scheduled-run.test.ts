import type { V1Job } from '@kubernetes/client-node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recordName } from '../../../compiler/names.ts'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { killRun } from '../../../reconciler/request/kill-run.ts'
import { aDeploy } from '../../compiler/examples/schedule.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { ENVIRONMENT } from '../../compiler/examples/policy.ts'
import { exited, running } from '../../support/a-pod.ts'
import { aRunner, aWorld, RECORD_TTL_MS, type TestRunner, type World } from '../../support/a-runner.ts'
import { CRON_NAME, cronIn, revisionsIn, thePipeline } from '../../support/a-schedule.ts'
import { fire, makePod, over } from '../../support/fake-cron.ts'
import { endOfRun, endsTold, podIn, recordIn } from '../../support/run-in-world.ts'

let world: World
let runner: TestRunner

async function start(options: Parameters<typeof aRunner>[1] = {}): Promise<void> {
  runner = aRunner(world, options)
  await runner.schedules.controller.sync()
  await runner.controller.start()
  runner.schedules.controller.start()
}

async function stop(): Promise<void> {
  await runner.schedules.controller.stop()
  await runner.controller.stop()
}

const LATER = NOW_MS + 1_000
const FQN = 'prod_mysql.nightly'

async function ask(method: Parameters<typeof handleRequest>[0], params: unknown): Promise<void> {
  expect(await handleRequest(method, params, runner.context)).toMatchObject({ code: 200 })
}

const keyOf = (job: V1Job): string => recordName(job.metadata?.uid ?? '', ENVIRONMENT.AGENT_ID)

async function adopted(job: V1Job): Promise<void> {
  await world.cluster.changes.until(() => recordIn(world, keyOf(job)) !== undefined)
}

async function untilIdle(): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet = runner.controller.counts().depth + runner.schedules.controller.depth() === 0 ? quiet + 1 : 0)
    await new Promise(setImmediate)
}

beforeEach(async () => {
  world = aWorld()
  await start()
  await ask('pipeline/deploy', aDeploy({ retries: 0 }))
  await cronIn(world)
  await untilIdle()
  world.cluster.calls.length = 0
})
afterEach(stop)

describe('a Job of a schedule', () => {
  test('becomes a run under its uid that costs record, end and finalizer, and is told once', async () => {
    const job = await fire(world)
    await adopted(job)
    const pod = world.cluster.put('pods', running(makePod(world, job)))
    await untilIdle()
    expect(runner.controller.counts().active).toBe(1)
    world.collate.post(FQN, { runId: job.metadata?.uid ?? '', pipelineState: 'success' })
    world.cluster.put('pods', exited(pod, 0))
    world.cluster.put('jobs', over(job, 'Complete', 'CompletionsReached'))
    const record = await endOfRun(world, keyOf(job))
    await untilIdle()
    expect(record.spec).toMatchObject({ runId: job.metadata?.uid, startedBy: { kind: 'Job', name: job.metadata?.name }, pipeline: { fullyQualifiedName: FQN } })
    expect(record.status.end).toMatchObject({ state: 'success', isAcknowledged: true })
    expect(endsTold(world)).toEqual(['success'])
    expect(world.cluster.calls).toEqual(['create configmaps', 'mergePatch configmaps', 'jsonPatch pods'])
  })

  test('goes with the record when its time is over, and is not taken for a new run', async () => {
    const job = await fire(world)
    await adopted(job)
    world.cluster.put('pods', exited(makePod(world, job), 0))
    await endOfRun(world, keyOf(job))
    await untilIdle()
    world.cluster.calls.length = 0
    world.clock.nowMs += 2 * RECORD_TTL_MS
    runner.controller.wake(keyOf(job))
    await world.cluster.changes.until(() => recordIn(world, keyOf(job)) === undefined)
    await untilIdle()
    expect(world.cluster.all('jobs')).toEqual([])
    expect(world.cluster.calls.filter((call) => !call.endsWith('cronjobs'))).toEqual(['delete jobs', 'delete configmaps'])
    expect(endsTold(world)).toEqual(['success'])
    expect(world.cluster.events.created('configmaps').filter((name) => name === keyOf(job))).toHaveLength(1)
  })

  test('that fired and ended while no runner was there is told by the next one', async () => {
    await stop()
    const job = await fire(world)
    world.cluster.put('pods', exited(makePod(world, job), 3))
    world.cluster.put('jobs', over(job, 'Failed', 'BackoffLimitExceeded'))
    await start()
    expect((await endOfRun(world, keyOf(job))).status.end).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    expect(endsTold(world)).toEqual(['failed'])
  })

  test('whose pod is seen before it is no orphan', async () => {
    world.cluster.events.breakWatches('Unavailable')
    const job = await fire(world)
    await runner.controller.stop()
    await runner.schedules.controller.stop()
    await start()
    world.cluster.put('pods', running(makePod(world, job)))
    await adopted(job)
    await untilIdle()
    expect(world.cluster.all('pods')[0]?.metadata?.deletionTimestamp).toBeUndefined()
  })

  test('counts against the limits and is not held back by them', async () => {
    await stop()
    await start({ maxActiveRuns: 1 })
    const { runId, ...request } = { runId: crypto.randomUUID(), ...aDeploy() }
    await ask('pipeline/run', { ...request, runId, ingestionPipeline: { ...request.ingestionPipeline, id: crypto.randomUUID() } })
    const asked = recordName(runId, ENVIRONMENT.AGENT_ID)
    await podIn(world, asked)
    const job = await fire(world)
    await adopted(job)
    expect(runner.controller.counts().active).toBe(2)
  })

  test('that failed is tried again by a pod of the runner', async () => {
    await ask('pipeline/deploy', aDeploy({ retries: 1, retryDelay: 0 }, { updatedAt: LATER }))
    await world.cluster.changes.until(() => revisionsIn(world).length === 1)
    const job = await fire(world)
    await adopted(job)
    world.cluster.put('pods', exited(makePod(world, job), 3))
    world.clock.nowMs += 120_000
    await world.cluster.changes.until(() => recordIn(world, keyOf(job))?.status.attempt === 2)
    runner.controller.wake(keyOf(job))
    await world.cluster.changes.until(() => world.cluster.find('pods', `${keyOf(job)}-2`) !== undefined)
    const second = world.cluster.find('pods', `${keyOf(job)}-2`)
    world.cluster.put('pods', exited(second ?? {}, 0, { atMs: world.clock.nowMs }))
    expect((await endOfRun(world, keyOf(job))).status.end).toMatchObject({ state: 'success' })
  })
})

describe('a run by schedule that somebody stops', () => {
  test('loses its pod, and is told as stopped once that is gone', async () => {
    const job = await fire(world)
    await adopted(job)
    const pod = world.cluster.put('pods', running(makePod(world, job)))
    await killRun({ runner: 'aws-prod', runId: job.metadata?.uid ?? '' }, runner.context)
    await world.cluster.changes.until(() => world.cluster.find('pods', pod.metadata?.name ?? '')?.metadata?.deletionTimestamp !== undefined)
    expect(endsTold(world)).toEqual([])
    world.cluster.put('pods', exited(world.cluster.find('pods', pod.metadata?.name ?? '') ?? pod, 143, { atMs: world.clock.nowMs + 1_000 }))
    expect((await endOfRun(world, keyOf(job))).status.end).toMatchObject({ state: 'stopped' })
  })

  test('loses its Job when it has no pod yet', async () => {
    const job = await fire(world)
    await adopted(job)
    await killRun({ runner: 'aws-prod', runId: job.metadata?.uid ?? '' }, runner.context)
    expect((await endOfRun(world, keyOf(job))).status.end).toMatchObject({ state: 'stopped' })
    expect(world.cluster.all('jobs')).toEqual([])
  })

  test('by deleting its Job is told as deleted', async () => {
    const job = await fire(world)
    await adopted(job)
    await world.cluster.delete('jobs', job.metadata?.name ?? '', { uid: job.metadata?.uid ?? '' })
    expect((await endOfRun(world, keyOf(job))).status.end).toMatchObject({ state: 'failed', failureClass: 'Deleted' })
  })
})

describe('a schedule with an active run', () => {
  test('that is redeployed keeps the payload of that run until it has ended', async () => {
    const job = await fire(world)
    await adopted(job)
    const pod = world.cluster.put('pods', running(makePod(world, job)))
    await ask('pipeline/deploy', aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER }))
    await cronIn(world, ({ spec }) => spec?.schedule === '0 3 * * *')
    await world.cluster.changes.until(() => revisionsIn(world).some(({ status }) => status.phase === 'Retired'))
    expect(world.cluster.all('secrets')).toHaveLength(2)
    world.cluster.put('pods', exited(pod, 0))
    await endOfRun(world, keyOf(job))
    await world.cluster.changes.until(() => revisionsIn(world).length === 1)
    expect(world.cluster.all('secrets')).toHaveLength(1)
  })

  test('that is deleted fires no more, stops the run, and goes when that has ended', async () => {
    const job = await fire(world)
    await adopted(job)
    const pod = world.cluster.put('pods', running(makePod(world, job)))
    await ask('pipeline/delete', thePipeline(LATER))
    await cronIn(world, ({ spec }) => spec?.suspend === true)
    await world.cluster.changes.until(() => world.cluster.find('pods', pod.metadata?.name ?? '')?.metadata?.deletionTimestamp !== undefined)
    world.cluster.put('pods', exited(world.cluster.find('pods', pod.metadata?.name ?? '') ?? pod, 143, { atMs: world.clock.nowMs + 1_000 }))
    expect((await endOfRun(world, keyOf(job))).status.end).toMatchObject({ state: 'stopped' })
    await world.cluster.changes.until(() => world.cluster.find('cronjobs', CRON_NAME) === undefined)
    expect(endsTold(world)).toEqual(['stopped'])
  })

  test('that is deleted stops also a Job that is seen only afterwards', async () => {
    await stop()
    const job = await fire(world)
    runner = aRunner(world)
    await runner.schedules.controller.sync()
    await ask('pipeline/delete', thePipeline(LATER))
    await runner.controller.start()
    runner.schedules.controller.start()
    expect((await endOfRun(world, keyOf(job))).status.end).toMatchObject({ state: 'stopped' })
  })
})
