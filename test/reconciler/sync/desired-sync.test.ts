import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recordName } from '../../../compiler/names.ts'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { syncOnce, type SyncOutcome } from '../../../reconciler/sync/desired-sync.ts'
import type { Ahead } from '../../../reconciler/sync/plan-sync.ts'
import { createDesiredStates, type DesiredStates } from '../../collate/desired.ts'
import { aDeploy } from '../../compiler/examples/schedule.ts'
import { aPolicy, ENVIRONMENT } from '../../compiler/examples/policy.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aMetadataRun, RUN_ID } from '../../compiler/examples/run-request.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../../support/a-runner.ts'
import { exited, waitingFor } from '../../support/a-pod.ts'
import { fire, makePod } from '../../support/fake-cron.ts'
import { endOfRun, recordIn } from '../../support/run-in-world.ts'
import { CRON_NAME, cronIn, payloadOf, PIPELINE_ID, revisionsIn } from '../../support/a-schedule.ts'

const AGENT = ENVIRONMENT.AGENT_ID
const LATER = NOW_MS + 1_000

let world: World
let runner: TestRunner
let server: DesiredStates
let ahead: Map<string, Ahead>
let missing: Map<string, number>

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
  server = createDesiredStates()
  ahead = new Map()
  missing = new Map()
  await start()
})
afterEach(stop)

async function sync(onPage: () => Promise<void> = async () => Promise.resolve()): Promise<SyncOutcome> {
  return syncOnce({
    request: runner.context,
    effects: runner.effects,
    ask: async (params) => {
      const answer = server.answer(AGENT, { agentId: AGENT, ...params })
      await onPage()
      return answer
    },
    isLinked: () => true,
    isInHand: (runId) => runner.context.runsInHand.has(runId),
    ahead,
    missing,
  })
}

/** A deploy of another pipeline than the example's. */
function anotherDeploy(id: string = crypto.randomUUID()) {
  return aDeploy({}, { id, name: `of-${id}`, fullyQualifiedName: `prod_mysql.of-${id}` })
}

async function untilNoCron(): Promise<void> {
  await world.cluster.changes.until(() => world.cluster.find('cronjobs', CRON_NAME) === undefined)
}

describe('a sync', () => {
  test('deploys what is missing, and the next one has nothing to do', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    expect(await sync()).toEqual({ deployed: 1, pruned: 0, unsaved: 0, lost: 0, missing: 0, isComplete: true })
    await cronIn(world)
    expect(await sync()).toEqual({ deployed: 0, pruned: 0, unsaved: 0, lost: 0, missing: 0, isComplete: true })
  })

  test('brings many schedules page by page', { timeout: 30_000 }, async () => {
    const pipelines = Array.from({ length: 600 }, () => anotherDeploy())
    server.set(AGENT, { pipelines })
    let largest = 0
    const outcome = await syncOnce({
      request: runner.context,
      effects: runner.effects,
      ask: async (params) => {
        const answer = server.answer(AGENT, { agentId: AGENT, ...params })
        largest = Math.max(largest, JSON.stringify(answer).length)
        return Promise.resolve(answer)
      },
      isLinked: () => true,
      isInHand: () => false,
      ahead,
      missing,
    })
    expect(outcome).toMatchObject({ deployed: 600, isComplete: true })
    expect(revisionsIn(world)).toHaveLength(600)
    expect(largest).toBeLessThan(256 * 1024)
  })

  test('deploys anew what was changed while the link was down, and no body more', async () => {
    server.set(AGENT, { pipelines: [aDeploy(), anotherDeploy()] })
    await sync()
    server.set(AGENT, { pipelines: [aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER }), ...server.of(AGENT).pipelines.slice(1)] })
    expect(await sync()).toMatchObject({ deployed: 1, pruned: 0 })
    await cronIn(world, ({ spec }) => spec?.schedule === '0 3 * * *')
  })

  test('switches off what is off at the server under the same updatedAt', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    server.set(AGENT, { pipelines: [aDeploy({}, { enabled: false })] })
    expect(await sync()).toMatchObject({ deployed: 0 })
    expect((await cronIn(world, ({ spec }) => spec?.suspend === true)).spec?.suspend).toBe(true)
  })

  test('takes off what the server lists no more, and deploys it again when it is back unchanged', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    await cronIn(world)
    server.set(AGENT, { pipelines: [] })
    expect(await sync()).toMatchObject({ pruned: 1 })
    await untilNoCron()
    expect(await sync()).toMatchObject({ pruned: 0 })
    server.set(AGENT, { pipelines: [aDeploy()] })
    expect(await sync()).toMatchObject({ deployed: 1 })
    expect((await cronIn(world)).spec?.suspend).not.toBe(true)
  })

  test('ends the active run of a pipeline that is not listed any more', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    await cronIn(world)
    const { runId, ...request } = { runId: crypto.randomUUID(), ...aDeploy() }
    await handleRequest('pipeline/run', { ...request, runId }, runner.context)
    server.set(AGENT, { pipelines: [] })
    await sync()
    await world.collate.changes.until(() => world.collate.history.some((row) => row.runId === runId && row.pipelineState === 'stopped'))
    expect(world.collate.history.at(-1)).toMatchObject({ runId, pipelineState: 'stopped' })
  })

  test('takes nothing off that is deployed again while the list comes, though the repeat writes nothing', async () => {
    await handleRequest('pipeline/deploy', aDeploy(), runner.context)
    await cronIn(world)
    const before = revisionsIn(world)
    expect(await sync(async () => void (await handleRequest('pipeline/deploy', aDeploy(), runner.context)))).toMatchObject({ pruned: 0 })
    expect(revisionsIn(world)).toEqual(before)
    world.clock.nowMs += 10_000
    expect(await sync()).toMatchObject({ pruned: 1 })
  })

  test('takes nothing off that the server was answered a moment ago and may not have saved yet', async () => {
    await handleRequest('pipeline/deploy', aDeploy(), runner.context)
    await cronIn(world)
    const before = revisionsIn(world)
    expect(await sync()).toMatchObject({ pruned: 0, unsaved: 1 })
    expect(revisionsIn(world)).toEqual(before)
    world.clock.nowMs += 10_000
    expect(await sync()).toMatchObject({ pruned: 1, unsaved: 0 })
  })

  test('takes nothing off by a list that does not match its total', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    server.set(AGENT, { pipelines: [], totalPipelines: 1 })
    expect(await sync()).toEqual({ deployed: 0, pruned: 0, unsaved: 0, lost: 0, missing: 0, isComplete: false })
    expect(revisionsIn(world)).toMatchObject([{ status: { phase: 'Active' } }])
  })

  test('takes nothing off that was deployed while the list was on its way', async () => {
    expect(await sync(async () => void (await handleRequest('pipeline/deploy', aDeploy(), runner.context)))).toMatchObject({ pruned: 0 })
    expect(revisionsIn(world)).toMatchObject([{ spec: { pipeline: { id: PIPELINE_ID } }, status: { phase: 'Active' } }])
  })

  test('keeps what was deployed later than the list', async () => {
    await handleRequest('pipeline/deploy', aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER }), runner.context)
    server.set(AGENT, { pipelines: [aDeploy()] })
    expect(await sync()).toMatchObject({ deployed: 0, pruned: 0 })
    expect(revisionsIn(world)).toMatchObject([{ spec: { schedule: '0 3 * * *' } }])
  })

  test('takes back what the server deployed and never saved', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    await handleRequest('pipeline/deploy', aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER }), runner.context)
    await cronIn(world, ({ spec }) => spec?.schedule === '0 3 * * *')
    expect(await sync()).toMatchObject({ deployed: 0 })
    world.clock.nowMs += 60_000
    expect(await sync()).toMatchObject({ deployed: 1 })
    await cronIn(world, ({ spec }) => spec?.schedule === '0 2 * * *')
    await world.cluster.changes.until(() => revisionsIn(world).length === 1)
    expect(await sync()).toMatchObject({ deployed: 0 })
  })

  test('keeps what is newer here while the server may still save it', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await handleRequest('pipeline/deploy', aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER }), runner.context)
    await sync()
    world.clock.nowMs += 60_000
    server.set(AGENT, { pipelines: [aDeploy({ scheduleInterval: '0 3 * * *' }, { updatedAt: LATER })] })
    expect(await sync()).toMatchObject({ deployed: 0 })
    expect(revisionsIn(world)).toMatchObject([{ spec: { schedule: '0 3 * * *' }, status: { phase: 'Active' } }])
  })

  test('writes payloads anew that another policy makes otherwise', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    const before = payloadOf(await cronIn(world))
    await stop()
    await start({ policy: { ...aPolicy(), secretsManager: 'aws' } })
    expect(await sync()).toMatchObject({ deployed: 1 })
    const after = await cronIn(world, (cron) => payloadOf(cron) !== before)
    await world.cluster.changes.until(() => revisionsIn(world).length === 1)
    expect(world.cluster.all('secrets').map(({ metadata }) => metadata?.name)).toEqual([payloadOf(after)])
    expect(await sync()).toMatchObject({ deployed: 0 })
  })

  test('writes a payload anew that was deleted by hand while no runner was there', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    const secretName = payloadOf(await cronIn(world)) ?? ''
    await stop()
    await world.cluster.delete('secrets', secretName, { uid: world.cluster.find('secrets', secretName)?.metadata?.uid ?? '' })
    await start()
    expect(await sync()).toMatchObject({ deployed: 1 })
    expect(world.cluster.find('secrets', secretName)).toBeDefined()
    expect(await sync()).toMatchObject({ deployed: 0 })
  })

  test('writes a payload anew that a run by schedule has missed, and tells the run so', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    const secretName = payloadOf(await cronIn(world)) ?? ''
    await world.cluster.delete('secrets', secretName, { uid: world.cluster.find('secrets', secretName)?.metadata?.uid ?? '' })
    const job = await fire(world)
    const key = recordName(job.metadata?.uid ?? '', AGENT)
    await world.cluster.changes.until(() => recordIn(world, key) !== undefined)
    world.cluster.put('pods', waitingFor(makePod(world, job), 'CreateContainerConfigError', `secret "${secretName}" not found`))
    await world.cluster.changes.until(() => recordIn(world, key)?.status.kill !== undefined)
    await world.cluster.changes.until(() => runner.counted.wantedSyncs === 1)
    expect(recordIn(world, key)?.status.kill?.reason).toContain('asked of Collate anew')
    expect(await sync()).toMatchObject({ deployed: 1 })
    expect(world.cluster.find('secrets', secretName)).toBeDefined()
  })

  test('takes nothing away when a payload that was deleted by hand is refused, and writes it next time', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    const secretName = payloadOf(await cronIn(world)) ?? ''
    await world.cluster.delete('secrets', secretName, { uid: world.cluster.find('secrets', secretName)?.metadata?.uid ?? '' })
    runner.effects.payloads.forget(secretName)
    world.cluster.failNext('create', 'QuotaExceeded', { kind: 'secrets', message: 'exceeded quota: secrets' })
    expect(await sync()).toMatchObject({ deployed: 0 })
    expect(revisionsIn(world)).toMatchObject([{ status: { phase: 'Active' } }])
    expect(await sync()).toMatchObject({ deployed: 1 })
    expect(world.cluster.find('secrets', secretName)).toBeDefined()
  })

  test('goes on when the cluster refuses the question whether a payload is there', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    await cronIn(world)
    await stop()
    await start()
    const { payloads } = runner.effects
    payloads.ask = async () => Promise.reject(new ClusterError('QuotaExceeded', 'exceeded quota: secrets'))
    server.set(AGENT, { pipelines: [aDeploy(), anotherDeploy()] })
    expect(await sync()).toMatchObject({ deployed: 1 })
  })

  test('asks for a payload once, also when runs of the schedule have ended since', async () => {
    server.set(AGENT, { pipelines: [aDeploy()] })
    await sync()
    await cronIn(world)
    const job = await fire(world)
    world.cluster.put('pods', exited(makePod(world, job), 0))
    await endOfRun(world, recordName(job.metadata?.uid ?? '', AGENT))
    let probes = 0
    const { ask } = runner.effects.payloads
    runner.effects.payloads.ask = async (...asked) => ((probes += 1), ask.apply(runner.effects.payloads, asked))
    await sync()
    expect(probes).toBe(0)
  })

  test('goes on after a schedule that cannot be deployed', async () => {
    server.set(AGENT, { pipelines: [aDeploy({ scheduleInterval: 'at tea time' }), anotherDeploy()] })
    expect(await sync()).toMatchObject({ deployed: 1 })
    expect(runner.logged.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { pipeline: 'prod_mysql.nightly' } }])
  })

  test('asks for bodies that make too large a frame in smaller parts', async () => {
    server.set(AGENT, { pipelines: Array.from({ length: 5 }, () => anotherDeploy()) })
    let refusals = 0
    const outcome = await syncOnce({
      request: runner.context,
      effects: runner.effects,
      ask: async (params) => {
        if ((params.pipelineIds?.length ?? 0) > 2) {
          refusals += 1
          throw new Error('the frame is too large')
        }
        return Promise.resolve(server.answer(AGENT, { agentId: AGENT, ...params }))
      },
      isLinked: () => true,
      isInHand: () => false,
      ahead,
      missing,
    })
    expect([outcome.deployed, refusals]).toEqual([5, 2])
  })
})

describe('a run that Collate waits for', () => {
  const runs = [{ runId: RUN_ID, pipelineFqn: 'prod_mysql.nightly' }]

  /** A list, and another one when no request can come any more. */
  async function syncTwice(): Promise<SyncOutcome> {
    await sync()
    world.clock.nowMs += 30_000
    return sync()
  }

  test('and of which the cluster knows nothing is told as lost, once its request can no longer be on its way', async () => {
    server.set(AGENT, { runs })
    expect(await sync()).toMatchObject({ lost: 0, missing: 1 })
    world.clock.nowMs += 29_000
    expect(await sync()).toMatchObject({ lost: 0, missing: 1 })
    expect(world.collate.history).toEqual([])
    world.clock.nowMs += 1_000
    expect(await sync()).toMatchObject({ lost: 1, missing: 0 })
    expect(world.collate.history).toMatchObject([{ runId: RUN_ID, pipelineState: 'failed', metadata: { hybridRunner: { failureClass: 'Lost' } } }])
  })

  test('and whose request comes after the list is not', async () => {
    server.set(AGENT, { runs })
    expect(await sync()).toMatchObject({ missing: 1 })
    await handleRequest('pipeline/run', aMetadataRun(), runner.context)
    world.clock.nowMs += 60_000
    expect(await sync()).toMatchObject({ lost: 0, missing: 0 })
    expect(world.collate.history.filter(({ pipelineState }) => pipelineState === 'failed')).toEqual([])
  })

  test('and that Collate waits for no more meanwhile begins anew when it does', async () => {
    server.set(AGENT, { runs })
    await sync()
    server.set(AGENT, { runs: [] })
    expect(await sync()).toMatchObject({ missing: 0 })
    server.set(AGENT, { runs })
    world.clock.nowMs += 60_000
    expect(await sync()).toMatchObject({ lost: 0, missing: 1 })
  })

  test('and whose record is there is not', async () => {
    server.set(AGENT, { runs })
    await handleRequest('pipeline/run', aMetadataRun(), runner.context)
    expect(await syncTwice()).toMatchObject({ lost: 0, missing: 0 })
  })

  test('and whose record only the cluster knows is not', async () => {
    server.set(AGENT, { runs })
    await handleRequest('pipeline/run', aMetadataRun(), runner.context)
    const key = recordName(RUN_ID, AGENT)
    runner.effects.cache.dropRecord(key, runner.effects.cache.run(key).record?.uid)
    expect(await syncTwice()).toMatchObject({ lost: 0, missing: 0 })
  })

  test('and whose request is in hand is not', async () => {
    server.set(AGENT, { runs })
    const { runsInHand } = runner.context
    const answered = handleRequest('pipeline/run', aMetadataRun(), runner.context)
    expect(runsInHand.has(RUN_ID)).toBe(true)
    await answered
    expect(runsInHand.has(RUN_ID)).toBe(false)
    runsInHand.add(RUN_ID)
    const key = recordName(RUN_ID, AGENT)
    await world.cluster.delete('configmaps', key, { uid: runner.effects.cache.run(key).record?.uid ?? '' })
    runner.effects.cache.dropRecord(key, runner.effects.cache.run(key).record?.uid)
    expect(await syncTwice()).toMatchObject({ lost: 0, missing: 0 })
  })
})
