/** What is wrong is answered with what and where, creates nothing, and leaves the runner serving. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RPC_ERROR } from '../../reconciler/link/codes.ts'
import { PATIENCE_MS } from '../cluster/waiting.ts'
import type { RpcAnswer } from '../collate/link-frame.ts'
import { auditEvents } from './audit-log.ts'
import { RunnerProcess } from './runner-process.ts'
import type { RunRequest, Simulate } from './run-request.ts'
import { accepted, expectOneStart } from './run-story.ts'
import { prepareScenario, type Scenario } from './scenario.ts'
import { untilSettled } from './settled.ts'

let scenario: Scenario
const goodRuns: string[] = []

async function goodRun(simulate: Simulate = {}): Promise<RunRequest> {
  const request = await accepted(scenario, simulate)
  goodRuns.push(request.runId)
  return request
}

beforeAll(async () => {
  scenario = await prepareScenario({ namespacePrefix: 'bad-input' })
  await scenario.startRunner()
  // The first good run has the runner write down its facts, so that every later create is somebody's fault.
  await untilSettled(scenario, (await goodRun()).runId)
})
afterAll(async () => scenario?.stop())

async function createsSoFar(): Promise<string[]> {
  return (await auditEvents(scenario.cluster, scenario.namespace))
    .filter(({ verb, user, code }) => verb === 'create' && code === 201 && user.includes(scenario.namespace))
    .map(({ resource, name }) => `${resource}/${name}`)
}

/** Whatever `act` does creates nothing, and the runner answers afterwards. That it still runs what it is sent is the last test's. */
async function expectNothingCreated(act: () => Promise<unknown>): Promise<void> {
  const before = await createsSoFar()
  await act()
  expect(await scenario.collate.call('service/status', {}, { agentId: scenario.agentId })).toMatchObject({ result: { code: 200 } })
  expect((await createsSoFar()).slice(before.length)).toEqual([])
}

async function answerTo(frame: string | Buffer): Promise<unknown> {
  const outcome = await scenario.collate.sendRaw(frame, { agentId: scenario.agentId, timeoutMs: PATIENCE_MS })
  return outcome.kind === 'frame' ? JSON.parse(outcome.text) : outcome
}

const rpc = (method: string, params: unknown): string => JSON.stringify({ jsonrpc: '2.0', id: 'bad', method, params })

describe('a frame that breaks the protocol', () => {
  const frames: readonly { readonly name: string; readonly frame: () => string | Buffer; readonly code: number; readonly message: RegExp }[] = [
    { name: 'malformed JSON', frame: () => '{"jsonrpc": "2.0", "id": 1, "method"', code: RPC_ERROR.parse, message: /not JSON/ },
    { name: 'a batch', frame: () => `[${rpc('pipeline/run', scenario.request())}]`, code: RPC_ERROR.invalidRequest, message: /batches are not supported/ },
    {
      name: 'a binary frame',
      frame: () => Buffer.from(rpc('pipeline/run', scenario.request())),
      code: RPC_ERROR.invalidRequest,
      message: /binary frames are not supported/,
    },
    {
      name: 'a frame of 2 MiB',
      frame: () => rpc('pipeline/run', { ...scenario.request(), padding: 'x'.repeat(2 * 1024 * 1024) }),
      code: RPC_ERROR.frameTooLarge,
      message: /at most 1048576 bytes/,
    },
    {
      name: 'a request of another JSON-RPC',
      frame: () => JSON.stringify({ id: 1, method: 'pipeline/run', params: scenario.request() }),
      code: RPC_ERROR.invalidRequest,
      message: /jsonrpc "2.0"/,
    },
    { name: 'an unknown method', frame: () => rpc('pipeline/fly', scenario.request()), code: RPC_ERROR.methodNotFound, message: /[Mm]ethod/ },
  ]

  test.for(frames)('$name gets a JSON-RPC error, creates nothing, and the runner goes on', async ({ frame, code, message }) => {
    await expectNothingCreated(async () => expect(await answerTo(frame())).toMatchObject({ error: { code, message: expect.stringMatching(message) } }))
  })
})

/** Paths of the issues of an invalidParams error. */
function pathsIn(answer: RpcAnswer): string[] {
  expect(answer).toMatchObject({ error: { code: RPC_ERROR.invalidParams } })
  const { issues } = ('error' in answer ? answer.error.data : undefined) as { readonly issues: readonly { readonly path: string; readonly message: string }[] }
  expect(issues.every(({ message }) => message.length > 3)).toBe(true)
  return issues.map(({ path }) => path).toSorted()
}

describe('params that are not what the method takes', () => {
  const call = async (method: string, params: unknown): Promise<RpcAnswer> => scenario.collate.call(method, params, { agentId: scenario.agentId })

  test('are answered with every missing field', async () => {
    await expectNothingCreated(async () => {
      expect(pathsIn(await call('pipeline/run', { runner: scenario.agentId }))).toEqual(['ingestionPipeline', 'runId'])
      expect(pathsIn(await call('run/kill', {}))).toEqual(['runId', 'runner'])
    })
  })

  test('are answered with every wrong field, by its path', async () => {
    const good = scenario.request()
    const { id: _, ...pipeline } = good.ingestionPipeline
    const connection = { hostPort: 'acme', securityConfig: { jwtToken: '' } }
    const params = {
      ...good,
      runId: 'tomorrow',
      notAfter: 'soon',
      ingestionPipeline: { ...pipeline, airflowConfig: { maxActiveRuns: 0, retries: 1.5 }, openMetadataServerConnection: connection },
    }
    await expectNothingCreated(async () => {
      expect(pathsIn(await call('pipeline/run', params))).toEqual([
        'ingestionPipeline.airflowConfig.maxActiveRuns',
        'ingestionPipeline.airflowConfig.retries',
        'ingestionPipeline.id',
        'ingestionPipeline.openMetadataServerConnection.hostPort',
        'ingestionPipeline.openMetadataServerConnection.securityConfig.jwtToken',
        'notAfter',
        'runId',
      ])
    })
  })

  test('are answered when there are none', async () => {
    await expectNothingCreated(async () => expect(await call('pipeline/run', undefined)).toMatchObject({ error: { code: RPC_ERROR.invalidParams } }))
  })
})

describe('a request that is understood and refused', () => {
  test('for another runner says which one this is', async () => {
    const request = scenario.request({ runner: 'gcp-prod' })
    await expectNothingCreated(async () => {
      expect(await scenario.run(request)).toMatchObject({ result: { code: 409, reason: expect.stringMatching(/^runner: .*aws-prod.*gcp-prod/) } })
    })
  })

  test('because it comes too late says until when it was good', async () => {
    const request = scenario.request({ notAfter: Date.now() - 1_000 })
    await expectNothingCreated(async () =>
      expect(await scenario.run(request)).toMatchObject({ result: { code: 410, reason: expect.stringContaining('notAfter') } }),
    )
  })

  test('because its run id belongs to another request says so, and the first run goes on', async () => {
    const first = await goodRun({ seconds: 1 })
    const other = { ...scenario.request({ pipelineName: 'another' }), runId: first.runId }
    expect(await scenario.run(other)).toMatchObject({ result: { code: 409, reason: expect.stringContaining(first.runId) } })
    expect(await untilSettled(scenario, first.runId)).toMatchObject({ state: 'success' })
    await expectOneStart(scenario, first.runId)
  })
})

describe('after all that', () => {
  test('a good run goes its way on the same link, and nothing but good runs was ever created', async () => {
    const { runId } = await goodRun()
    expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
    await expectOneStart(scenario, runId)
    const created = (await createsSoFar()).filter((object) => !/^(configmaps\/facts-|leases\/)/.test(object))
    expect(created.filter((object) => !goodRuns.some((good) => object.includes(good)))).toEqual([])
    expect(created).toHaveLength(3 * goodRuns.length)
    expect(await scenario.collate.connections()).toHaveLength(1)
  })
})

describe.concurrent('an environment', () => {
  async function startWith(environment: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly output: string }> {
    const runner = new RunnerProcess(scenario.place.program, { ...scenario.environment, AGENT_ID: `wrong-${randomUUID().slice(0, 8)}`, ...environment })
    return { code: await runner.exited(), output: runner.output }
  }

  test('with wrong values stops the start and lists all of them', async () => {
    const { code, output } = await startWith({
      INGESTION_CPU_LIMIT: '5 apples',
      INGESTION_MEMORY_REQUEST: '1GB',
      SERVER_URL: 'https://acme',
      APP_SERVER_PORT: '70000',
      SIMPLEK8S_PIPELINE_TYPE_CONFIGS: '{"metadata": ',
    })
    expect(code).toBe(2)
    for (const path of ['INGESTION_CPU_LIMIT', 'INGESTION_MEMORY_REQUEST', 'SERVER_URL', 'APP_SERVER_PORT', 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS'])
      expect(output).toMatch(new RegExp(`^${path}: \\S`, 'm'))
    expect(output).toContain('must be JSON')
  })

  test('with a key in the per-type table that no version ever had stops the start, and names the key', async () => {
    const { code, output } = await startWith({ SIMPLEK8S_PIPELINE_TYPE_CONFIGS: '{"metadata": {"tolleration": []}, "profiler": {"nodeSelector": {"a": 1}}}' })
    expect(code).toBe(2)
    expect(output).toMatch(/^SIMPLEK8S_PIPELINE_TYPE_CONFIGS\S*tolleration/m)
    expect(output).toMatch(/^SIMPLEK8S_PIPELINE_TYPE_CONFIGS\S*profiler\S*nodeSelector/m)
  })

  test("with the other executor's table is warned about, and starts", async () => {
    const other = await prepareScenario({ place: scenario.place, agentId: 'with-argo-table', environment: { ARGO_PIPELINE_TYPE_CONFIGS: '{"metadata": {}}' } })
    const runner = await other.startRunner()
    expect(await runner.waitForLine(({ msg, path }) => msg === 'configuration warning' && path === 'ARGO_PIPELINE_TYPE_CONFIGS')).toMatchObject({
      level: 'warn',
    })
    expect(await untilSettled(other, (await accepted(other)).runId)).toMatchObject({ state: 'success' })
    await other.stop()
  })
})
