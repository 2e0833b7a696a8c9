/**
 * The real openmetadata-ingestion in the pods: it reads a real PostgreSQL, and tells the reference server what is in it.
 *
 * Only where nothing is left out, for its image takes minutes to build. What the package reads of a payload and of a store is always
 * asked, without pods, by test/referees.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aPolicy } from '../compiler/examples/policy.ts'
import { runOf } from '../compiler/examples/run.ts'
import { podLog } from '../cluster/pods.ts'
import { loadRunnerImage } from '../image/runner-image.ts'
import type { Postgres } from '../postgres/postgres.ts'
import { shownWorkflow } from '../scenario/automation-story.ts'
import { INGESTION_ACCOUNT } from '../scenario/runner-account.ts'
import { expectOneStart, failureIn, historyOf } from '../scenario/run-story.ts'
import { type Scenario, startScenario } from '../scenario/scenario.ts'
import { podOf, untilSettled } from '../scenario/settled.ts'
import { loadPackageImage, PACKAGE_VERSION } from './image.ts'
import { PACKAGE_POLICY } from './package-policy.ts'
import { metadataRun, tablesOf, testOf } from './package-story.ts'
import { runInPackage } from './program-pod.ts'
import { lookedUpIn } from './secret-lookup.ts'
import { allowSecrets, connectionTo, keepSecret, startShop } from './shop.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const A_RUN_MS = 600_000

const ENOUGH = {
  ...PACKAGE_POLICY,
  INGESTION_AUTOMATION_WORKFLOW_CPU_REQUEST: '10m',
  INGESTION_AUTOMATION_WORKFLOW_CPU_LIMIT: '2',
}

describe.runIf(IS_ALL)('the real ingestion package', () => {
  let scenario: Scenario
  let postgres: Postgres

  beforeAll(async () => {
    postgres = await startShop()
    scenario = await startScenario({ namespacePrefix: 'package', collate: { serverVersion: PACKAGE_VERSION }, environment: ENOUGH })
    await Promise.all([loadRunnerImage(scenario.cluster), loadPackageImage(scenario.cluster)])
    await allowSecrets(scenario.cluster, scenario.namespace)
    await keepSecret(scenario.cluster, scenario.namespace, 'shop-password', postgres.password)
  })
  afterAll(async () => {
    await scenario?.stop()
    await postgres?.stop()
  })

  const connection = (password: string): object => connectionTo(scenario.cluster, postgres, password)

  async function logOf(runId: string): Promise<string> {
    const pod = await podOf(scenario, runId)
    return podLog(scenario.cluster, scenario.namespace, pod?.metadata.name ?? '')
  }

  test('a metadata run reads tables and views with a password out of a Kubernetes Secret, and tells its own end', async () => {
    const request = await metadataRun(scenario, connection('secret:shop-password'))
    expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    const end = await untilSettled(scenario, request.runId, A_RUN_MS)
    expect(end, await logOf(request.runId)).toMatchObject({ state: 'success' })
    expect(await historyOf(scenario, request.runId)).toEqual(['running by bot', 'success by bot'])
    const { fullyQualifiedName } = request.ingestionPipeline
    expect(await scenario.collate.status(fullyQualifiedName, request.runId)).toMatchObject({
      status: [
        { name: 'Postgres', errors: 0 },
        { name: 'OpenMetadata', errors: 0 },
      ],
    })
    expect(await tablesOf(scenario, request)).toEqual([
      { name: 'customer', tableType: 'Regular', description: 'Who buys', columns: ['id INT', 'email TEXT'] },
      { name: 'large_purchase', tableType: 'View', description: undefined, columns: ['id BIGINT', 'customer_id INT', 'amount NUMERIC'] },
      { name: 'purchase', tableType: 'Regular', description: undefined, columns: ['id BIGINT', 'customer_id INT', 'amount NUMERIC'] },
    ])
    await expectOneStart(scenario, request.runId)
  })

  test('a metadata run with a wrong password fails, and its status says so in the words of the database', async () => {
    const request = await metadataRun(scenario, connection('wrong'))
    expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    expect(await untilSettled(scenario, request.runId, A_RUN_MS)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    const told = await scenario.collate.status(request.ingestionPipeline.fullyQualifiedName, request.runId)
    expect(told?.pipelineState).toBe('failed')
    expect(failureIn(told)?.stackTrace).toContain('password authentication failed for user "reader"')
    expect(failureIn(told)?.error).not.toContain('Secrets that could not be read')
  })

  test('a metadata run with a Secret that is not there fails, and its status names the Secret beside the words of the program', async () => {
    const request = await metadataRun(scenario, connection('secret:missing'))
    expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    expect(await untilSettled(scenario, request.runId, A_RUN_MS)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    const told = failureIn(await scenario.collate.status(request.ingestionPipeline.fullyQualifiedName, request.runId))
    expect(told?.error).toContain('"secret:missing" in Kubernetes (missing)')
    // All that the package itself has to say of it.
    expect(told?.stackTrace).toContain('fe_sendauth: no password supplied')
  })

  test('a test connection with a password out of a Kubernetes Secret shows each step as passed', async () => {
    const automation = await testOf(scenario, connection('secret:shop-password'))
    const end = await untilSettled(scenario, automation.runId, A_RUN_MS)
    expect(end, await logOf(automation.runId)).toMatchObject({ state: 'success' })
    const shown = await shownWorkflow(scenario, automation)
    expect(shown).toMatchObject({ status: 'Successful', response: { status: 'Successful' } })
    const names = ['CheckAccess', 'GetDatabases', 'GetSchemas', 'GetTables', 'GetViews', 'GetTags']
    expect(shown?.response?.steps?.map(({ name, passed }) => ({ name, passed }))).toEqual(names.map((name) => ({ name, passed: true })))
  })

  test('a test connection with a wrong password shows at its first step what the database says', async () => {
    const automation = await testOf(scenario, connection('wrong'))
    expect(await untilSettled(scenario, automation.runId, A_RUN_MS)).toMatchObject({ state: 'failed' })
    const shown = await shownWorkflow(scenario, automation)
    expect(shown).toMatchObject({ response: { status: 'Failed', steps: [{ name: 'CheckAccess', passed: false }] } })
    expect(shown?.response?.steps?.[0]?.errorLog).toContain('password authentication failed for user "reader"')
  })

  test('a test connection with a Secret that is not there shows at its first step which', async () => {
    const automation = await testOf(scenario, connection('secret:missing'))
    expect(await untilSettled(scenario, automation.runId, A_RUN_MS)).toMatchObject({ state: 'failed' })
    const [step] = (await shownWorkflow(scenario, automation))?.response?.steps ?? []
    expect(step).toMatchObject({ name: 'CheckAccess', passed: false })
    expect(step?.message).toContain('"secret:missing" in Kubernetes (missing)')
  })

  test('a pod has the value of a Secret as it lies there, and none for one without the key `value` or that is not there', async () => {
    const { cluster, namespace } = scenario
    await keepSecret(cluster, namespace, 'json', '{"password": "inner"}')
    await keepSecret(cluster, namespace, 'unicode', 'pässwörd ☃')
    await keepSecret(cluster, namespace, 'no-value', 'x', 'password')
    const references = ['secret:shop-password', 'secret:json', 'secret:unicode', 'secret:no-value', 'secret:missing', 'plain']
    const values = [postgres.password, '{"password": "inner"}', 'pässwörd ☃', null, null, 'plain']
    expect(await lookedUpIn(scenario, INGESTION_ACCOUNT, references)).toEqual(values)
  })

  test('a pod whose account may not read Secrets goes on with the reference itself', async () => {
    expect(await lookedUpIn(scenario, 'default', ['secret:shop-password'])).toEqual(['secret:shop-password'])
  })

  test('the exit handler writes the end of a run that has none, and leaves one that has', async () => {
    const request = await metadataRun(scenario, connection('wrong'))
    const { payload } = runOf(request, aPolicy({ INGESTION_NAMESPACE: scenario.namespace, SECRETS_MANAGER: 'db' }))
    const tell = async (pipelineStatus: string): Promise<readonly string[]> => {
      const variables = { config: payload.content, pipelineRunId: request.runId, pipelineStatus }
      const env = Object.entries(variables).map(([name, value]) => ({ name, value }))
      await runInPackage(scenario, { name: `exit-${pipelineStatus}`, command: ['python', 'exit_handler.py'], env })
      return historyOf(scenario, request.runId)
    }
    expect(await tell('failed')).toEqual(['failed by bot'])
    expect(await tell('success')).toEqual(['failed by bot'])
  })
})
