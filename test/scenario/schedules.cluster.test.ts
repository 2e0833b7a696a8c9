/** The life of schedules and of the runs they start, on a real control plane. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cronName } from '../../compiler/names.ts'
import { waitFor } from '../cluster/waiting.ts'
import { ask } from './ask.ts'
import { type AuditEvent, auditEvents } from './audit-log.ts'
import { openPlace, type Place } from './place.ts'
import { historyOf } from './run-story.ts'
import { RUNNER_ACCOUNT } from './runner-account.ts'
import { type Scenario, startScenario } from './scenario.ts'
import {
  cronOf,
  deleteByHand,
  deploy,
  editCron,
  EVERY_MINUTE,
  expectFiringAtStart,
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
  await scenario.collate.waitForStatus({ runId, state: 'running' })
}

/** The patches of the CronJob that the runner has sent: at least two, for which the log is waited for, which the API server writes after its answer. */
async function writesOfCron({ scenario, id }: ScheduledPipeline): Promise<number> {
  const user = `system:serviceaccount:${scenario.namespace}:${RUNNER_ACCOUNT}`
  const isWrite = (event: AuditEvent): boolean =>
    event.user === user && event.name === cronName(id, scenario.agentId) && event.verb === 'patch' && !event.isDryRun
  const probe = async (): Promise<number | undefined> => {
    const writes = (await auditEvents(scenario.cluster, scenario.namespace)).filter(isWrite).length
    return writes < 2 ? undefined : writes
  }
  return waitFor(probe, { what: 'two writes of the CronJob' })
}

describe.concurrent('a schedule', () => {
  test('that starts at the very time it is due fires then, as was told', async () => {
    const pipeline = scheduledPipeline(shared)
    await expectFiringAtStart(pipeline)
    await tell(pipeline, 'pipeline/delete')
    await untilNoCron(pipeline)
  })

  test('fires, and what it started is told under the uid of its Job; off it does not, and on again makes up for nothing', async () => {
    const pipeline = scheduledPipeline(shared)
    const { nextRun } = await deploy(pipeline, { schedule: EVERY_MINUTE })
    expect(nextRun).toBeGreaterThan(Date.now())
    const first = await untilFired(pipeline)
    expect(await untilSettled(shared, first.metadata.uid)).toMatchObject({ state: 'success', isAcknowledged: true })
    expect(await historyOf(shared, first.metadata.uid)).toEqual(['running by bot', 'success by bot'])
    await tell(pipeline, 'pipeline/toggle', { enabled: false })
    await untilCron(pipeline, ({ spec }) => spec.suspend)
    const switchedOffMs = Date.now()
    await nextMinute()
    const known = await jobsOf(pipeline)
    expect(known.map(dueMs).filter((due) => due > switchedOffMs)).toEqual([])
    const switchedOnMs = Date.now()
    expect((await tell(pipeline, 'pipeline/toggle', { enabled: true })).nextRun).toBeGreaterThan(switchedOnMs)
    const second = await untilFired(pipeline, known)
    expect(dueMs(second)).toBeGreaterThan(switchedOnMs)
    await tell(pipeline, 'pipeline/delete')
    await untilNoCron(pipeline)
  })

  test('comes back when its CronJob is edited, suspended or deleted by hand, and is written no more often than that', async () => {
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

  test('that is deployed again while it runs keeps what the run reads until the run has ended', async () => {
    const gate = await place.gate()
    const pipeline = await deployed({ waitAt: gate.url })
    const { uid } = await startJob(pipeline)
    await untilRunning(uid)
    const before = await untilCron(pipeline)
    await deploy(pipeline, { schedule: '0 0 2 2 *' })
    const after = await untilCron(pipeline, ({ spec }) => spec.schedule === '0 0 2 2 *')
    expect(after.metadata.uid).toBe(before.metadata.uid)
    expect((await schedulePartsOf(pipeline)).payloads).toHaveLength(2)
    gate.open()
    expect(await untilSettled(shared, uid)).toMatchObject({ state: 'success' })
    await waitFor(async () => ((await schedulePartsOf(pipeline)).payloads.length === 1 ? true : undefined), { what: 'one payload' })
    expect((await schedulePartsOf(pipeline)).revisions).toHaveLength(1)
    expect(await cronOf(pipeline)).toBeDefined()
  })

  test('that is deleted while it runs stops the run and leaves nothing that fires', async () => {
    const pipeline = await deployed({ seconds: 300 })
    const { uid } = await startJob(pipeline)
    await untilRunning(uid)
    await tell(pipeline, 'pipeline/delete')
    expect(await untilSettled(shared, uid)).toMatchObject({ state: 'stopped' })
    await untilNoCron(pipeline)
    await waitFor(async () => ((await jobsOf(pipeline)).length === 0 ? true : undefined), { what: 'the end of its Jobs' })
  })
})

describe.concurrent('a run by schedule', () => {
  test('that is stopped stays stopped', async () => {
    const pipeline = await deployed({ seconds: 300 })
    const { uid } = await startJob(pipeline)
    await untilRunning(uid)
    expect(await ask(shared, 'run/kill', { runner: shared.agentId, runId: uid })).toMatchObject({ result: { code: 200 } })
    expect(await untilSettled(shared, uid)).toMatchObject({ state: 'stopped' })
    await waitFor(async () => ((await jobsOf(pipeline)).some(isFailed) ? true : undefined), { what: 'the end of the Job' })
    expect(await podsOfJob(uid)).toHaveLength(1)
  })

  test('whose Job is deleted by hand is told as deleted', async () => {
    const pipeline = await deployed({ seconds: 300 })
    const { uid, name } = await startJob(pipeline)
    await untilRunning(uid)
    await deleteByHand(shared, 'jobs', name)
    expect(await untilSettled(shared, uid)).toMatchObject({ state: 'failed', failureClass: 'Deleted' })
  })

  test('whose CronJob is deleted by hand is told as deleted, and the CronJob comes back', async () => {
    const pipeline = await deployed({ seconds: 300 })
    const { metadata } = await untilCron(pipeline)
    const { uid } = await startJob(pipeline)
    await untilRunning(uid)
    await deleteByHand(shared, 'cronjobs', metadata.name)
    expect(await untilSettled(shared, uid)).toMatchObject({ state: 'failed', failureClass: 'Deleted' })
    await untilCron(pipeline, (cron) => cron.metadata.uid !== metadata.uid)
  })

  test('that fails is tried again by the runner under the same id', async () => {
    const pipeline = scheduledPipeline(shared)
    await deploy(pipeline, { schedule: ONCE_A_YEAR, simulate: { exitCode: 3 }, airflowConfig: { retries: 1, retryDelay: 1 } })
    const { uid } = await startJob(pipeline)
    await waitFor(async () => recordOf(shared, uid), { what: `the record of ${uid}` })
    expect(await untilSettled(shared, uid)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    expect((await recordOf(shared, uid))?.data?.['attempt']).toBe('2')
  })

  test('that fires and ends while no runner is there is told when one is back', async () => {
    const alone = await startScenario({ place, agentId: 'away' })
    try {
      const pipeline = await deployed({ end: 'none' }, alone)
      await alone.runner().kill()
      const { uid } = await startJob(pipeline)
      await waitFor(async () => ((await alone.pods()).some(({ status }) => status?.['phase'] === 'Succeeded') ? true : undefined), {
        what: 'the end of the pod',
      })
      await alone.startRunner()
      expect(await untilSettled(alone, uid)).toMatchObject({ state: 'success', isAcknowledged: true })
      expect(await historyOf(alone, uid)).toEqual(['running by bot', 'success by runner'])
    } finally {
      await alone.stop()
    }
  })
})

/** For which moment the clock has started it. */
function dueMs({ metadata }: Job): number {
  return Date.parse(metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? '')
}

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
  await waitFor(() => (Date.now() >= atMs ? true : undefined), { what: 'the next minute', everyMs: 500 })
}
