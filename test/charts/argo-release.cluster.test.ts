/** Releases under Argo: with the chart's own controller, and with one that is there already. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPrograms } from '../cluster/build-cache.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { consoleProgress } from '../cluster/progress.ts'
import { ARGO_PROGRAMS } from '../cluster/versions.ts'
import { testConnection, untilShown } from '../scenario/automation-story.ts'
import { type Place, SERVER_VERSION } from '../scenario/place.ts'
import { loadIngestionImage } from '../ingestion-image/image.ts'
import { accepted, historyOf } from '../scenario/run-story.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { deploy, scheduledPipeline } from '../scenario/schedule-story.ts'
import { untilSettled } from '../scenario/settled.ts'
import { ARGO_VALUES, loadArgoImages } from './argo-images.ts'
import { type Release, releaseIn, releaseValues, type Values } from './release.ts'
import { openReleasePlace, untilOnly } from './released.ts'

/** Whole lives of releases take a minute each on a busy machine: those whose parts other tests show as well run when nothing is left out. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

const BUILD_TIMEOUT_MS = 1_200_000
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const OF_ARGO = { '/apis/argoproj.io/v1alpha1': ['workflows', 'cronworkflows', 'workflowtaskresults'] }

async function argoDefinitions({ cluster }: Place): Promise<string[]> {
  const { items } = (await callJson(cluster.api, { method: 'GET', path: CRDS })) as { items: readonly { readonly metadata: { readonly name: string } }[] }
  return items.map(({ metadata }) => metadata.name).filter((name) => name.endsWith('.argoproj.io'))
}

/** Installed, asked for runs of each end, a schedule and a test connection, and uninstalled while a run is active. */
async function expectWholeLife(scenario: Scenario, release: Release, values: Values): Promise<void> {
  const { collate, agentId } = scenario
  await release.install(values)
  await collate.waitForRunner(agentId, 'Active')
  const nightly = scheduledPipeline(scenario)
  await deploy(nightly, { schedule: '0 2 * * *' })
  const short = await accepted(scenario)
  const killed = await accepted(scenario, { seconds: 600 })
  const automation = await testConnection(scenario)
  await collate.waitForStatus({ runId: killed.runId, state: 'running' }, 60_000)
  expect(await scenario.list('workflows')).not.toEqual([])
  expect(await scenario.kill(killed.runId)).toMatchObject({ result: { code: 200 } })
  expect(await untilSettled(scenario, killed.runId)).toMatchObject({ state: 'stopped' })
  expect(await untilSettled(scenario, short.runId, 90_000)).toMatchObject({ state: 'success' })
  await untilShown(scenario, automation, 'Successful')

  const active = await accepted(scenario, { seconds: 600 })
  await collate.waitForStatus({ runId: active.runId, state: 'running' }, 60_000)
  await release.uninstall()
  expect((await historyOf(scenario, active.runId)).at(-1)).toBe('stopped by runner')
}

describe('with the controller that the chart installs', () => {
  let place: Place
  beforeAll(async () => {
    await buildPrograms(ARGO_PROGRAMS, consoleProgress(process.stderr))
    // The definitions are the cluster's, and other tests count on a cluster without them.
    place = await openReleasePlace({ namespacePrefix: 'argo-own', cluster: { name: 'argo-own' } })
    await loadArgoImages(place.cluster)
    expect(await argoDefinitions(place)).toEqual([])
  }, BUILD_TIMEOUT_MS)
  afterAll(async () => {
    await place?.stop()
    await place?.cluster.stop()
  })

  test('runs, tests a connection, kills, and leaves the definitions and a lease of the controller', { timeout: 240_000 }, async () => {
    const scenario = await prepareScenario({ place: overArgo(place), agentId: 'argo-own' })
    const release = await releaseIn(place.cluster, place.namespace)
    await expectWholeLife(scenario, release, { ...releaseValues(place.cluster, place.collate, 'argo-own'), ...ARGO_VALUES })
    await untilOnly(place, place.namespace, ['leases/workflow-controller'], OF_ARGO)
    expect(await argoDefinitions(place)).toHaveLength(8)
  })
})

/** The same place, whose runs are Workflows. */
function overArgo(place: Place): Place {
  return {
    cluster: place.cluster,
    namespace: place.namespace,
    collate: place.collate,
    kubeconfig: place.kubeconfig,
    program: place.program,
    executor: 'argo',
    list: async (resource) => place.list(resource),
    stop: async () => place.stop(),
  }
}

describe.runIf(IS_ALL)('with an Argo that is there already', () => {
  let place: Place
  beforeAll(async () => {
    place = await openReleasePlace({ executor: 'argo', namespacePrefix: 'argo-existing' })
    await loadIngestionImage(place.cluster, [`om-${SERVER_VERSION}-cl-${SERVER_VERSION}`])
  }, BUILD_TIMEOUT_MS)
  afterAll(async () => place?.stop())

  test('does the same, and leaves nothing', { timeout: 240_000 }, async () => {
    const scenario = await prepareScenario({ place, agentId: 'argo-existing' })
    const release = await releaseIn(place.cluster, place.namespace)
    const values = releaseValues(place.cluster, place.collate, 'argo-existing')
    const config = { ...(values['config'] as object), argoWorkflows: { endpoint: 'http://argo-server.argo:2746' } }
    await expectWholeLife(scenario, release, { ...values, config })
    await untilOnly(place, place.namespace, [], OF_ARGO)
  })
})
