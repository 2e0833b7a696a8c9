/** `helm uninstall` in the middle of work: everything ends, Collate knows how, and nothing comes after. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leaseName } from '../../compiler/names.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { auditEvents } from '../scenario/audit-log.ts'
import type { Place } from '../scenario/place.ts'
import { accepted, historyOf } from '../scenario/run-story.ts'
import { deploy, scheduledPipeline, startJob } from '../scenario/schedule-story.ts'
import { openReleasePlace, releasedAt, untilOnly } from './released.ts'

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

test('whose hook cannot run says how to go on, and the way it names leaves nothing, either', { timeout: 180_000 }, async () => {
  const { scenario, release, values } = await releasedAt(place, { agentId: 'stuck' })
  await release.install(values)
  await scenario.collate.waitForRunner('stuck', 'Active')
  const { runId } = await accepted(scenario, { seconds: 600 })
  await scenario.collate.waitForStatus({ runId, state: 'running' }, 60_000)
  const lease = `/apis/coordination.k8s.io/v1/namespaces/${scenario.namespace}/leases`
  expect(await callJson(scenario.cluster.api, { method: 'GET', path: lease })).toBeDefined()
})
