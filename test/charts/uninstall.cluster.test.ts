/** `helm uninstall` in the middle of work: everything ends, Collate knows how, and nothing comes after. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leaseName } from '../../compiler/names.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { CommandError, run } from '../cluster/shell.ts'
import { auditEvents } from '../scenario/audit-log.ts'
import type { Place } from '../scenario/place.ts'
import { accepted, historyOf } from '../scenario/run-story.ts'
import { runnerProgram } from '../scenario/runner-program.ts'
import { deploy, scheduledPipeline, startJob } from '../scenario/schedule-story.ts'
import { objectsIn, openReleasePlace, releasedAt, untilOnly } from './released.ts'

/** Whole lives of releases take a minute each on a busy machine: those whose parts other tests show as well run when nothing is left out. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

let place: Place
beforeAll(async () => {
  place = await openReleasePlace({ namespacePrefix: 'uninstall' })
})
afterAll(async () => place?.stop())

test('with runs, a schedule and its Job under way leaves nothing, and nothing is started again', { timeout: 180_000 }, async () => {
  const { scenario, release, values } = await releasedAt(place, { agentId: 'leaving' })
  const { collate, agentId, namespace } = scenario
  await release.install(values)
  await collate.waitForRunner(agentId, 'Active')
  const nightly = scheduledPipeline(scenario)
  await deploy(nightly, { schedule: '0 2 * * *', simulate: { seconds: 600 } })
  const job = await startJob(nightly)
  const { runId } = await accepted(scenario, { seconds: 600 })
  for (const id of [runId, job.uid]) await collate.waitForStatus({ runId: id, state: 'running' }, 60_000)

  const started = performance.now()
  expect(await release.uninstall()).toContain('uninstalled')
  console.log(`uninstalled in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  await untilOnly(place, namespace)
  for (const id of [runId, job.uid]) expect((await historyOf(scenario, id)).at(-1)).toBe('stopped by runner')

  const events = await auditEvents(scenario.cluster, namespace)
  const end = events.findLastIndex(({ verb, resource, name }) => verb === 'delete' && resource === 'leases' && name === leaseName(agentId))
  expect(end).toBeGreaterThan(0)
  const account = `system:serviceaccount:${namespace}:${release.name}-hybrid-ingestion-runner`
  const after = events.slice(end + 1).filter(({ user, verb, resource }) => user === account && ['create', 'patch', 'delete'].includes(verb) && resource !== 'events')
  expect(after.map(({ verb, resource, name }) => `${verb} ${resource}/${name}`)).toEqual([])
})

test.runIf(IS_ALL)('whose hook fails says how to go on, and the way it names leaves nothing, either', { timeout: 180_000 }, async () => {
  const { scenario, release, values } = await releasedAt(place, { agentId: 'stuck' })
  const { cluster, namespace, agentId } = scenario
  await release.install(values)
  await scenario.collate.waitForRunner(agentId, 'Active')
  const { runId } = await accepted(scenario, { seconds: 600 })
  await scenario.collate.waitForStatus({ runId, state: 'running' }, 60_000)
  const name = `${release.name}-hybrid-ingestion-runner`
  await callJson(cluster.api, { method: 'DELETE', path: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings/${name}` })

  const failure = await release.uninstall().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(CommandError)
  const { stderr } = failure as CommandError
  for (const words of ['cannot list resource', 'helm uninstall --no-hooks', `${name}-uninstall`]) expect(stderr).toContain(words)
  await release.uninstall('--no-hooks')
  expect(await run(process.execPath, [await runnerProgram(), 'uninstall', '--namespace', namespace, '--agent', agentId], { env: { KUBECONFIG: cluster.kubeconfigPath } })).toContain('nothing of runner stuck is left')
  expect((await historyOf(scenario, runId)).at(-1)).toBe('running by bot')
  const ofHook = (await objectsIn(place, namespace)).filter((object) => object.includes(`${name}-uninstall`))
  await untilOnly(place, namespace, ofHook)
})
