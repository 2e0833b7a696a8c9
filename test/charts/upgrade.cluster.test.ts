/** `helm upgrade` and `rollback` in the middle of work, two replicas, and a drain of their node. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leaseName } from '../../compiler/names.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import type { KubernetesObject, Place } from '../scenario/place.ts'
import { accepted, expectOneStart, historyOf } from '../scenario/run-story.ts'
import { deploy, scheduledPipeline, untilCron } from '../scenario/schedule-story.ts'
import { untilSettled } from '../scenario/settled.ts'
import { CHART_FOLDER, releaseIn } from './release.ts'
import { openReleasePlace, releasedAt, runnerPods, untilAnswered } from './released.ts'

/** Whole lives of releases take a minute each on a busy machine: those whose parts other tests show as well run when nothing is left out. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

let place: Place
let otherVersion: string
beforeAll(async () => {
  otherVersion = await mkdtemp(join(tmpdir(), 'chart-'))
  await cp(CHART_FOLDER, otherVersion, { recursive: true })
  const chart = await readFile(join(otherVersion, 'Chart.yaml'), 'utf8')
  await writeFile(join(otherVersion, 'Chart.yaml'), chart.replace(/^version: .*$/m, 'version: 99.0.0'))
  place = await openReleasePlace({ namespacePrefix: 'upgrade' })
})
afterAll(async () => {
  await rm(otherVersion, { recursive: true, force: true })
  await place?.stop()
})

/** Of those that are not on their way out. */
const names = (pods: readonly KubernetesObject[]): string[] =>
  pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.name)

test('an upgrade while runs are active loses none and starts none twice; a rollback and another chart keep schedules', async () => {
  const { scenario, release, values } = await releasedAt(place, { agentId: 'upgraded' })
  await release.install({ ...values, extraEnvs: [{ name: 'MAX_ACTIVE_RUNS', value: '2' }] })
  await scenario.collate.waitForRunner(scenario.agentId, 'Active')
  const nightly = scheduledPipeline(scenario)
  await deploy(nightly, { schedule: '0 2 * * *' })
  const { metadata } = await untilCron(nightly)
  const gate = await place.gate()
  const runs = [await accepted(scenario, { waitAt: gate.url, end: 'none' }), await accepted(scenario, { waitAt: gate.url }), await accepted(scenario)]

  await release.upgrade({ ...values, extraEnvs: [{ name: 'MAX_ACTIVE_RUNS', value: '3' }] })
  gate.open()
  for (const { runId } of runs) {
    expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
    expect((await historyOf(scenario, runId)).filter((entry) => entry.startsWith('success'))).toHaveLength(1)
    await expectOneStart(scenario, runId)
  }

  await release.helm('rollback', '1', '--wait', '--timeout', '600s')
  expect((await untilCron(nightly)).metadata.uid).toBe(metadata.uid)
  const before = names(await runnerPods(release, place))
  const next = await releaseIn(place.cluster, place.namespace, { chart: otherVersion })
  await next.upgrade({ ...values, extraEnvs: [{ name: 'MAX_ACTIVE_RUNS', value: '2' }] })
  expect(names(await runnerPods(release, place))).toEqual(before)
  expect((await untilCron(nightly)).metadata.uid).toBe(metadata.uid)
  await release.uninstall()
})

test.runIf(IS_ALL)('two replicas: another leads when the leader is deleted, and a drain takes one at a time; the only one of a release may go', async () => {
  const { scenario, release, values } = await releasedAt(place, { agentId: 'doubled' })
  const { collate, agentId, namespace, cluster } = scenario
  const budget = { podDisruptionBudget: { enabled: true } }
  await release.install({ ...values, ...budget, replicaCount: 2 })
  await collate.waitForRunner(agentId, 'Active')
  const gate = await place.gate()
  const { runId } = await accepted(scenario, { waitAt: gate.url, end: 'none' })

  const leader = await leaderOf(scenario)
  await callJson(cluster.api, { method: 'DELETE', path: `/api/v1/namespaces/${namespace}/pods/${leader}` })
  const successor = async (): Promise<string | undefined> => {
    const holder = await leaderOf(scenario)
    return holder !== '' && holder !== leader ? holder : undefined
  }
  await waitFor(successor, { what: 'another leader' })
  gate.open()
  expect(await untilAnswered(async () => collate.call('service/status', { runner: agentId }, { agentId }))).toMatchObject({ result: { code: 200 } })
  expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
  await expectOneStart(scenario, runId)

  const ready = await untilReady(2)
  expect(await Promise.all([evict(ready[0]), evict(ready[1])])).toEqual(expect.arrayContaining([201, 429]))
  await untilReady(2)

  await release.upgrade({ ...values, ...budget, replicaCount: 1 })
  expect(await evict((await untilReady(1))[0])).toBe(201)
  await untilReady(1)
  await release.upgrade({ ...values, podDisruptionBudget: { enabled: true, minAvailable: 1 }, replicaCount: 1 })
  expect(await evict((await untilReady(1))[0])).toBe(429)
  await release.uninstall()

  async function evict(pod: KubernetesObject | undefined): Promise<number> {
    const name = pod?.metadata.name ?? ''
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }
    return (await cluster.api({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, body })).status
  }

  /** The pods, once there are just so many, all ready, and the budget has counted them. */
  async function untilReady(count: number): Promise<readonly KubernetesObject[]> {
    const probe = async (): Promise<readonly KubernetesObject[] | undefined> => {
      const pods = await runnerPods(release, place)
      const [pdb] = (await callJson(cluster.api, { method: 'GET', path: `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets` }))['items'] as {
        status: { currentHealthy: number; expectedPods: number }
      }[]
      const isCounted = pdb?.status.currentHealthy === count && pdb.status.expectedPods === count
      return isCounted && pods.length === count && pods.every(isReady) ? pods : undefined
    }
    return waitFor(probe, { what: `${count} ready replicas` })
  }
})

function isReady({ metadata, status }: KubernetesObject): boolean {
  const conditions = (status?.['conditions'] ?? []) as readonly { readonly type: string; readonly status: string }[]
  return metadata.deletionTimestamp === undefined && conditions.some((one) => one.type === 'Ready' && one.status === 'True')
}

async function leaderOf({
  cluster,
  namespace,
  agentId,
}: {
  readonly cluster: Place['cluster']
  readonly namespace: string
  readonly agentId: string
}): Promise<string> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${leaseName(agentId)}`
  const { spec } = (await callJson(cluster.api, { method: 'GET', path })) as { spec: { holderIdentity?: string } }
  return spec.holderIdentity?.split('_')[0] ?? ''
}
