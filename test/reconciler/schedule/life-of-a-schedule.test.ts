import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ServiceResponse } from '../../../reconciler/link/protocol.ts'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { aDeploy, DAY_MS } from '../../compiler/examples/schedule.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../../support/a-runner.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'
import { CRON_NAME, cronIn, payloadOf, PIPELINE_ID, revisionsIn, shownSchedules, thePipeline } from '../../support/a-schedule.ts'

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

beforeEach(async () => {
  world = aWorld()
  await start()
  world.cluster.calls.length = 0
})
afterEach(stop)

async function ask(method: Parameters<typeof handleRequest>[0], params: unknown): Promise<ServiceResponse> {
  return handleRequest(method, params, runner.context)
}

/** All that is to do now is done. */
async function untilIdle(): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet = runner.schedules.controller.depth() === 0 ? quiet + 1 : 0) await new Promise(setImmediate)
}

/** A schedule has a CronWorkflow, and no runner of the executor that made it is there any more. */
async function switchFromArgo(): Promise<void> {
  await stop()
  await start({ policy: aPolicy({ EXECUTOR_TYPE: 'argo' }) })
  await ask('pipeline/deploy', aDeploy())
  await world.cluster.changes.until(() => world.cluster.all('cronworkflows').length === 1)
  await stop()
}

const LATER = NOW_MS + 1_000
/** 2 o'clock in Berlin, when the example's schedule is due. */
const DUE_MS = Date.UTC(2026, 0, 15, 1, 0, 0)

describe('a deploy', () => {
  test('costs record, payload and CronJob, and tells the next run', async () => {
    const answered = await ask('pipeline/deploy', aDeploy())
    expect(answered).toMatchObject({ code: 200, data: { nextRun: expect.any(Number) } })
    const nextRun = new Date(answered.data?.['nextRun'] as number)
    expect(nextRun.toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' })).toBe('02:00:00')
    expect((await cronIn(world)).metadata?.ownerReferences).toMatchObject([{ uid: revisionsIn(world)[0]?.uid }])
    await untilIdle()
    expect(world.cluster.writes()).toEqual(['create configmaps', 'create secrets', 'create cronjobs'])
  })

  test('of a pipeline whose id is a UUID of no known version is one like any other, also for what comes after it', async () => {
    const id = '12345678-90AB-0000-0000-1234567890ab'
    const deploy = aDeploy({}, { id })
    expect(await ask('pipeline/deploy', deploy)).toMatchObject({ code: 200 })
    const { runner: agent, ingestionPipeline } = deploy
    expect(await ask('pipeline/toggle', { runner: agent, ingestionPipeline: { ...ingestionPipeline, updatedAt: LATER }, enabled: false })).toMatchObject({
      code: 200,
    })
    expect(await ask('pipeline/kill', { runner: agent, ingestionPipeline })).toMatchObject({ code: 200 })
    expect(await ask('pipeline/delete', { runner: agent, ingestionPipeline: { ...ingestionPipeline, updatedAt: LATER + 1 } })).toMatchObject({ code: 200 })
  })

  test('a few seconds after it was due begins at once, for a runner that goes would leave it off; a switching on then waits', async () => {
    world.clock.nowMs = DUE_MS + 10_000
    await ask('pipeline/deploy', aDeploy({}, { updatedAt: DUE_MS }))
    await cronIn(world)
    runner.schedules.controller.wakeAll()
    await untilIdle()
    expect((await cronIn(world)).spec).toMatchObject({ suspend: false, startingDeadlineSeconds: 30 })
    world.clock.nowMs += DAY_MS
    for (const [index, enabled] of [false, true].entries()) await ask('pipeline/toggle', { ...thePipeline(DUE_MS + 1 + index), enabled })
    await untilIdle()
    expect((await cronIn(world)).spec).toMatchObject({ suspend: true })
  })

  test('that is repeated writes nothing', async () => {
    await ask('pipeline/deploy', aDeploy())
    await cronIn(world)
    await untilIdle()
    const before = world.cluster.writes().length
    expect(await ask('pipeline/deploy', aDeploy())).toMatchObject({ code: 200 })
    await untilIdle()
    expect(world.cluster.writes().length).toBe(before)
  })

  test('that is repeated with a later updatedAt costs one patch of the record', async () => {
    await ask('pipeline/deploy', aDeploy())
    await cronIn(world)
    await untilIdle()
    const before = world.cluster.writes().length
    await ask('pipeline/deploy', aDeploy({}, { updatedAt: LATER }))
    await untilIdle()
    expect(world.cluster.writes().slice(before)).toEqual(['mergePatch configmaps'])
    expect(revisionsIn(world)).toMatchObject([{ status: { updatedAtMs: LATER } }])
  })

  test('of another content gives the CronJob to the new revision, and the old one goes', async () => {
    await ask('pipeline/deploy', aDeploy())
    const before = await cronIn(world)
    await ask('pipeline/deploy', aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER }))
    const after = await cronIn(world, ({ spec }) => spec?.schedule === '0 3 * * *')
    await world.cluster.changes.until(() => revisionsIn(world).length === 1)
    await untilIdle()
    expect(after.metadata?.uid).toBe(before.metadata?.uid)
    expect(after.metadata?.ownerReferences).toMatchObject([{ uid: revisionsIn(world)[0]?.uid }])
    expect(payloadOf(after)).not.toBe(payloadOf(before))
    expect(world.cluster.all('secrets').map(({ metadata }) => metadata?.name)).toEqual([payloadOf(after)])
    expect(world.cluster.find('cronjobs', CRON_NAME)).toBeDefined()
  })

  test('that is older than what is known is superseded and changes nothing', async () => {
    await ask('pipeline/deploy', aDeploy({}, { updatedAt: LATER }))
    await cronIn(world)
    await untilIdle()
    const before = world.cluster.writes().length
    const answered = await ask('pipeline/deploy', aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER - 1 }))
    expect(answered).toMatchObject({ code: 200, reason: expect.stringContaining('superseded') })
    await untilIdle()
    expect(world.cluster.writes().length).toBe(before)
  })

  test('whose payload the cluster does not take leaves nothing behind', async () => {
    world.cluster.failNext('create', 'QuotaExceeded', { kind: 'secrets', message: 'exceeded quota: secrets' })
    expect(await ask('pipeline/deploy', aDeploy())).toMatchObject({ code: 503, reason: expect.stringContaining('exceeded quota') })
    await untilIdle()
    expect(world.cluster.all('configmaps')).toEqual([])
    expect(world.cluster.all('cronjobs')).toEqual([])
  })

  test('that comes again, to a runner that has not seen the schedule yet, takes nothing away when the cluster does not take its payload', async () => {
    await ask('pipeline/deploy', aDeploy())
    const cron = await cronIn(world)
    world.cluster.failNext('create', 'QuotaExceeded', { kind: 'secrets', message: 'exceeded quota: secrets' })
    expect(await handleRequest('pipeline/deploy', aDeploy(), aRunner(world).context)).toMatchObject({ code: 503 })
    expect(world.cluster.all('configmaps')).toHaveLength(1)
    expect(await cronIn(world)).toMatchObject({ metadata: { uid: cron.metadata?.uid } })
  })

  test('whose CronJob the cluster does not take is kept, told as trouble, and applied when it is taken', async () => {
    const create = vi.spyOn(world.cluster, 'create').mockImplementation(async (kind, object, options) => {
      if (kind === 'cronjobs') throw new ClusterError('QuotaExceeded', 'exceeded quota: count/cronjobs.batch=0')
      return FakeCluster.prototype.create.call(world.cluster, kind, object, options) as never
    })
    expect(await ask('pipeline/deploy', aDeploy())).toMatchObject({ code: 200 })
    await vi.waitUntil(() => runner.schedules.controller.unapplied().count() === 1, { interval: 1 })
    const reason = 'unhealthy: the schedule of prod_mysql.nightly cannot be applied: exceeded quota: count/cronjobs.batch=0'
    expect(await ask('service/status', { runner: 'aws-prod' })).toMatchObject({ code: 500, reason })
    expect(await shownSchedules(world)).toMatchObject([{ state: 'on, not applied', nextRun: null }])
    create.mockRestore()
    await cronIn(world)
    expect(await shownSchedules(world)).toMatchObject([{ state: 'on', nextRun: expect.any(String) }])
    await vi.waitUntil(() => runner.schedules.controller.unapplied().count() === 0, { interval: 1 })
    expect(await ask('service/status', { runner: 'aws-prod' })).toMatchObject({ code: 200 })
  })

  test.each([
    { of: 'a day that never comes', airflow: { scheduleInterval: '0 0 31 2 *' }, why: '`0 0 31 2 *` is due at no time within five years' },
    { of: 'an end before it is due', airflow: { endDate: NOW_MS + 1 }, why: 'its endDate comes before' },
  ])('of $of is taken, and the answer says that it will not fire', async ({ airflow, why }) => {
    expect(await ask('pipeline/deploy', aDeploy(airflow))).toMatchObject({ code: 200, data: { nextRun: null }, reason: expect.stringContaining(why) })
  })

  test('whose payload was never written does not take the place of the one before', async () => {
    await ask('pipeline/deploy', aDeploy())
    await cronIn(world)
    await untilIdle()
    world.cluster.failNext('create', 'Unavailable', { kind: 'secrets' })
    expect(await ask('pipeline/deploy', aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER }))).toMatchObject({ code: 503 })
    await untilIdle()
    expect((await cronIn(world)).spec?.schedule).toBe('0 2 * * *')
    await ask('pipeline/deploy', aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER }))
    await cronIn(world, ({ spec }) => spec?.schedule === '0 3 * * *')
  })

  test('of a pipeline without a schedule takes the one it had off', async () => {
    await ask('pipeline/deploy', aDeploy())
    await cronIn(world)
    expect(await ask('pipeline/deploy', aDeploy({ scheduleInterval: null }, { updatedAt: LATER }))).toMatchObject({ code: 200 })
    await world.cluster.changes.until(() => world.cluster.find('cronjobs', CRON_NAME) === undefined)
    expect(revisionsIn(world)).toMatchObject([{ status: { phase: 'Retired', retired: { why: 'unscheduled' }, updatedAtMs: LATER } }])
  })

  test('of two contents in turn comes back to the first', async () => {
    await ask('pipeline/deploy', aDeploy())
    await ask('pipeline/deploy', aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER }))
    await ask('pipeline/deploy', aDeploy({}, { updatedAt: LATER + 1 }))
    await cronIn(world, ({ spec }) => spec?.schedule === '0 2 * * *')
    await world.cluster.changes.until(() => revisionsIn(world).length === 1)
    await untilIdle()
    expect((await cronIn(world)).metadata?.ownerReferences).toMatchObject([{ uid: revisionsIn(world)[0]?.uid }])
  })
})

describe('a schedule', () => {
  beforeEach(async () => {
    await ask('pipeline/deploy', aDeploy())
    await cronIn(world)
    await untilIdle()
  })

  test.each([
    { name: 'suspended', edit: { spec: { suspend: true } } },
    { name: 'given another schedule', edit: { spec: { schedule: '* * * * *' } } },
    { name: 'given a node selector', edit: { spec: { jobTemplate: { spec: { template: { spec: { nodeSelector: { disk: 'ssd' } } } } } } } },
    { name: 'robbed of its owner', edit: { metadata: { ownerReferences: null } } },
  ])('comes back when its CronJob is $name by hand', async ({ edit }) => {
    const { spec } = await cronIn(world)
    await world.cluster.mergePatch('cronjobs', CRON_NAME, edit as object)
    await world.cluster.changes.until(() => JSON.stringify(world.cluster.find('cronjobs', CRON_NAME)?.spec) === JSON.stringify(spec))
    await untilIdle()
    expect((await cronIn(world)).metadata?.ownerReferences).toHaveLength(1)
  })

  test('whose record is deleted by hand is asked for once its payload has gone with it', async () => {
    const [revision] = revisionsIn(world)
    const secret = world.cluster.find('secrets', revision?.spec.payload.secretName ?? '')
    // Kubernetes' garbage collector is late.
    await world.cluster.delete('configmaps', revision?.name ?? '', { uid: revision?.uid ?? '' })
    if (world.cluster.find('secrets', secret?.metadata?.name ?? '') === undefined) world.cluster.put('secrets', secret ?? {})
    await untilIdle()
    expect(runner.counted.wantedSyncs).toBe(0)
    await world.cluster.delete('secrets', secret?.metadata?.name ?? '', {
      uid: world.cluster.find('secrets', secret?.metadata?.name ?? '')?.metadata?.uid ?? '',
    })
    runner.schedules.controller.wake(PIPELINE_ID)
    await untilIdle()
    expect(runner.counted.wantedSyncs).toBe(1)
    await ask('pipeline/deploy', aDeploy())
    await cronIn(world)
    expect(world.cluster.find('secrets', secret?.metadata?.name ?? '')).toBeDefined()
  })

  test('whose record is deleted by hand is asked for half a minute later where the cluster takes no Secrets, and so does not say', async () => {
    const [revision] = revisionsIn(world)
    for (let times = 0; times < 20; times += 1) world.cluster.failNext('dryRun', 'QuotaExceeded', { kind: 'secrets' })
    await world.cluster.delete('configmaps', revision?.name ?? '', { uid: revision?.uid ?? '' })
    await untilIdle()
    expect(runner.counted.wantedSyncs).toBe(0)
    world.clock.nowMs += 30_000
    runner.schedules.controller.wake(PIPELINE_ID)
    await untilIdle()
    expect(runner.counted.wantedSyncs).toBe(1)
    expect(runner.logged.filter(({ message }) => message.includes('could not be reconciled'))).toEqual([])
  })

  test('whose older revision the runner itself deletes asks for nothing', async () => {
    await ask('pipeline/deploy', aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER }))
    await world.cluster.changes.until(() => revisionsIn(world).length === 1)
    await untilIdle()
    expect(runner.counted.wantedSyncs).toBe(0)
  })

  test('comes back when its CronJob is deleted by hand', async () => {
    const { metadata } = await cronIn(world)
    await world.cluster.delete('cronjobs', CRON_NAME, { uid: metadata?.uid ?? '' })
    const anew = await cronIn(world, (cron) => cron.metadata?.uid !== metadata?.uid)
    expect(anew.spec?.suspend).toBe(false)
  })

  test('is not written again by a runner that starts anew', async () => {
    await stop()
    const before = world.cluster.writes().length
    await start()
    await untilIdle()
    expect(world.cluster.writes().length).toBe(before)
  })

  test("gets the image of a new server's version without a redeploy, and nothing while the version is unknown", async () => {
    await stop()
    const version: { known?: string } = {}
    await start({ serverVersion: () => version.known })
    const before = world.cluster.writes().length
    await untilIdle()
    expect(world.cluster.writes().length).toBe(before)
    version.known = '1.12.0'
    runner.schedules.controller.wakeAll()
    const cron = await cronIn(world, ({ spec }) => JSON.stringify(spec).includes('om-1.12.0-cl-1.12.0'))
    expect(cron.metadata?.name).toBe(CRON_NAME)
  })

  test('has the whole starting deadline once nothing can be made up for', async () => {
    const fresh = (await cronIn(world)).spec?.startingDeadlineSeconds
    world.clock.nowMs += DAY_MS
    runner.schedules.controller.wakeAll()
    const settled = await cronIn(world, ({ spec }) => spec?.startingDeadlineSeconds !== fresh)
    expect([fresh, settled.spec?.startingDeadlineSeconds]).toEqual([30, 300])
  })

  test.each([
    { from: 'simpleK8s', to: 'argo', before: 'cronjobs', after: 'cronworkflows' },
    { from: 'argo', to: 'simpleK8s', before: 'cronworkflows', after: 'cronjobs' },
  ] as const)('fires by $after alone when the executor is switched from $from to $to', async ({ from, to, before, after }) => {
    for (const executor of [from, to]) {
      await stop()
      await start({ policy: { ...aPolicy(), executor } })
    }
    await world.cluster.changes.until(() => world.cluster.find(before, CRON_NAME) === undefined)
    await world.cluster.changes.until(() => world.cluster.find(after, CRON_NAME) !== undefined)
    await untilIdle()
    expect(revisionsIn(world)).toHaveLength(1)
  })

  test('that a standby knew by its CronWorkflow is led on by it, whoever took that off meanwhile', async () => {
    await switchFromArgo()
    await start({ isLeading: false })
    const standby = runner
    await start()
    await world.cluster.changes.until(() => world.cluster.all('cronworkflows').length === 0)
    await stop()
    runner = standby
    standby.schedules.controller.lead()
    await ask('pipeline/toggle', { ...thePipeline(LATER), enabled: false })
    expect((await cronIn(world, ({ spec }) => spec?.suspend === true)).spec).toMatchObject({ suspend: true })
  })

  test('whose CronWorkflow is deleted while it is to be suspended goes on', async () => {
    await switchFromArgo()
    world.cluster.failNext('mergePatch', 'NotFound', { kind: 'cronworkflows' })
    await start()
    await cronIn(world)
    expect(runner.logged.filter(({ level }) => level === 'warn')).toEqual([])
  })

  test('of a newer schema is left alone and told of', async () => {
    const [revision] = revisionsIn(world)
    const writes = world.cluster.writes().length
    const newer = world.cluster.find('configmaps', revision?.name ?? '')
    world.cluster.put('configmaps', { ...newer, data: { ...newer?.data, schemaVersion: '2' } })
    await world.cluster.mergePatch('cronjobs', CRON_NAME, { spec: { suspend: true } } as object)
    await untilIdle()
    expect(world.cluster.writes().length).toBe(writes + 1)
    expect(runner.logged.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual(['a schedule cannot be read and is left alone'])
    expect(await ask('pipeline/deploy', aDeploy({}, { updatedAt: LATER }))).toMatchObject({ code: 409 })
  })
})

describe('a toggle', () => {
  beforeEach(async () => {
    await ask('pipeline/deploy', aDeploy())
    await cronIn(world)
  })

  test('off and on suspends and goes on, and fires nothing that was due in between', async () => {
    expect(await ask('pipeline/toggle', { ...thePipeline(LATER), enabled: false })).toMatchObject({ code: 200, data: { nextRun: null } })
    await cronIn(world, ({ spec }) => spec?.suspend === true)
    world.clock.nowMs += DAY_MS
    expect(await ask('pipeline/toggle', { ...thePipeline(LATER + 1), enabled: true })).toMatchObject({ code: 200, data: { nextRun: expect.any(Number) } })
    const cron = await cronIn(world, ({ spec }) => spec?.suspend !== true)
    expect(cron.spec?.startingDeadlineSeconds).toBe(30)
    expect(revisionsIn(world)).toMatchObject([{ status: { isEnabled: true, activeSinceMs: world.clock.nowMs, updatedAtMs: LATER + 1 } }])
  })

  test('that is repeated writes nothing', async () => {
    await ask('pipeline/toggle', { ...thePipeline(LATER), enabled: false })
    await cronIn(world, ({ spec }) => spec?.suspend === true)
    await untilIdle()
    const before = world.cluster.writes().length
    expect(await ask('pipeline/toggle', { ...thePipeline(LATER), enabled: false })).toMatchObject({ code: 200 })
    await untilIdle()
    expect(world.cluster.writes().length).toBe(before)
  })

  test('that is older is superseded; of an unknown pipeline it is refused, leaves nothing, and has the server asked what it wants', async () => {
    expect(await ask('pipeline/toggle', { ...thePipeline(NOW_MS - 1), enabled: false })).toMatchObject({ reason: expect.stringContaining('superseded') })
    const other = { runner: 'aws-prod', ingestionPipeline: { id: crypto.randomUUID(), fullyQualifiedName: 'x.y' }, enabled: true }
    const [before, syncs] = [world.cluster.writes().length, runner.counted.wantedSyncs]
    expect(await ask('pipeline/toggle', other)).toMatchObject({ code: 404, reason: expect.stringContaining('deploy it first') })
    await untilIdle()
    expect([world.cluster.writes().length, runner.counted.wantedSyncs]).toEqual([before, syncs + 1])
  })
})

describe('a delete', () => {
  test('takes the schedule off and turns away what was said before', async () => {
    await ask('pipeline/deploy', aDeploy())
    await cronIn(world)
    expect(await ask('pipeline/delete', thePipeline(LATER))).toMatchObject({ code: 200 })
    await world.cluster.changes.until(() => world.cluster.find('cronjobs', CRON_NAME) === undefined)
    expect(await ask('pipeline/deploy', aDeploy({}, { updatedAt: LATER }))).toMatchObject({ reason: expect.stringContaining('superseded') })
    await untilIdle()
    expect(world.cluster.find('cronjobs', CRON_NAME)).toBeUndefined()
    world.clock.nowMs += DAY_MS
    runner.schedules.controller.wake(PIPELINE_ID)
    await world.cluster.changes.until(() => world.cluster.all('configmaps').length === 0)
    expect(world.cluster.all('secrets')).toEqual([])
  })

  test('of an unknown pipeline is good', async () => {
    expect(await ask('pipeline/delete', thePipeline())).toMatchObject({ code: 200 })
  })

  test('that comes before the deploy it follows turns that away, for a while, at the cost of one write', async () => {
    expect(await ask('pipeline/delete', thePipeline(LATER))).toMatchObject({ code: 200 })
    expect(await ask('pipeline/delete', thePipeline(LATER))).toMatchObject({ code: 200 })
    await untilIdle()
    expect(world.cluster.writes()).toEqual(['create configmaps'])
    expect(await ask('pipeline/deploy', aDeploy({}, { updatedAt: LATER - 1_000 }))).toMatchObject({ reason: expect.stringContaining('superseded') })
    await untilIdle()
    expect(world.cluster.find('cronjobs', CRON_NAME)).toBeUndefined()
    world.clock.nowMs += DAY_MS
    runner.schedules.controller.wake(PIPELINE_ID)
    await world.cluster.changes.until(() => world.cluster.all('configmaps').length === 0)
  })

  test('that comes before a later deploy does not hinder it', async () => {
    await ask('pipeline/delete', thePipeline(LATER))
    await ask('pipeline/deploy', aDeploy({}, { updatedAt: LATER + 1 }))
    await cronIn(world)
    await world.cluster.changes.until(() => revisionsIn(world).length === 1)
    expect(revisionsIn(world)).toMatchObject([{ status: { phase: 'Active' } }])
  })

  test('that is said again later turns away what was said in between', async () => {
    await ask('pipeline/deploy', aDeploy())
    await ask('pipeline/delete', thePipeline(LATER))
    await ask('pipeline/delete', thePipeline(LATER + 10))
    expect(await ask('pipeline/deploy', aDeploy({}, { updatedAt: LATER + 5 }))).toMatchObject({ reason: expect.stringContaining('superseded') })
  })

  test('ends the active run of the pipeline', async () => {
    await ask('pipeline/deploy', aDeploy())
    const { runId, ...request } = { runId: crypto.randomUUID(), ...aDeploy() }
    expect(await ask('pipeline/run', { ...request, runId })).toMatchObject({ code: 200 })
    expect(await ask('pipeline/queued', thePipeline())).toMatchObject({ data: { queued: [{ runId, pipelineState: 'queued' }] } })
    await ask('pipeline/delete', thePipeline(LATER))
    await world.collate.changes.until(() => world.collate.history.some((row) => row.runId === runId && row.pipelineState === 'stopped'))
    expect(await ask('pipeline/queued', thePipeline())).toMatchObject({ data: { queued: [] } })
  })
})
