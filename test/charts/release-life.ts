/** The life of a release, under either executor: installed, asked for everything, upgraded in between, uninstalled. */
import { expect } from 'vitest'
import { testConnection, untilShown } from '../scenario/automation-story.ts'
import { accepted, historyOf } from '../scenario/run-story.ts'
import type { RunRequest } from '../scenario/run-request.ts'
import {
  deploy,
  EVERY_MINUTE,
  ONCE_A_YEAR,
  type ScheduledPipeline,
  scheduledPipeline,
  startJob,
  tell,
  untilCron,
  untilFired,
  untilNoCron,
} from '../scenario/schedule-story.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { untilSettled } from '../scenario/settled.ts'
import { type Released, untilAnswered } from './released.ts'

export interface LifeOptions {
  /** What has the schedule start: the clock of Kubernetes or Argo, a minute away; a Job by hand; or nothing. */
  readonly firing: 'clock' | 'hand' | 'none'
  /** Whether the release is upgraded while a run is active. */
  readonly isUpgraded: boolean
}

/** Leaves what an uninstall leaves: to be looked at by the test. */
export async function expectWholeLife(released: Released, { firing, isUpgraded }: LifeOptions): Promise<void> {
  const { scenario, release, values } = released
  await release.install(values)
  await scenario.collate.waitForRunner(scenario.agentId, 'Active')
  const nightly = scheduledPipeline(scenario)
  await deploy(nightly, { schedule: firing === 'clock' ? EVERY_MINUTE : ONCE_A_YEAR })
  const byHand = firing === 'hand' ? await startJob(nightly) : undefined
  const [killed] = await Promise.all([activeRun(scenario), expectGoodEnds(scenario)])

  if (isUpgraded) await release.upgrade({ ...values, extraEnvs: [{ name: 'LOG_LEVEL', value: 'debug' }] })
  expect(await untilAnswered(async () => scenario.kill(killed.runId))).toMatchObject({ result: { code: 200 } })
  await expectScheduleEnds(nightly, firing === 'clock' ? (await untilFired(nightly)).metadata.uid : byHand?.uid)
  expect(await untilSettled(scenario, killed.runId)).toMatchObject({ state: 'stopped' })
  expect(await historyOf(scenario, killed.runId)).toEqual(['running by bot', 'stopped by runner'])

  expect(await release.helm('test')).toContain('Succeeded')
  const active = await activeRun(scenario)
  await release.uninstall()
  expect((await historyOf(scenario, active.runId)).at(-1)).toBe('stopped by runner')
}

async function activeRun(scenario: Scenario): Promise<RunRequest> {
  const run = await accepted(scenario, { seconds: 600 })
  await scenario.collate.waitForStatus({ runId: run.runId, state: 'running' })
  if (scenario.place.executor === 'argo') expect(JSON.stringify(await scenario.list('workflows'))).toContain(run.runId)
  return run
}

/** A run and its log, and a test connection. */
async function expectGoodEnds(scenario: Scenario): Promise<void> {
  const { collate, agentId } = scenario
  const { runId } = await accepted(scenario, { lines: 3 })
  const automation = await testConnection(scenario)
  expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
  const log = await collate.call('run/logs', { runner: agentId, runId }, { agentId })
  expect(log).toMatchObject({ result: { code: 200, data: { ingestion_task: expect.stringContaining('Processed table [table_3]') } } })
  await untilShown(scenario, automation, 'Successful')
}

/** What it has started is told under that uid; it stops, and it goes. */
async function expectScheduleEnds(nightly: ScheduledPipeline, startedUid: string | undefined): Promise<void> {
  await tell(nightly, 'pipeline/toggle', { enabled: false })
  await untilCron(nightly, ({ spec }) => spec.suspend)
  if (startedUid !== undefined) await nightly.scenario.collate.waitForStatus({ runId: startedUid, state: 'success' })
  await tell(nightly, 'pipeline/delete')
  await untilNoCron(nightly)
}
