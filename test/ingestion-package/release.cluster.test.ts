/**
 * The real openmetadata-ingestion under a release of the chart: the runner in the cluster under its own account, the pods under the
 * account that the chart makes for them, with no more right to Secrets than the chart gives.
 *
 * Only where nothing is left out: its image takes minutes to build, and each run half a minute of a processor.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Executor } from '../../compiler/policy/executor.ts'
import { objectsIn, openReleasePlace, type Released, releasedAt, runnerPods, untilOnly } from '../charts/released.ts'
import type { Values } from '../charts/release.ts'
import { waitFor } from '../cluster/waiting.ts'
import type { Postgres } from '../postgres/postgres.ts'
import { shownWorkflow } from '../scenario/automation-story.ts'
import type { Place } from '../scenario/place.ts'
import type { RunRequest } from '../scenario/run-request.ts'
import { failureIn, historyOf } from '../scenario/run-story.ts'
import { hasRun } from '../scenario/secrets-story.ts'
import { podOf, untilSettled } from '../scenario/settled.ts'
import { loadPackageImage, PACKAGE_VERSION } from './image.ts'
import { metadataRun, tablesOf, testOf } from './package-story.ts'
import { packageValues } from './package-values.ts'
import { connectionTo, keepSecret, startShop } from './shop.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const EXECUTORS: readonly Executor[] = ['simpleK8s', 'argo']
const MODE_TIMEOUT_MS = 3_600_000
const RUN_MS = 600_000

const SHOP_TABLES = ['customer', 'large_purchase', 'purchase']
/** The package tells no end of a workflow that could not be set up, as when the database lets nobody in: the runner does, with its last words. */
const BROKEN_OFF = ['running by bot', 'failed by runner']
const TOLD_MISSING = '"secret:missing" in Kubernetes (missing)'

describe.runIf(IS_ALL).each(EXECUTORS)('the real package under a release, by %s,', (executor) => {
  let place: Place
  let postgres: Postgres
  let released: Released

  beforeAll(async () => {
    postgres = await startShop()
    place = await openReleasePlace({ executor, namespacePrefix: 'package-release', collate: { serverVersion: PACKAGE_VERSION } })
    await loadPackageImage(place.cluster)
    await keepSecret(place.cluster, place.namespace, 'shop-password', postgres.password)
    await keepSecret(place.cluster, place.namespace, 'old-password', 'of before')
    released = await releasedAt(place, { agentId: 'package' })
  })
  afterAll(async () => {
    await place?.stop()
    await postgres?.stop()
  })

  function valuesFor(mode: string): Values {
    const { config, ...others } = packageValues(released.values)
    const argo = executor === 'argo' ? { argoWorkflows: { endpoint: 'http://argo-server.argo:2746' } } : {}
    return { ...others, config: { ...config, ...argo, secretsCheck: mode } }
  }

  /** Installs, or upgrades, and waits until no runner of before is left. */
  async function inMode(mode: string): Promise<void> {
    const { release, scenario } = released
    await release.upgrade(valuesFor(mode), '--install')
    const isAlone = async (): Promise<true | undefined> => ((await runnerPods(release, place)).length === 1 ? true : undefined)
    await waitFor(isAlone, { what: 'the end of the runner of before' })
    await scenario.collate.waitForRunner(scenario.agentId, 'Active')
  }

  const connection = (password: string): object => connectionTo(place.cluster, postgres, password)

  async function started(password: string): Promise<RunRequest> {
    const request = await metadataRun(released.scenario, connection(password))
    expect(await released.scenario.run(request)).toMatchObject({ result: { code: 200 } })
    return request
  }

  async function toldOf({ ingestionPipeline, runId }: RunRequest): Promise<string> {
    return JSON.stringify((await released.scenario.collate.status(ingestionPipeline.fullyQualifiedName, runId))?.status ?? [])
  }

  /** What is the same in every mode: a password that is there is used, and one that is wrong is refused by the database. */
  async function expectRunsWithSecrets(): Promise<void> {
    const { scenario } = released
    const [good, old] = [await started('secret:shop-password'), await started('secret:old-password')]
    expect(await untilSettled(scenario, good.runId, RUN_MS), await toldOf(good)).toMatchObject({ state: 'success' })
    expect(await historyOf(scenario, good.runId)).toEqual(['running by bot', 'success by bot'])
    expect((await tablesOf(scenario, good)).map(({ name }) => name)).toEqual(SHOP_TABLES)

    expect(await untilSettled(scenario, old.runId, RUN_MS)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    expect(await historyOf(scenario, old.runId)).toEqual(BROKEN_OFF)
    expect(await toldOf(old)).toContain('password authentication failed for user \\"reader\\"')
  }

  async function expectTestConnections(): Promise<void> {
    const { scenario } = released
    const [good, missing] = [await testOf(scenario, connection('secret:shop-password')), await testOf(scenario, connection('secret:missing'))]
    expect(await untilSettled(scenario, good.runId, RUN_MS)).toMatchObject({ state: 'success' })
    const passed = (await shownWorkflow(scenario, good))?.response?.steps?.map((step) => step.passed)
    expect(passed).toEqual(Array.from({ length: 6 }, () => true))
    expect(await untilSettled(scenario, missing.runId, RUN_MS)).toMatchObject({ state: 'failed' })
    const [first] = (await shownWorkflow(scenario, missing))?.response?.steps ?? []
    expect(first).toMatchObject({ name: 'CheckAccess', passed: false })
    expect(`${first?.message} ${first?.errorLog}`).toContain(TOLD_MISSING)
  }

  test('where references are reported on, looks its password up, and its status names the Secret that is missing', { timeout: MODE_TIMEOUT_MS }, async () => {
    await inMode('report')
    await expectRunsWithSecrets()
    await expectTestConnections()
    const missing = await started('secret:missing')
    expect(await untilSettled(released.scenario, missing.runId, RUN_MS)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    expect(await historyOf(released.scenario, missing.runId)).toEqual(BROKEN_OFF)
    const told = failureIn(await released.scenario.collate.status(missing.ingestionPipeline.fullyQualifiedName, missing.runId))
    expect(told?.error).toContain(TOLD_MISSING)
  })

  test.each(['enforce', 'resolve'])(
    'where they have to be readable (%s), starts with its password, and not without',
    { timeout: MODE_TIMEOUT_MS },
    async (mode) => {
      await inMode(mode)
      await expectRunsWithSecrets()
      // The program of a test connection fetches its workflow anew, with the references in it: nobody has resolved those.
      if (mode !== 'resolve') await expectTestConnections()
      const missing = await started('secret:missing')
      expect(await untilSettled(released.scenario, missing.runId, RUN_MS)).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable' })
      expect(hasRun(await podOf(released.scenario, missing.runId))).toBe(false)
      expect(await historyOf(released.scenario, missing.runId)).toEqual(['failed by runner'])
      expect(await toldOf(missing)).toContain('\\"secret:missing\\" in Kubernetes (missing)')
    },
  )

  test('leaves nothing but the Secrets of the test', { timeout: MODE_TIMEOUT_MS }, async () => {
    await released.release.uninstall()
    const ours = ['secrets/shop-password', 'secrets/old-password']
    await untilOnly(place, place.namespace, ours)
    expect((await objectsIn(place, place.namespace)).toSorted()).toEqual(ours.toSorted())
  })
})
