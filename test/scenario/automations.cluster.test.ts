/** Test connections and applications: what becomes of them, and what the person at the screen sees. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shownWorkflow, testConnection, untilShown } from './automation-story.ts'
import { openPlace, type Place } from './place.ts'
import { expectOneStart } from './run-story.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { untilSettled } from './settled.ts'

let place: Place
let scenario: Scenario

/** As the stand-in for the ingestion image is small, too. */
const SMALL = {
  INGESTION_AUTOMATION_WORKFLOW_CPU_REQUEST: '10m',
  INGESTION_AUTOMATION_WORKFLOW_MEMORY_REQUEST: '16Mi',
  INGESTION_AUTOMATION_WORKFLOW_MEMORY_LIMIT: '64Mi',
}

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'automations' })
  scenario = await startScenario({ place, environment: SMALL })
})
afterAll(async () => {
  await scenario?.stop()
  await place?.stop()
})

async function patchesOf(): Promise<number> {
  return (await scenario.collate.requests()).filter(({ method, token }) => method === 'PATCH' && token === 'runner').length
}

describe('a test connection', () => {
  test.each([
    { end: 'success', status: 'Successful', answer: 'Successful', state: 'success' },
    { end: 'failed', status: 'Failed', answer: 'Failed', state: 'failed' },
    { end: 'failedSteps', status: 'Successful', answer: 'Failed', state: 'failed' },
  ] as const)('that its pod ends as $status with an answer that says $answer is left as it is', async ({ end, status, answer, state }) => {
    const before = await patchesOf()
    const automation = await testConnection(scenario, { end })
    expect(await untilSettled(scenario, automation.runId)).toMatchObject({ state, isAcknowledged: true })
    expect(await shownWorkflow(scenario, automation)).toMatchObject({ status, response: { status: answer } })
    expect(await patchesOf()).toBe(before)
    await expectOneStart(scenario, automation.runId)
  })

  test('whose pod dies is failed at the step that comes next, with class, words, remedy and the last lines of its log', async () => {
    const automation = await testConnection(scenario, { exitCode: 3, lines: 2 })
    expect(await untilSettled(scenario, automation.runId)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    const shown = await shownWorkflow(scenario, automation)
    expect(shown).toMatchObject({
      status: 'Failed',
      response: {
        status: 'Failed',
        steps: [
          { name: 'CheckAccess', passed: true },
          { name: 'GetSchemas', passed: false },
        ],
      },
    })
    const [, failed] = shown?.response?.steps ?? []
    expect(failed?.message).toMatch(/^ExitCode: .*exit code 3.*\nThe program itself failed/)
    expect(failed?.errorLog).toContain('Processed table [table_2]')
  })

  test('that is killed for memory says so', async () => {
    const automation = await testConnection(scenario, { allocateMiB: 128 })
    expect(await untilSettled(scenario, automation.runId)).toMatchObject({ state: 'failed', failureClass: 'OOMKilled' })
    const steps = (await shownWorkflow(scenario, automation))?.response?.steps
    expect(steps?.at(-1)?.message).toMatch(/^OOMKilled: .*\nRaise the memory limit of automation pods \(now 64Mi\)/)
  })

  test('that ends with 0 and writes no result has failed', async () => {
    const automation = await testConnection(scenario, { end: 'none' })
    expect(await untilSettled(scenario, automation.runId)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    expect((await untilShown(scenario, automation, 'Failed')).response?.steps?.at(-1)).toMatchObject({ message: expect.stringContaining('wrote no result') })
  })

  test('that is killed while it runs is failed with the reason', async () => {
    const automation = await testConnection(scenario, { seconds: 120 })
    await untilShown(scenario, automation, 'Running')
    expect(await scenario.kill(automation.runId)).toMatchObject({ result: { code: 200 } })
    expect(await untilSettled(scenario, automation.runId)).toMatchObject({ state: 'stopped' })
    expect(await shownWorkflow(scenario, automation)).toMatchObject({
      status: 'Failed',
      response: { steps: [{}, { message: 'stopped: stopped on request of Collate' }] },
    })
  })

  test('whose pod finds no node leaves its workflow alone until it is stopped', async () => {
    const nowhere = { SIMPLEK8S_PIPELINE_TYPE_CONFIGS: JSON.stringify({ automation: { nodeSelector: { 'example.com/pool': 'nowhere' } } }) }
    const other = await startScenario({ place, agentId: 'nowhere', environment: { ...SMALL, ...nowhere } })
    try {
      const automation = await testConnection(other)
      const { reason, remedy } = await other.runner().waitForLine('run waits')
      expect(`${String(reason)}\n${String(remedy)}`).toMatch(/didn't match Pod's node affinity\/selector[^]*\n.*nodeSelector or affinity of automation pods/)
      expect(await shownWorkflow(other, automation)).toMatchObject({ status: 'Pending' })
      await other.kill(automation.runId)
      expect(await untilSettled(other, automation.runId)).toMatchObject({ state: 'stopped' })
      expect(await shownWorkflow(other, automation)).toMatchObject({ status: 'Failed', response: { steps: [{ name: 'CheckAccess', passed: false }] } })
    } finally {
      await other.stop()
    }
  })
})

describe('an application without a pipeline', () => {
  const app = (simulate: object): object => ({
    id: randomUUID(),
    name: 'AutomatorApplication',
    fullyQualifiedName: 'AutomatorApplication',
    sourcePythonClass: 'metadata.applications.automator.AutomatorApp',
    appConfiguration: { type: 'Automator', simulate },
    openMetadataServerConnection: scenario.request().ingestionPipeline['openMetadataServerConnection'],
  })

  test.each([
    { what: 'well', simulate: {}, end: { state: 'success' } },
    { what: 'badly, its payload a file', simulate: { exitCode: 3, padding: 'x'.repeat(150_000) }, end: { state: 'failed', failureClass: 'ExitCode' } },
  ])('that ends $what ends so on its record, and is told to nobody', async ({ simulate, end }) => {
    const runId = randomUUID()
    const answer = await scenario.collate.call('application/run', { runner: scenario.agentId, runId, app: app(simulate) }, { agentId: scenario.agentId })
    expect(answer).toMatchObject({ result: { code: 200, runId } })
    expect(await untilSettled(scenario, runId)).toMatchObject({ ...end, isAcknowledged: true })
    expect(await scenario.collate.history({ runId })).toEqual([])
    await expectOneStart(scenario, runId)
  })
})
