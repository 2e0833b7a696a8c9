/**
 * The real openmetadata-ingestion under the Argo that the chart installs: its controller and its executor come with the release, in a namespace that
 * enforces `restricted`.
 *
 * Only where nothing is left out: its image takes minutes to build, and Argo's definitions are a cluster's, so that it has one of its own.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ARGO_VALUES, loadArgoImages } from '../charts/argo-images.ts'
import { objectsIn, openReleasePlace, type Released, releasedAt, untilOnly } from '../charts/released.ts'
import { buildPrograms } from '../cluster/build-cache.ts'
import { consoleProgress } from '../cluster/progress.ts'
import { ARGO_PROGRAMS } from '../cluster/versions.ts'
import type { Postgres } from '../postgres/postgres.ts'
import { shownWorkflow } from '../scenario/automation-story.ts'
import type { Place } from '../scenario/place.ts'
import { historyOf } from '../scenario/run-story.ts'
import { untilSettled } from '../scenario/settled.ts'
import { loadPackageImage, PACKAGE_VERSION } from './image.ts'
import { metadataRun, tablesOf, testOf } from './package-story.ts'
import { packageValues } from './package-values.ts'
import { connectionTo, keepSecret, startShop } from './shop.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const RUN_MS = 600_000
const TIMEOUT_MS = 1_800_000
const OF_ARGO = { '/apis/argoproj.io/v1alpha1': ['workflows', 'cronworkflows', 'workflowtaskresults'] }

describe.runIf(IS_ALL)('the real package under the Argo that the chart installs', { timeout: TIMEOUT_MS }, () => {
  let place: Place
  let postgres: Postgres
  let released: Released

  beforeAll(async () => {
    await buildPrograms(ARGO_PROGRAMS, consoleProgress(process.stderr))
    postgres = await startShop()
    const cluster = { name: 'package-argo', argo: false } as const
    place = await openReleasePlace({ executor: 'argo', namespacePrefix: 'package-argo', cluster, collate: { serverVersion: PACKAGE_VERSION } })
    await loadArgoImages(place.cluster)
    await loadPackageImage(place.cluster)
    await keepSecret(place.cluster, place.namespace, 'shop-password', postgres.password)
    released = await releasedAt(place, { agentId: 'package-argo' })
    await released.release.install({ ...packageValues(released.values), ...ARGO_VALUES })
    await released.scenario.collate.waitForRunner('package-argo', 'Active')
  })
  afterAll(async () => {
    await place?.collate.stop()
    await place?.cluster.stop()
    await postgres?.stop()
  })

  const connection = (password: string): object => connectionTo(place.cluster, postgres, password)

  test('a metadata run is a Workflow that reads the database, tells its own end, and shows its log', async () => {
    const { scenario } = released
    const request = await metadataRun(scenario, connection('secret:shop-password'))
    expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    expect(await untilSettled(scenario, request.runId, RUN_MS)).toMatchObject({ state: 'success' })
    expect((await scenario.list('workflows')).map(({ metadata }) => metadata.name)).toContainEqual(expect.stringContaining(request.runId))
    expect(await historyOf(scenario, request.runId)).toEqual(['running by bot', 'success by bot'])
    expect((await tablesOf(scenario, request)).map(({ name }) => name)).toEqual(['customer', 'large_purchase', 'purchase'])
    const log = await scenario.collate.call('run/logs', { runner: scenario.agentId, runId: request.runId }, { agentId: scenario.agentId })
    expect(log).toMatchObject({ result: { code: 200, data: { ingestion_task: expect.stringContaining('Workflow finished in time') } } })
  })

  test('a metadata run with a wrong password fails by its exit code, in the words of the database', async () => {
    const { scenario } = released
    const request = await metadataRun(scenario, connection('wrong'))
    expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    expect(await untilSettled(scenario, request.runId, RUN_MS)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    const told = await scenario.collate.status(request.ingestionPipeline.fullyQualifiedName, request.runId)
    expect(JSON.stringify(told?.status)).toContain('password authentication failed for user \\"reader\\"')
  })

  test('a test connection is a Workflow that shows each step as passed', async () => {
    const { scenario } = released
    const automation = await testOf(scenario, connection('secret:shop-password'))
    expect(await untilSettled(scenario, automation.runId, RUN_MS)).toMatchObject({ state: 'success' })
    expect((await shownWorkflow(scenario, automation))?.response?.steps?.map(({ passed }) => passed)).toEqual(Array.from({ length: 6 }, () => true))
  })

  test('the release leaves the Secret of the test and a lease of the controller', async () => {
    await released.release.uninstall()
    const rest = ['leases/workflow-controller', 'secrets/shop-password']
    await untilOnly(place, place.namespace, rest, OF_ARGO)
    expect((await objectsIn(place, place.namespace, OF_ARGO)).toSorted()).toEqual(rest)
  })
})
