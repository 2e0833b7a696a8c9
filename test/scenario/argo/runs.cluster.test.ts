/** What becomes of a run that Argo runs: request in, Workflow and real pod, state at Collate. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../../cluster/waiting.ts'
import { shownWorkflow, testConnection } from '../automation-story.ts'
import { openPlace, type Place } from '../place.ts'
import { accepted, failureIn, historyOf } from '../run-story.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { attemptOf, podOf, untilSettled } from '../settled.ts'

let place: Place
let shared: Scenario

beforeAll(async () => {
  place = await openPlace({ executor: 'argo', namespacePrefix: 'argo-runs' })
  shared = await startScenario({
    place,
    environment: { INGESTION_AUTOMATION_WORKFLOW_CPU_REQUEST: '10m', INGESTION_AUTOMATION_WORKFLOW_MEMORY_REQUEST: '16Mi' },
  })
})
afterAll(async () => {
  await shared?.stop()
  await place?.stop()
})

/** Every pod of the run that is or was there: Argo's are kept with their Workflow. */
async function podsOf(runId: string): Promise<number> {
  return (await shared.pods()).filter(({ metadata }) => metadata.name.includes(runId)).length
}

async function expectFailure(runId: string, failureClass: string, words: RegExp): Promise<void> {
  expect(await untilSettled(shared, runId)).toMatchObject({ state: 'failed', failureClass })
  const [failed] = (await shared.collate.history({ runId })).filter(({ status }) => status.pipelineState === 'failed')
  expect(failureIn(failed?.status ?? null)?.error).toMatch(words)
}

describe.concurrent('under Argo a run', () => {
  test('that ends well is left as its pod told it, and its Workflow stays to be looked at', async () => {
    const { runId } = await accepted(shared, { lines: 2 })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'success', isAcknowledged: true })
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'success by bot'])
    expect(await attemptOf(shared, runId)).toMatchObject({ status: { phase: 'Succeeded' } })
    expect(await podsOf(runId)).toBe(1)
  })

  test('that exits with 3 is told as failed, with the exit code and the last log lines of its pod', async () => {
    const { runId, ingestionPipeline } = await accepted(shared, { exitCode: 3, lines: 4 })
    await expectFailure(runId, 'ExitCode', /exit code 3/)
    expect(failureIn(await shared.collate.status(ingestionPipeline.fullyQualifiedName, runId))?.stackTrace).toContain('Processed table [table_4] (4 of 4)')
    expect(await podsOf(runId)).toBe(1)
  })

  test('that takes more memory than its limit is told as OOMKilled, with the limit', async () => {
    const { runId } = await accepted(shared, { allocateMiB: 128 })
    await expectFailure(runId, 'OOMKilled', /137.*\n.*64Mi/s)
  })

  test('that is killed while it runs is told as stopped, and not before its program has ended', async () => {
    const { runId, ingestionPipeline } = await accepted(shared, { seconds: 120 })
    await shared.collate.waitForStatus({ runId, state: 'running' })
    const hold = await shared.collate.hold({ method: 'PUT', path: `${ingestionPipeline.fullyQualifiedName}/pipelineStatus`, token: 'runner' })
    expect(await shared.kill(runId)).toMatchObject({ result: { code: 200, reason: 'stop requested' } })
    await hold.waitHeld()
    const containers = ((await podOf(shared, runId))?.status?.['containerStatuses'] ?? []) as readonly { readonly state: object }[]
    expect(containers.flatMap(({ state }) => Object.keys(state)).filter((state) => state !== 'terminated')).toEqual([])
    await hold.release()
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'stopped' })
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'stopped by runner'])
  })

  test('that takes longer than its time is told so in the words of Argo', async () => {
    const { runId } = await accepted(shared, { seconds: 120 }, { workflowTimeout: 20 })
    await expectFailure(runId, 'DeadlineExceeded', /deadline|DeadlineExceeded/)
  })

  test('whose Workflow is deleted by hand is ended, though its pod would run on, and told as deleted', async () => {
    const { runId } = await accepted(shared, { seconds: 120 })
    await shared.collate.waitForStatus({ runId, state: 'running' })
    await remove('/apis/argoproj.io/v1alpha1', 'workflows', (await attemptOf(shared, runId))?.metadata.name)
    await expectFailure(runId, 'Deleted', /was deleted before its program had ended/)
    await waitFor(async () => ((await attemptOf(shared, runId)) === undefined ? true : undefined), { what: 'the Workflow gone' })
    await waitFor(async () => ((await podsOf(runId)) === 0 ? true : undefined), { what: 'its pod gone' })
  })

  test('whose pod is deleted by hand is told as deleted, and not started again', async () => {
    const { runId } = await accepted(shared, { seconds: 120 })
    await shared.collate.waitForStatus({ runId, state: 'running' })
    await remove('/api/v1', 'pods', (await podOf(shared, runId))?.metadata.name)
    await expectFailure(runId, 'Deleted', /deleted/)
    await waitFor(async () => ((await podsOf(runId)) === 0 ? true : undefined), { what: 'the pod gone, and no other in its place' })
    expect((await historyOf(shared, runId)).filter((told) => told === 'running by bot')).toHaveLength(1)
  })

  test('whose runner is killed -9 meanwhile is adopted by the next, and told once', async () => {
    const scenario = await startScenario({ place, agentId: 'mortal' })
    try {
      const gate = await place.gate()
      const { runId } = await accepted(scenario, { waitAt: gate.url, end: 'none' })
      await scenario.collate.waitForStatus({ runId, state: 'running' })
      await scenario.runner().kill()
      await scenario.startRunner()
      gate.open()
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      expect(await historyOf(scenario, runId)).toEqual(['running by bot', 'success by runner'])
      expect(await scenario.pods()).toHaveLength(1)
    } finally {
      await scenario.stop()
    }
  })

  test('whose end comes while no runner is there is told by the next', async () => {
    const scenario = await startScenario({ place, agentId: 'asleep' })
    try {
      const gate = await place.gate()
      const { runId } = await accepted(scenario, { waitAt: gate.url, exitCode: 3 })
      await scenario.collate.waitForStatus({ runId, state: 'running' })
      await scenario.runner().kill()
      gate.open()
      const isOver = async (): Promise<true | undefined> => ((await attemptOf(scenario, runId))?.status?.['phase'] === 'Failed' ? true : undefined)
      await waitFor(isOver, { what: 'the end of the Workflow' })
      await scenario.startRunner()
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    } finally {
      await scenario.stop()
    }
  })

  test('whose image is not to be had is told as queued in the words of Kubernetes, and can be killed', async () => {
    const environment = { INGESTION_IMAGE: 'localhost/no-such-image:1', DYNAMIC_INGESTION_VERSION_ENABLED: 'false' }
    const scenario = await startScenario({ place, agentId: 'no-image', environment })
    try {
      const { runId } = await accepted(scenario)
      const told = await scenario.collate.waitForStatus({ runId, state: 'queued', writer: 'runner' })
      expect(failureIn(told.status)).toMatchObject({ name: 'ImagePull', error: expect.stringContaining('container main: ErrImagePull') })
      await scenario.kill(runId)
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'stopped' })
    } finally {
      await scenario.stop()
    }
  })

  test('that is a test connection and dies is failed on its workflow', async () => {
    const automation = await testConnection(shared, { exitCode: 3 })
    expect(await untilSettled(shared, automation.runId)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    expect(await shownWorkflow(shared, automation)).toMatchObject({
      status: 'Failed',
      response: { steps: [{ passed: true }, { message: expect.stringContaining('exit code 3') }] },
    })
  })
})

async function remove(root: string, resource: string, name: string | undefined): Promise<void> {
  const path = `${root}/namespaces/${place.namespace}/${resource}/${name ?? ''}`
  await place.cluster.api({ method: 'DELETE', path, body: { propagationPolicy: 'Background' } })
}
