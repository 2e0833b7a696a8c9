/** The life of schedules and of the runs they start, on a real control plane. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cronName } from '../../compiler/names.ts'
import { waitFor } from '../cluster/waiting.ts'
import { auditEvents } from './audit-log.ts'
import { openPlace, type Place } from './place.ts'
import { historyOf } from './run-story.ts'
import { RUNNER_ACCOUNT } from './runner-account.ts'
import { type Scenario, startScenario } from './scenario.ts'
import {
  ask,
  cronOf,
  deleteByHand,
  deploy,
  editCron,
  EVERY_MINUTE,
  type Job,
  jobsOf,
  ONCE_A_YEAR,
  type ScheduledPipeline,
  scheduledPipeline,
  schedulePartsOf,
  startJob,
  tell,
  untilCron,
  untilFired,
  untilNoCron,
} from './schedule-story.ts'
import { recordOf, untilSettled } from './settled.ts'

let place: Place
let shared: Scenario

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'schedules' })
  shared = await startScenario({ place })
})
afterAll(async () => {
  await shared?.stop()
  await place?.stop()
})

/** A pipeline whose runs take so long, deployed. */
async function deployed(simulate = {}, scenario = shared): Promise<ScheduledPipeline> {
  const pipeline = scheduledPipeline(scenario)
  await deploy(pipeline, { schedule: ONCE_A_YEAR, simulate })
  await untilCron(pipeline)
  return pipeline
}

async function untilRunning(runId: string, scenario = shared): Promise<void> {
  await scenario.collate.waitForStatus({ runId, state: 'running' }, 60_000)
}

/** The patches of the CronJob that the runner has sent. */
async function writesOfCron({ scenario, id }: ScheduledPipeline): Promise<number> {
  const user = `system:serviceaccount:${scenario.namespace}:${RUNNER_ACCOUNT}`
  const events = await auditEvents(scenario.cluster, scenario.namespace)
  return events.filter((event) => event.user === user && event.name === cronName(id, scenario.agentId) && event.verb === 'patch' && !event.isDryRun).length
}

describe.concurrent('a schedule', () => {
  test('fires, and what it started is told under the uid of its Job; off it does not, and on again makes up for nothing', { timeout: 480_000 }, async () => {
    const pipeline = scheduledPipeline(shared)
    const { nextRun } = await deploy(pipeline, { schedule: EVERY_MINUTE })
    expect(nextRun).toBeGreaterThan(Date.now())
    const first = await untilFired(pipeline)
    expect(await untilSettled(shared, first.metadata.uid, 120_000)).toMatchObject({ state: 'success', isAcknowledged: true })
    expect(await historyOf(shared, first.metadata.uid)).toEqual(['running by bot', 'success by bot'])
    await tell(pipeline, 'pipeline/toggle', { enabled: false })
    await untilCron(pipeline, ({ spec }) => spec.suspend)
    const known = await jobsOf(pipeline)
    await nextMinute()
    const switchedOnMs = Date.now()
    expect((await tell(pipeline, 'pipeline/toggle', { enabled: true })).nextRun).toBeGreaterThan(switchedOnMs)
    const second = await untilFired(pipeline, known)
    const dueMs = Date.parse(second.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? '')
    expect(dueMs).toBeGreaterThan(switchedOnMs)
    await tell(pipeline, 'pipeline/delete')
    await untilNoCron(pipeline)
  })

  test('comes back when its CronJob is edited, suspended or deleted by hand, and is written no more often than that', { timeout: 120_000 }, async () => {
    const pipeline = await deployed()
    const { spec, metadata } = await untilCron(pipeline)
    await editCron(pipeline, { spec: { suspend: true } })
    await untilCron(pipeline, (cron) => !cron.spec.suspend)
    await editCron(pipeline, { spec: { jobTemplate: { spec: { template: { spec: { nodeSelector: { disk: 'ssd' } } } } } } })
    expect((await untilCron(pipeline, (cron) => !JSON.stringify(cron.spec).includes('ssd'))).spec).toEqual(spec)
    expect(await writesOfCron(pipeline)).toBe(2)
    await deleteByHand(shared, 'cronjobs', metadata.name)
    expect((await untilCron(pipeline, (cron) => cron.metadata.uid !== metadata.uid)).spec).toEqual(spec)
    expect(await writesOfCron(pipeline)).toBe(2)
  })

  test('that is deployed again while it runs keeps what the run reads until the run has ended', { timeout: 120_000 }, async () => {
    const pipeline = await deployed({ seconds: 10 })
    const { uid } = await startJob(pipeline)
    await untilRunning(uid)
    const before = await untilCron(pipeline)
    await deploy(pipeline, { schedule: '0 0 2 2 *' })
    const after = await untilCron(pipeline, ({ spec }) => spec.schedule === '0 0 2 2 *')
    expect(after.metadata.uid).toBe(before.metadata.uid)
    expect((await schedulePartsOf(pipeline)).payloads).toHaveLength(2)
    expect(await untilSettled(shared, uid)).toMatchObject({ state: 'success' })
    await waitFor(async () => ((await schedulePartsOf(pipeline)).payloads.length === 1 ? true : undefined), { what: 'one payload', timeoutMs: 30_000 })
    expect((await schedulePartsOf(pipeline)).revisions).toHaveLength(1)
    expect(await cronOf(pipeline)).toBeDefined()
  })

  test('that is deleted while it runs stops the run and leaves nothing that fires', { timeout: 120_000 }, async () => {
    const pipeline = await deployed({ seconds: 300 })
    const { uid } = await startJob(pipeline)
    await untilRunning(uid)
    await tell(pipeline, 'pipeline/delete')
    expect(await untilSettled(shared, uid, 90_000)).toMatchObject({ state: 'stopped' })
    await untilNoCron(pipeline)
    expect(await jobsOf(pipeline)).toEqual([])
  })
})

describe.concurrent('a run by schedule', () => {
  test('that is stopped stays stopped', { timeout: 120_000 }, async () => {
    const pipeline = await deployed({ seconds: 300 })
    const { uid } = await startJob(pipeline)
    await untilRunning(uid)
    expect(await ask(shared, 'run/kill', { runner: shared.agentId, runId: uid })).toMatchObject({ result: { code: 200 } })
    expect(await untilSettled(shared, uid, 90_000)).toMatchObject({ state: 'stopped' })
    await waitFor(async () => ((await jobsOf(pipeline)).some(isFailed) ? true : undefined), { what: 'the end of the Job', timeoutMs: 30_000 })
    expect(await podsOfJob(uid)).toHaveLength(1)
  })

  test('whose Job is deleted by hand is told as deleted', { timeout: 120_000 }, async () => {
    const pipeline = await deployed({ seconds: 300 })
    const { uid, name } = await startJob(pipeline)
    await untilRunning(uid)
    await deleteByHand(shared, 'jobs', name)
    expect(await untilSettled(shared, uid, 90_000)).toMatchObject({ state: 'failed', failureClass: 'Deleted' })
  })

  test('whose CronJob is deleted by hand is told as deleted, and the CronJob comes back', { timeout: 120_000 }, async () => {
    const pipeline = await deployed({ seconds: 300 })
    const { metadata } = await untilCron(pipeline)
    const { uid } = await startJob(pipeline)
    await untilRunning(uid)
    await deleteByHand(shared, 'cronjobs', metadata.name)
    expect(await untilSettled(shared, uid, 90_000)).toMatchObject({ state: 'failed', failureClass: 'Deleted' })
    await untilCron(pipeline, (cron) => cron.metadata.uid !== metadata.uid)
  })

  test('that fails is tried again by the runner under the same id', { timeout: 120_000 }, async () => {
    const pipeline = scheduledPipeline(shared)
    await deploy(pipeline, { schedule: ONCE_A_YEAR, simulate: { exitCode: 3 }, airflowConfig: { retries: 1, retryDelay: 1 } })
    const { uid } = await startJob(pipeline)
    await waitFor(async () => recordOf(shared, uid), { what: `the record of ${uid}`, timeoutMs: 30_000 })
    expect(await untilSettled(shared, uid, 90_000)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    expect((await recordOf(shared, uid))?.data?.['attempt']).toBe('2')
  })

  test('that fires and ends while no runner is there is told when one is back', { timeout: 180_000 }, async () => {
    const alone = await startScenario({ place, agentId: 'away' })
    try {
      const pipeline = await deployed({ end: 'none' }, alone)
      await alone.runner().kill()
      const { uid } = await startJob(pipeline)
      await waitFor(async () => ((await alone.pods()).some(({ status }) => status?.['phase'] === 'Succeeded') ? true : undefined), {
        what: 'the end of the pod',
        timeoutMs: 60_000,
      })
      await alone.startRunner()
      expect(await untilSettled(alone, uid)).toMatchObject({ state: 'success', isAcknowledged: true })
      expect(await historyOf(alone, uid)).toEqual(['running by bot', 'success by runner'])
    } finally {
      await alone.stop()
    }
  })
})

function isFailed({ status }: Job): boolean {
  const conditions = (status?.['conditions'] ?? []) as readonly { readonly type: string; readonly status: string }[]
  return conditions.some((condition) => condition.type === 'Failed' && condition.status === 'True')
}

/** Every pod that the Job controller ever made for it. */
async function podsOfJob(uid: string): Promise<readonly string[]> {
  const job = (await place.list('events')).filter((event) => {
    const { involvedObject, reason } = event as unknown as { readonly involvedObject: { readonly uid?: string }; readonly reason: string }
    return involvedObject.uid === uid && reason === 'SuccessfulCreate'
  })
  return job.map(({ metadata }) => metadata.name)
}

/** A few seconds into the next whole minute. */
async function nextMinute(): Promise<void> {
  const atMs = (Math.floor(Date.now() / 60_000) + 1) * 60_000 + 3_000
  await waitFor(() => (Date.now() >= atMs ? true : undefined), { what: 'the next minute', timeoutMs: 90_000, everyMs: 500 })
}
