/** What becomes of a run: request in, real pod, state at Collate. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import { openPlace, type Place } from './place.ts'
import type { RunRequest } from './run-request.ts'
import { accepted, expectOneStart, failureIn, historyOf } from './run-story.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { podOf, recordOf, untilSettled } from './settled.ts'

let place: Place
let shared: Scenario

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'runs' })
  shared = await startScenario({ place })
})
afterAll(async () => {
  await shared?.stop()
  await place?.stop()
  expect(await place?.collate.violations().catch(() => [])).toEqual([])
})

interface MainState {
  readonly state: { readonly terminated?: { readonly exitCode: number; readonly finishedAt: string }; readonly running?: object }
}

async function mainOf(scenario: Scenario, runId: string): Promise<MainState | undefined> {
  return ((await podOf(scenario, runId))?.status?.['containerStatuses'] as readonly MainState[] | undefined)?.[0]
}

async function logOf(runId: string): Promise<string> {
  const name = (await podOf(shared, runId))?.metadata.name ?? ''
  return (await shared.cluster.api({ method: 'GET', path: `/api/v1/namespaces/${shared.namespace}/pods/${name}/log` })).body
}

describe.concurrent('a run', () => {
  test('whose pod tells its success is left as the pod told it', async () => {
    const { runId } = await accepted(shared, { lines: 2 })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'success', isAcknowledged: true })
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'success by bot'])
    await expectOneStart(shared, runId)
  })

  test('that exits with 0 and tells no end is told as a success', async () => {
    const { runId, ingestionPipeline } = await accepted(shared, { end: 'none' })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'success' })
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'success by runner'])
    const status = await shared.collate.status(ingestionPipeline.fullyQualifiedName, runId)
    expect(status).toMatchObject({ startDate: expect.any(Number), endDate: expect.any(Number), metadata: { hybridRunner: { name: shared.agentId } } })
    await expectOneStart(shared, runId)
  })

  test('that exits with 3 is told as failed, with the exit code and its last log lines', async () => {
    const { runId, ingestionPipeline } = await accepted(shared, { exitCode: 3, lines: 4 })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'failed by runner'])
    const status = await shared.collate.status(ingestionPipeline.fullyQualifiedName, runId)
    expect(status).toMatchObject({ metadata: { hybridRunner: { failureClass: 'ExitCode' } } })
    const failure = failureIn(status)
    expect(failure).toMatchObject({ name: 'ExitCode', error: expect.stringContaining('exit code 3') })
    expect(failure?.stackTrace).toContain('Processed table [table_4] (4 of 4)')
    await expectOneStart(shared, runId)
  })

  test('that the pod calls a partial success stays one', async () => {
    const { runId } = await accepted(shared, { end: 'partialSuccess' })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'partialSuccess' })
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'partialSuccess by bot'])
  })

  test('whose payload is too large for the environment arrives whole in the pod', async () => {
    const request = withPadding(shared.request({ simulate: { lines: 7 }, pipelineName: 'large' }), 150_000)
    const { runId } = request
    expect(await shared.run(request)).toMatchObject({ result: { code: 200 } })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'success' })
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'success by bot'])
    // What the pod did stands at the end of the payload, behind the padding.
    expect(await shared.collate.status(request.ingestionPipeline.fullyQualifiedName, runId)).toMatchObject({ status: [{ name: 'Source', records: 7 }, {}] })
    const pod = await podOf(shared, runId)
    expect(JSON.stringify(pod?.spec)).not.toContain('secretKeyRef')
    expect(JSON.stringify(pod?.spec).length).toBeLessThan(10_000)
  })

  test('is one of several at once', async () => {
    const requests = await Promise.all(Array.from({ length: 6 }, async () => accepted(shared, { seconds: 1 })))
    const ends = await Promise.all(requests.map(async ({ runId }) => untilSettled(shared, runId)))
    expect(ends.map((end) => end?.state)).toEqual(requests.map(() => 'success'))
    for (const { runId } of requests) await expectOneStart(shared, runId)
  })
})

describe.concurrent('a kill', () => {
  test('of a run that runs is told as stopped, and not before its program has ended', async () => {
    const { runId, ingestionPipeline } = await accepted(shared, { seconds: 120 })
    await shared.collate.waitForStatus({ runId, state: 'running' })
    const hold = await shared.collate.hold({ method: 'PUT', path: `${ingestionPipeline.fullyQualifiedName}/pipelineStatus`, token: 'runner' })
    expect(await shared.kill(runId)).toMatchObject({ result: { code: 200, reason: 'stop requested' } })
    await hold.waitHeld()
    const atReport = await mainOf(shared, runId)
    await hold.release()
    expect(atReport?.state.terminated).toMatchObject({ exitCode: 143 })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'stopped' })
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'stopped by runner'])
    await expectOneStart(shared, runId)
  })

  test('of a run that does not listen is told as stopped only when its program has ended by itself', async () => {
    const gate = await place.gate()
    const { runId } = await accepted(shared, { waitAt: gate.url, ignoreSigterm: true, end: 'none' })
    await shared.collate.waitForStatus({ runId, state: 'running' })
    expect(await shared.kill(runId)).toMatchObject({ result: { code: 200 } })
    const killedAtMs = Date.now()
    await waitFor(async () => ((await logOf(runId)).includes('Ignoring signal') ? true : undefined), { what: 'the pod ignoring the signal' })
    // The kubelet writes what it sees a moment later than the program tells it.
    await waitFor(async () => (await mainOf(shared, runId))?.state.running, { what: 'the program shown as one that goes on' })
    expect(await historyOf(shared, runId)).toEqual(['running by bot'])
    // Kubernetes' times are whole seconds: a program that ends well within the one of the kill counts as one that came before it.
    await waitFor(() => (Date.now() > killedAtMs + 2_000 ? true : undefined), { what: 'a later second' })
    gate.open()
    const stopped = await shared.collate.waitForStatus({ runId, state: 'stopped' })
    const end = await untilSettled(shared, runId)
    expect(end).toMatchObject({ state: 'stopped' })
    expect(stopped.at).toBeGreaterThanOrEqual(end.endedAtMs ?? Number.POSITIVE_INFINITY)
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'stopped by runner'])
    await expectOneStart(shared, runId)
  })

  test('of a run that has ended changes nothing', async () => {
    const { runId } = await accepted(shared, {})
    await untilSettled(shared, runId)
    const before = await recordOf(shared, runId)
    expect(await shared.kill(runId)).toMatchObject({ result: { code: 200, reason: expect.stringContaining('success') } })
    expect(await recordOf(shared, runId)).toEqual(before)
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'success by bot'])
  })

  test('of a run that nobody knows is kept for its request, which does not start then', async () => {
    const request = shared.request()
    expect(await shared.kill(request.runId)).toMatchObject({ result: { code: 200, reason: expect.stringContaining('will not start') } })
    expect(await shared.run(request)).toMatchObject({ result: { code: 410 } })
    expect((await shared.pods()).filter(({ metadata }) => metadata.name.includes(request.runId))).toEqual([])
  })
})

function withPadding(request: RunRequest, bytes: number): RunRequest {
  const pipeline = request.ingestionPipeline as unknown as { readonly sourceConfig: { readonly config: object } }
  const sourceConfig = { config: { ...pipeline.sourceConfig.config, padding: 'x'.repeat(bytes) } }
  return { ...request, ingestionPipeline: { ...request.ingestionPipeline, sourceConfig } }
}
