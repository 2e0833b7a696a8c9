/** The life of a release: installed, asked for everything, upgraded in between, uninstalled. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Place } from '../scenario/place.ts'
import { deploy, scheduledPipeline, startJob, tell, untilCron, untilNoCron } from '../scenario/schedule-story.ts'
import { testConnection, untilShown } from '../scenario/automation-story.ts'
import { accepted, historyOf } from '../scenario/run-story.ts'
import { untilSettled } from '../scenario/settled.ts'
import type { HelmMajor } from './helm.ts'
import { openReleasePlace, type Released, releasedAt, untilAnswered, untilOnly } from './released.ts'

let place: Place
beforeAll(async () => {
  place = await openReleasePlace({ namespacePrefix: 'release' })
})
afterAll(async () => place?.stop())

/** Helm 3 goes the same way; its whole life only when nothing is left out. */
const HELMS: readonly HelmMajor[] = process.env['HYBRID_RUNNER_TEST_ALL'] === '1' ? [4, 3] : [4]

describe.each(HELMS)('a release, by Helm %i,', (helm) => {
  let released: Released
  beforeAll(async () => {
    released = await releasedAt(place, { agentId: 'released', helm })
  })

  test('runs, schedules, tests a connection, kills and shows logs, is upgraded in between, passes its own test, and leaves nothing', { timeout: 120_000 }, async () => {
    const { scenario, release, values } = released
    const { collate, agentId } = scenario
    await release.install(values)
    await collate.waitForRunner(agentId, 'Active')

    const nightly = scheduledPipeline(scenario)
    await deploy(nightly, { schedule: '0 2 * * *' })
    const job = await startJob(nightly)
    const first = await accepted(scenario, { lines: 3 })
    const automation = await testConnection(scenario)
    expect(await untilSettled(scenario, first.runId)).toMatchObject({ state: 'success' })
    await collate.waitForStatus({ runId: job.uid, state: 'success' }, 30_000)
    await untilShown(scenario, automation, 'Successful')
    expect(await collate.call('run/logs', { runner: agentId, runId: first.runId }, { agentId })).toMatchObject({ result: { code: 200 } })

    const long = await accepted(scenario, { seconds: 600 })
    await collate.waitForStatus({ runId: long.runId, state: 'running' }, 30_000)
    await release.upgrade({ ...values, extraEnvs: [{ name: 'LOG_LEVEL', value: 'debug' }] })
    expect(await untilAnswered(async () => scenario.kill(long.runId))).toMatchObject({ result: { code: 200 } })
    await collate.waitForStatus({ runId: long.runId, state: 'stopped' }, 30_000)
    expect(await historyOf(scenario, long.runId)).toEqual(['running by bot', 'stopped by runner'])

    await tell(nightly, 'pipeline/toggle', { enabled: false })
    expect((await untilCron(nightly, ({ spec }) => spec.suspend)).spec.schedule).toBe('0 2 * * *')
    await tell(nightly, 'pipeline/delete')
    await untilNoCron(nightly)

    // Helm 3 takes the pod away before it reads its log.
    expect(await release.helm('test', ...(helm === 4 ? ['--logs'] : []))).toContain('Succeeded')
    await release.uninstall()
    await untilOnly(place, release.namespace)
  })
})
