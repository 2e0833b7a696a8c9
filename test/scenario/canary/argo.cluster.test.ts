/** Secrets stay where they belong where Argo runs the pods: its Workflows, its own containers and what its controller writes are looked at, too. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunRequest, Simulate } from '../run-request.ts'
import { deployParams, ONCE_A_YEAR, scheduledPipeline } from '../schedule-story.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { checkEnvironment, connectionWith, prepareSecrets, STORED } from '../secrets-story.ts'
import { untilSettled } from '../settled.ts'
import { Canaries } from './canaries.ts'
import { everythingInSight } from './in-sight.ts'
import { applicationWithSecrets, automationWithSecrets, runWithSecrets } from './requests.ts'

/** Argo looks at a Workflow about every ten seconds, and these come to six kinds of end: about a minute. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

describe.runIf(IS_ALL)('under Argo planted secrets', () => {
  const canaries = new Canaries()
  const tokens = { runner: canaries.plantWord('runner.token'), bot: canaries.plantWord('bot.token') }
  const runs: RunRequest[] = []
  let scenario: Scenario

  beforeAll(async () => {
    const small = { INGESTION_AUTOMATION_WORKFLOW_CPU_REQUEST: '10m', INGESTION_AUTOMATION_WORKFLOW_MEMORY_REQUEST: '16Mi' }
    const environment = { LOG_LEVEL: 'debug', ...small, ...checkEnvironment('resolve') }
    scenario = await startScenario({ executor: 'argo', namespacePrefix: 'argo-canary', collate: { tokens }, environment })
    await prepareSecrets(scenario.place)
    canaries.adopt('store.value', STORED.value)
  })
  afterAll(async () => scenario?.stop())

  async function started(connection: object | undefined, simulate: Simulate = {}): Promise<string> {
    const request = runWithSecrets(scenario, canaries, { simulate, ...(connection === undefined ? {} : { connection }) })
    expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    runs.push(request)
    return request.runId
  }

  async function call(method: string, params: object): Promise<string> {
    expect(await scenario.collate.call(method, params, { agentId: scenario.agentId })).toMatchObject({ result: { code: 200 } })
    return (params as { readonly runId: string }).runId
  }

  async function hits(): Promise<string[]> {
    return canaries.hitsIn(await everythingInSight(scenario, [STORED.name], runs))
  }

  test('are nowhere in sight while Workflows go on, after every kind of end, and in schedules', async () => {
    const { ingestionPipeline, service } = runWithSecrets(scenario, canaries)
    const params = deployParams(scheduledPipeline(scenario), { schedule: ONCE_A_YEAR })
    const deployed = { ...ingestionPipeline, ...params.ingestionPipeline, openMetadataServerConnection: ingestionPipeline['openMetadataServerConnection'] }
    await call('pipeline/deploy', { ...params, ingestionPipeline: deployed, service })
    const going = await started(undefined, { seconds: 600 })
    const ended = [
      await started(undefined, { lines: 3 }),
      await started(undefined, { exitCode: 3, lines: 3 }),
      await started(connectionWith(STORED.reference)),
      await started(connectionWith('secret:not-there')),
      await call('automation/run', automationWithSecrets(scenario, canaries, { exitCode: 3 })),
      await call('application/run', applicationWithSecrets(scenario, canaries, { exitCode: 3 })),
    ]
    await scenario.collate.waitForStatus({ runId: going, state: 'running' })
    expect(await hits()).toEqual([])
    expect(await scenario.kill(going)).toMatchObject({ result: { code: 200 } })
    for (const runId of [going, ...ended]) await untilSettled(scenario, runId)
    expect(await scenario.list('workflows')).not.toEqual([])
    expect(await scenario.list('cronworkflows')).not.toEqual([])
    expect(await hits()).toEqual([])
  })

  test('would be found in a Workflow', async () => {
    const [workflow] = await scenario.list('workflows')
    const path = `/apis/argoproj.io/v1alpha1/namespaces/${scenario.namespace}/workflows/${workflow?.metadata.name}`
    const body = { metadata: { annotations: { 'example.com/planted': canaries.plant('connection.password') } } }
    await scenario.cluster.api({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' })
    expect(await hits()).toEqual([`connection.password in workflows/${workflow?.metadata.name}`])
  })
})
