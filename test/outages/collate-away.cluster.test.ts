/** Collate is away while runs end and schedules fire, and the runner is started again meanwhile: what it was not told is told when it is back. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runnerPods } from '../charts/released.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { PATIENCE_MS, waitFor } from '../cluster/waiting.ts'
import { EVERY_MINUTE, jobsOf, ONCE_A_YEAR, tell } from '../scenario/schedule-story.ts'
import { endOn } from '../scenario/settled.ts'
import { expectExactlyOnce, untilAllSettled } from './aftermath.ts'
import { addFirings, askRun, askSchedule, askTestConnection, fireNow } from './ask.ts'
import { keepAccount } from './outage-account.ts'
import { INSTALL_TIMEOUT_MS, openOutageStage, type OutageStage } from './outage-stage.ts'
import { isEnd } from './told-state.ts'

/** Schedules fire by real minutes, so that only when nothing is left out Collate is away for as long. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const FIRINGS = 3

let stage: OutageStage
beforeAll(async () => {
  stage = await openOutageStage('outage-collate')
}, INSTALL_TIMEOUT_MS)
afterAll(async () => stage?.stop())

/** Waits until so many ends stand on records, and Collate has none of them. */
async function untilUntold(count: number): Promise<void> {
  const probe = async (): Promise<true | undefined> => {
    const untold = (await stage.released.scenario.records()).filter((record) => endOn(record)?.isAcknowledged === false)
    return untold.length >= count ? true : undefined
  }
  await waitFor(probe, { what: `${count} ends that Collate does not have` })
}

async function restartRunner(): Promise<void> {
  const [before] = await runnerPods(stage.released.release, stage.place)
  const path = `/api/v1/namespaces/${stage.place.namespace}/pods`
  await callJson(stage.place.cluster.api, { method: 'DELETE', path: `${path}/${before?.metadata.name}` })
  const isReplaced = async (): Promise<true | undefined> => {
    const pods = await runnerPods(stage.released.release, stage.place)
    const conditions = (pods[0]?.status?.['conditions'] ?? []) as readonly { readonly type: string; readonly status: string }[]
    const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
    return pods.length === 1 && pods[0]?.metadata.uid !== before?.metadata.uid && isReady ? true : undefined
  }
  await waitFor(isReplaced, { what: 'another runner that is ready' })
}

/** What was told late says when the run ended, and not when it was told: by time, Collate shows the ends in the order in which they were. */
async function expectTimesOfEnds(backAtMs: number): Promise<void> {
  const late = (await stage.place.collate.history()).filter(
    ({ at, writer, status }) => at >= backAtMs && writer === 'runner' && isEnd({ state: status.pipelineState }),
  )
  expect(late.length).toBeGreaterThan(0)
  for (const { status } of late) expect(status.endDate).toBeLessThan(backAtMs)
}

test('Collate away while runs end and a schedule fires, and another runner meanwhile: each end is told once, with its own time', async () => {
  const { collate } = stage.place
  const schedule = await askSchedule(stage, { schedule: ONCE_A_YEAR })
  const [gate, ofTest] = [await stage.place.gate(), await stage.place.gate()]
  const [long, failing, silent] = [
    await askRun(stage, 'a run', { waitAt: gate.url }),
    await askRun(stage, 'a run that fails by itself', { waitAt: gate.url, exitCode: 3 }),
    await askRun(stage, 'a run that ends without a word', { waitAt: gate.url, end: 'none' }),
  ]
  await askTestConnection(stage, 'a test connection', { waitAt: ofTest.url })
  await ofTest.reached()
  for (const runId of [long, failing, silent]) await collate.waitForStatus({ runId, state: 'running' })
  await collate.stopListening()
  for (const one of [gate, ofTest]) one.open()
  const fired = await fireNow(stage, schedule, 'a run of the schedule')
  await untilUntold(2)
  await restartRunner()
  await untilUntold(stage.asked.length)
  const backAtMs = Date.now()
  await collate.listenAgain()
  await collate.waitForRunner(stage.released.scenario.agentId, 'Active')
  const ends = await untilAllSettled(stage)
  for (const runId of [long, silent, fired]) expect(ends.get(runId)).toMatchObject({ state: 'success' })
  expect(ends.get(failing)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
  await expectTimesOfEnds(backAtMs)
  await expectExactlyOnce(stage)
})

test.runIf(IS_ALL)('Collate away for minutes, while a schedule fires and runs wait for each other: the same', async () => {
  const { collate } = stage.place
  const schedule = await askSchedule(stage, { schedule: EVERY_MINUTE })
  for (let number = 1; number <= 12; number += 1) await askRun(stage, `run ${number} of 12`, { seconds: 5, exitCode: number % 3 === 0 ? 3 : 0 })
  const retried = await askRun(stage, 'a run that is tried again', { seconds: 5, failAttempts: 1 }, { retries: 1, retryDelay: 1 })
  await collate.stopListening()
  const known = (await jobsOf(schedule)).length
  const hasFired = async (): Promise<true | undefined> => ((await jobsOf(schedule)).length >= known + FIRINGS ? true : undefined)
  await waitFor(hasFired, { what: `${FIRINGS} firings`, timeoutMs: 2 * PATIENCE_MS, everyMs: 1_000 })
  await restartRunner()
  await keepAccount(stage, 'collate-away')
  const backAtMs = Date.now()
  await collate.listenAgain()
  await collate.waitForRunner(stage.released.scenario.agentId, 'Active')
  await tell(schedule, 'pipeline/toggle', { enabled: false })
  await addFirings(stage, schedule)
  const ends = await untilAllSettled(stage)
  await keepAccount(stage, 'collate-back')
  expect(ends.get(retried)).toMatchObject({ state: 'success' })
  await expectTimesOfEnds(backAtMs)
  await expectExactlyOnce(stage)
})
