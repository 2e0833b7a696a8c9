/**
 * Runs of other kinds than metadata, by the real openmetadata-ingestion: what they find in a real PostgreSQL is what they tell.
 *
 * Only where nothing is left out, for its image takes minutes to build.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { podLog } from '../cluster/pods.ts'
import type { Postgres } from '../postgres/postgres.ts'
import { historyOf } from '../scenario/run-story.ts'
import type { RunRequest } from '../scenario/run-request.ts'
import { type Scenario, startScenario } from '../scenario/scenario.ts'
import { podOf, untilSettled } from '../scenario/settled.ts'
import { loadRunnerImage } from '../image/runner-image.ts'
import { loadPackageImage, PACKAGE_VERSION } from './image.ts'
import { PACKAGE_POLICY } from './package-policy.ts'
import { runOf } from './package-story.ts'
import { botOf, type Entity, makePipeline, makeService, putEntity } from './shop-catalog.ts'
import { allowSecrets, connectionTo, keepSecret, PURCHASES, startShop } from './shop.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const A_RUN_MS = 600_000
const TIMEOUT_MS = 1_800_000

const PURCHASE = 'shop.shop.sales.purchase'
const HELLO = 'metadata.applications.example.HelloPipelines'

describe.runIf(IS_ALL)('the real ingestion package', { timeout: TIMEOUT_MS }, () => {
  let scenario: Scenario
  let postgres: Postgres
  let service: Entity

  beforeAll(async () => {
    postgres = await startShop()
    await postgres.sql('shop', PURCHASES)
    scenario = await startScenario({ namespacePrefix: 'package-kinds', collate: { serverVersion: PACKAGE_VERSION }, environment: PACKAGE_POLICY })
    await Promise.all([loadRunnerImage(scenario.cluster), loadPackageImage(scenario.cluster)])
    await allowSecrets(scenario.cluster, scenario.namespace)
    await keepSecret(scenario.cluster, scenario.namespace, 'shop-password', postgres.password)
    service = await makeService(botOf(scenario.collate), 'shop', connectionTo(scenario.cluster, postgres, 'secret:shop-password'))
    await expectSuccess(runOf(scenario, service, await makePipeline(botOf(scenario.collate), service)))
  })
  afterAll(async () => {
    await scenario?.stop()
    await postgres?.stop()
  })

  async function logOf(runId: string): Promise<string> {
    const pod = await podOf(scenario, runId)
    return podLog(scenario.cluster, scenario.namespace, pod?.metadata.name ?? '')
  }

  async function expectSuccess(request: RunRequest): Promise<void> {
    expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    const end = await untilSettled(scenario, request.runId, A_RUN_MS)
    expect(end, await logOf(request.runId)).toMatchObject({ state: 'success' })
    expect(await historyOf(scenario, request.runId)).toEqual(['running by bot', 'success by bot'])
  }

  async function shown(path: string): Promise<unknown> {
    return (await botOf(scenario.collate)('GET', path)).body
  }

  test('a profiler run counts the rows of a table, and what is in its columns', async () => {
    const sourceConfig = { config: { type: 'Profiler', schemaFilterPattern: { includes: ['^sales$'] } } }
    await expectSuccess(
      runOf(scenario, service, await makePipeline(botOf(scenario.collate), service, { name: 'profile', pipelineType: 'profiler', sourceConfig })),
    )
    const { profile, columns } = (await shown(`/tables/name/${PURCHASE}`)) as { profile: object; columns: readonly { name: string; profile: object }[] }
    expect(profile).toMatchObject({ rowCount: 3, columnCount: 3 })
    expect(columns.find(({ name }) => name === 'amount')?.profile).toMatchObject({ valuesCount: 2, nullCount: 1, min: 50, max: 150, mean: 100 })
  })

  test('a run of tests tells of each whether the table passes it; one that does not is no failure of the run', async () => {
    const rest = botOf(scenario.collate)
    const definition = { name: 'tableRowCountToBeBetween', description: 'How many rows', entityType: 'TABLE', testPlatforms: ['OpenMetadata'] }
    await putEntity(rest, '/dataQuality/testDefinitions', definition)
    const atMost = async (name: string, value: string): Promise<Entity> => {
      const parameterValues = [
        { name: 'minValue', value: '1' },
        { name: 'maxValue', value },
      ]
      return putEntity(rest, '/dataQuality/testCases', { name, entityLink: `<#E::table::${PURCHASE}>`, testDefinition: definition.name, parameterValues })
    }
    await Promise.all([atMost('few', '2'), atMost('enough', '10')])
    const suite = (await shown(`/dataQuality/testSuites/name/${PURCHASE}.testSuite`)) as Entity
    const sourceConfig = { config: { type: 'TestSuite', entityFullyQualifiedName: PURCHASE } }
    const more = { name: 'tests', pipelineType: 'TestSuite', sourceConfig, service: { id: suite.id, type: 'testSuite' } }
    await expectSuccess(runOf(scenario, suite, await makePipeline(rest, service, more)))
    expect(await shown(`/dataQuality/testCases/name/${PURCHASE}.few`)).toMatchObject({
      testCaseResult: { testCaseStatus: 'Failed', result: expect.stringContaining('rowCount=3'), testResultValue: [{ name: 'rowCount', value: '3' }] },
    })
    expect(await shown(`/dataQuality/testCases/name/${PURCHASE}.enough`)).toMatchObject({ testCaseResult: { testCaseStatus: 'Success' } })
  })

  async function runAlone(appConfiguration: object): Promise<string> {
    const runId = randomUUID()
    const { openMetadataServerConnection } = scenario.request().ingestionPipeline
    const app = { id: randomUUID(), name: 'HelloPipelines', sourcePythonClass: HELLO, appConfiguration, openMetadataServerConnection }
    const answer = await scenario.collate.call('application/run', { runner: scenario.agentId, runId, app }, { agentId: scenario.agentId })
    expect(answer).toMatchObject({ result: { code: 200, runId } })
    return runId
  }

  test('an application without a pipeline runs with its configuration, and its end stands on its record', async () => {
    const runId = await runAlone({ sleep: 1, echo: 'a word of the application' })
    expect(await untilSettled(scenario, runId, A_RUN_MS)).toMatchObject({ state: 'success' })
    expect(await logOf(runId)).toContain('a word of the application')
  })

  test('an application whose configuration is wrong fails in its own words', async () => {
    const runId = await runAlone({ sleep: 'long', echo: '' })
    expect(await untilSettled(scenario, runId, A_RUN_MS)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    expect(await logOf(runId)).toContain('Hello pipelines received invalid configuration')
  })

  test('an application with a pipeline tells its end as that pipeline, with the override of this run', async () => {
    const sourceConfig = { config: { type: 'Application', sourcePythonClass: HELLO, appConfig: { sleep: 1, echo: 'of the pipeline' } } }
    const pipeline = await makePipeline(botOf(scenario.collate), service, { name: 'hello', pipelineType: 'application', sourceConfig })
    const request = runOf(scenario, service, pipeline)
    const app = { id: randomUUID(), name: 'HelloPipelines', sourcePythonClass: HELLO }
    const params = { ...request, app, configOverride: { echo: 'of this run' } }
    expect(await scenario.collate.call('application/run', params, { agentId: scenario.agentId })).toMatchObject({ result: { code: 200 } })
    const end = await untilSettled(scenario, request.runId, A_RUN_MS)
    expect(end, await logOf(request.runId)).toMatchObject({ state: 'success' })
    expect(await historyOf(scenario, request.runId)).toEqual(['running by bot', 'success by bot'])
    expect(await logOf(request.runId)).toContain('of this run')
  })
})
