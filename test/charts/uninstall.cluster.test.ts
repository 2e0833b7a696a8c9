/** `helm uninstall` in the middle of work: everything ends, Collate knows how, and nothing comes after. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { leaseName } from '../../compiler/names.ts'
import { CommandError, run } from '../cluster/shell.ts'
import { callsOf, refusedCalls } from './rights-used.ts'
import { auditEvents } from '../scenario/audit-log.ts'
import type { Place } from '../scenario/place.ts'
import { accepted, expectOneStart, historyOf } from '../scenario/run-story.ts'
import { runnerProgram } from '../scenario/runner-program.ts'
import { deploy, scheduledPipeline, startJob, untilCron } from '../scenario/schedule-story.ts'
import { untilSettled } from '../scenario/settled.ts'
import { CHART_FOLDER } from './release.ts'
import { objectsIn, openReleasePlace, releasedAt, untilOnly } from './released.ts'

/** Whole lives of releases take a minute each on a busy machine: those whose parts other tests show as well run when nothing is left out. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

let place: Place
beforeAll(async () => {
  place = await openReleasePlace({ namespacePrefix: 'uninstall' })
})
afterAll(async () => place?.stop())

test('with runs, a schedule and its Job under way leaves nothing, and nothing is started again', async () => {
  const { scenario, release, values } = await releasedAt(place, { agentId: 'leaving' })
  const { collate, agentId, namespace } = scenario
  await release.install(values)
  await collate.waitForRunner(agentId, 'Active')
  const nightly = scheduledPipeline(scenario)
  await deploy(nightly, { schedule: '0 2 * * *', simulate: { seconds: 600 } })
  const job = await startJob(nightly)
  const { runId } = await accepted(scenario, { seconds: 600 })
  for (const id of [runId, job.uid]) await collate.waitForStatus({ runId: id, state: 'running' })

  const started = performance.now()
  expect(await release.uninstall()).toContain('uninstalled')
  console.log(`uninstalled in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  await untilOnly(place, namespace)
  for (const id of [runId, job.uid]) expect((await historyOf(scenario, id)).at(-1)).toBe('stopped by runner')

  const events = await auditEvents(scenario.cluster, namespace)
  const end = events.findLastIndex(({ verb, resource, name }) => verb === 'delete' && resource === 'leases' && name === leaseName(agentId))
  expect(end).toBeGreaterThan(0)
  expect(refusedCalls(await callsOf(scenario.cluster, namespace, `${release.name}-hybrid-ingestion-runner-uninstall`))).toEqual([])
  const account = `system:serviceaccount:${namespace}:${release.name}-hybrid-ingestion-runner`
  const after = events
    .slice(end + 1)
    .filter(({ user, verb, resource }) => user === account && ['create', 'patch', 'delete'].includes(verb) && resource !== 'events')
  expect(after.map(({ verb, resource, name }) => `${verb} ${resource}/${name}`)).toEqual([])
})

/** The chart, but for the rights of its hook. */
async function chartWithoutRights(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chart-'))
  onTestFinished(async () => rm(folder, { recursive: true }))
  await cp(CHART_FOLDER, folder, { recursive: true })
  await rm(join(folder, 'templates', 'uninstall-role-binding.yaml'))
  return folder
}

/** The runner of the second release stands by, and would take everything over; then it leads, and what it has is its own. */
test.runIf(IS_ALL)('of a release beside which another one leads under the same agent id leaves that one alone', async () => {
  const one = await releasedAt(place, { agentId: 'shared', name: 'one' })
  const two = await releasedAt(place, { agentId: 'shared', name: 'two' })
  const { scenario } = one
  const account = { ...(two.values['config'] as Readonly<Record<string, object>>)['ingestionPods'], serviceAccount: { name: 'ingestion-two' } }
  await one.release.install(one.values)
  await scenario.collate.waitForRunner('shared', 'Active')
  const { runId } = await accepted(scenario, { seconds: 600 })
  await scenario.collate.waitForStatus({ runId, state: 'running' })
  await two.release.install({ ...two.values, config: { ...(two.values['config'] as object), ingestionPods: account } })
  expect(await two.release.uninstall()).toContain('uninstalled')
  expect((await historyOf(scenario, runId)).at(-1)).toBe('running by bot')
  expect(await scenario.collate.call('service/status', { runner: 'shared' }, { agentId: 'shared' })).toMatchObject({ result: { code: 200 } })
  await one.release.uninstall()
  expect((await historyOf(scenario, runId)).at(-1)).toBe('stopped by runner')
  await untilOnly(place, scenario.namespace)
})

test.runIf(IS_ALL)('whose hook fails says how to go on, and the way it names leaves nothing, either', async () => {
  const { scenario, release, values } = await releasedAt(place, { agentId: 'stuck', chart: await chartWithoutRights() })
  const { cluster, namespace, agentId } = scenario
  await release.install(values)
  await scenario.collate.waitForRunner(agentId, 'Active')
  const { runId } = await accepted(scenario, { seconds: 600 })
  await scenario.collate.waitForStatus({ runId, state: 'running' })
  const name = `${release.name}-hybrid-ingestion-runner`
  const failure = await release.uninstall().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(CommandError)
  const { stderr } = failure as CommandError
  for (const words of ['cannot get resource', 'helm uninstall --no-hooks', `${name}-uninstall`]) expect(stderr).toContain(words)
  await release.uninstall('--no-hooks')
  expect(
    await run(process.execPath, [await runnerProgram(), 'uninstall', '--namespace', namespace, '--agent', agentId], {
      env: { KUBECONFIG: cluster.kubeconfigPath },
    }),
  ).toContain('nothing of runner stuck is left')
  expect((await historyOf(scenario, runId)).at(-1)).toBe('running by bot')
  const ofHook = (await objectsIn(place, namespace)).filter((object) => object.includes(`${name}-uninstall`))
  await untilOnly(place, namespace, ofHook)
})

/** As after a hook that failed, and somebody who then installs again instead of taking the rest away by hand. */
test.runIf(IS_ALL)('without its hook, and installed again: goes on with the runs and schedules that it finds', async () => {
  const { scenario, release, values } = await releasedAt(place, { agentId: 'again' })
  const { collate, agentId, namespace } = scenario
  await release.install(values)
  await collate.waitForRunner(agentId, 'Active')
  const nightly = scheduledPipeline(scenario)
  await deploy(nightly, { schedule: '0 2 * * *' })
  const { metadata } = await untilCron(nightly)
  const gate = await place.gate()
  const [longer, shorter] = [await accepted(scenario, { seconds: 600 }), await accepted(scenario, { waitAt: gate.url, end: 'none' })]
  for (const { runId } of [longer, shorter]) await collate.waitForStatus({ runId, state: 'running' })

  await release.uninstall('--no-hooks')
  gate.open()
  await release.install(values)
  await collate.waitForRunner(agentId, 'Active')
  expect(await untilSettled(scenario, shorter.runId)).toMatchObject({ state: 'success' })
  expect(await historyOf(scenario, shorter.runId)).toEqual(['running by bot', 'success by runner'])
  for (const { runId } of [longer, shorter]) await expectOneStart(scenario, runId)
  expect((await untilCron(nightly)).metadata.uid).toBe(metadata.uid)
  const job = await startJob(nightly)
  await collate.waitForStatus({ runId: job.uid, state: 'success' })

  await release.uninstall()
  expect(await historyOf(scenario, longer.runId)).toEqual(['running by bot', 'stopped by runner'])
  await untilOnly(place, namespace)
})
