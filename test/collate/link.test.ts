import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { RPC_ERROR } from '../../reconciler/link/codes.ts'
import { MAX_FRAME_BYTES, PROTOCOL_VERSIONS } from '../../reconciler/link/protocol.ts'
import { startCollate } from './client.ts'
import type { Collate } from './client.ts'
import { accepted, connectRunner, helloOf, openRunner, refusedHandshake } from './plain-runner.ts'

let collate: Collate
beforeAll(async () => {
  collate = await startCollate({ serverVersion: '1.13.2', heartbeatIntervalMs: 60_000, retryAfterMs: 250 })
})
afterEach(() => collate.forget())
afterAll(() => collate.stop())

const violations = async (): Promise<readonly string[]> => (await collate.violations()).map(({ code, path }) => `${code} ${path}`.trim())

describe('the handshake', () => {
  test('needs a known token, the subprotocol and the path', async () => {
    const token = collate.tokens.runner!
    expect(await refusedHandshake(collate)).toMatchObject({ status: 401 })
    expect(await refusedHandshake(collate, { token: 'wrong' })).toMatchObject({ status: 401 })
    expect(await refusedHandshake(collate, { token, protocols: [] })).toMatchObject({ status: 400 })
    expect(await refusedHandshake(collate, { token, agentId: '' })).toMatchObject({ status: 404 })
    const attempts = await collate.connections()
    expect(attempts.map(({ status, token: name }) => [status, name])).toEqual([
      [401, null],
      [401, 'unknown'],
      [400, 'runner'],
      [404, 'runner'],
    ])
    expect(JSON.stringify(attempts)).not.toContain(token)
  })
})

describe('runner/hello', () => {
  test('is answered with what the server is, and makes the runner Active', async () => {
    const runner = await openRunner(collate, { agentId: 'büro/1' })
    expect(await collate.runners()).toEqual([])
    expect(await runner.hello()).toMatchObject({
      result: { protocolVersion: '1.0', serverVersion: '1.13.2', heartbeatIntervalMs: 60_000, retryAfterMs: 250 },
    })
    expect(await collate.waitForRunner('büro/1', 'Active')).toMatchObject({ hello: helloOf('büro/1') })
    expect(await violations()).toEqual([])
  })

  test.each([
    { name: 'another agent id', hello: { agentId: 'other' }, path: 'params.agentId' },
    { name: 'an unknown executor', hello: { executor: 'docker' as 'simple' }, path: 'params.executor' },
  ])('with $name is refused and the socket closed', async ({ hello, path }) => {
    const runner = await openRunner(collate)
    expect(await runner.hello(hello)).toMatchObject({ error: { code: RPC_ERROR.invalidParams, data: { issues: [{ path }] } } })
    expect(await runner.closed).toMatchObject({ code: 1008 })
    expect(await violations()).toEqual([`invalidParams ${path}`])
    expect(await collate.runners()).toEqual([])
  })

  test('with no version that the server speaks is told which those are, and the socket closed', async () => {
    const runner = await openRunner(collate)
    expect(await runner.hello({ protocolVersions: ['9.9'] })).toMatchObject({
      error: { code: RPC_ERROR.protocolVersion, data: { protocolVersions: PROTOCOL_VERSIONS } },
    })
    expect(await runner.closed).toMatchObject({ code: 1008 })
    expect(await violations()).toEqual(['protocolVersion params.protocolVersions'])
  })

  test('may hold fields that this server does not know', async () => {
    const runner = await openRunner(collate)
    expect(await runner.hello({ later: true } as object)).toHaveProperty('result')
    expect(await violations()).toEqual([])
  })

  test('of a second socket replaces the first one', async () => {
    const first = await connectRunner(collate)
    await connectRunner(collate)
    expect(await first.closed).toMatchObject({ code: 4001 })
    expect(await collate.waitForRunner('runner-a', 'Active')).toBeDefined()
  })
})

describe('heartbeats', () => {
  const heartbeat = { agentId: 'runner-a', activeRuns: 0, queuedRuns: 0 }

  test('are answered, and without them the runner turns Inactive, until the next one', async () => {
    await collate.configure({ heartbeatIntervalMs: 25 })
    const runner = await connectRunner(collate)
    await collate.waitForRunner('runner-a', 'Active')
    await collate.waitForRunner('runner-a', 'Inactive')
    expect(await runner.ask('runner/heartbeat', heartbeat)).toMatchObject({ result: {} })
    expect((await collate.frames()).filter(({ method }) => method === 'runner/heartbeat')).toMatchObject([{ direction: 'received' }])
    await collate.configure({ heartbeatIntervalMs: 60_000 })
    runner.socket.terminate()
    await connectRunner(collate)
    await collate.waitForRunner('runner-a', 'Active')
  })

  test('with a wrong field are answered with an error and recorded', async () => {
    const runner = await connectRunner(collate)
    expect(await runner.ask('runner/heartbeat', { agentId: 'runner-a' })).toMatchObject({ error: { code: RPC_ERROR.invalidParams } })
    expect(await violations()).toEqual(['invalidParams params.activeRuns', 'invalidParams params.queuedRuns'])
  })
})

test('a goodbye and the close code are remembered', async () => {
  const runner = await connectRunner(collate)
  runner.send({ jsonrpc: '2.0', method: 'runner/goodbye', params: { agentId: 'runner-a', reason: 'shutdown' } })
  runner.socket.close(1000, 'bye')
  await collate.waitForRunner('runner-a', 'Inactive')
  expect(await collate.connections()).toMatchObject([{ status: 101, goodbye: 'shutdown', closeCode: 1000, closeReason: 'bye' }])
})

describe('frames that break the protocol', () => {
  test.each([
    { name: 'text that is not JSON', frame: '{', code: RPC_ERROR.parse, violation: 'parse' },
    { name: 'a batch', frame: '[]', code: RPC_ERROR.invalidRequest, violation: 'invalidFrame' },
    { name: 'a binary frame', frame: Buffer.from('{}'), code: RPC_ERROR.invalidRequest, violation: 'binaryFrame' },
  ])('$name is answered with an error and recorded, and the socket stays', async ({ frame, code, violation }) => {
    const runner = await connectRunner(collate)
    const next = new Promise((resolve) => runner.socket.once('message', (data) => resolve(JSON.parse(String(data)))))
    runner.socket.send(frame)
    expect(await next).toMatchObject({ id: null, error: { code } })
    expect(await violations()).toEqual([violation])
    expect(await collate.runners()).toMatchObject([{ state: 'Active' }])
  })

  test('a message before the hello, a second hello, an unknown method and an answer to nothing are recorded', async () => {
    const runner = await openRunner(collate)
    await runner.ask('runner/heartbeat', { agentId: 'runner-a', activeRuns: 0, queuedRuns: 0 })
    await runner.hello()
    await runner.hello()
    await runner.ask('runner/sing', {})
    runner.send({ jsonrpc: '2.0', id: 99, result: accepted })
    await runner.ask('runner/heartbeat', { agentId: 'runner-a', activeRuns: 0, queuedRuns: 0 })
    expect(await violations()).toEqual(['helloExpected method', 'secondHello method', 'methodNotFound method', 'unknownAnswer id'])
  })

  test('one of more than a MiB closes the socket with 1009', async () => {
    const runner = await connectRunner(collate)
    runner.socket.send('x'.repeat(MAX_FRAME_BYTES + 1))
    expect(await runner.closed).toMatchObject({ code: 1009 })
    expect(await violations()).toEqual(['webSocket'])
  })
})

describe('a call', () => {
  const params = { runner: 'runner-a', secret: 'planted-jwt' }

  test('reaches the runner and gives its result or its error', async () => {
    await connectRunner(collate, {
      reply: ({ method, params: got }) =>
        method === 'run/kill' ? { error: { code: -1, message: 'no' } } : { result: { ...accepted, reason: JSON.stringify(got) } },
    })
    expect(await collate.call('pipeline/run', params)).toEqual({ result: { ...accepted, reason: JSON.stringify(params) } })
    expect(await collate.call('run/kill', params)).toEqual({ error: { code: -1, message: 'no' } })
    expect(await violations()).toEqual([])
  })

  test('leaves no params in the memory, only the outline of the frame', async () => {
    await connectRunner(collate)
    await collate.call('pipeline/run', params)
    const frames = await collate.frames()
    expect(frames).toContainEqual(expect.objectContaining({ direction: 'sent', method: 'pipeline/run', text: null }))
    expect(JSON.stringify(frames)).not.toContain('planted-jwt')
  })

  test('whose result is no PipelineServiceClientResponse is recorded', async () => {
    await connectRunner(collate, { reply: () => ({ result: { code: 200 } }) })
    expect(await collate.call('service/status', {})).toEqual({ result: { code: 200 } })
    expect(await violations()).toEqual(['invalidResult result.platform'])
  })

  test('fails when no runner is there, when it is silent, and when it goes away', async () => {
    await expect(collate.call('service/status', {})).rejects.toMatchObject({ code: 'NotConnected' })
    const runner = await connectRunner(collate, {
      reply: ({ method }) => {
        if (method === 'leave') runner.socket.terminate()
        return undefined
      },
    })
    await expect(collate.call('service/status', {}, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'TimedOut' })
    await expect(collate.call('leave', {})).rejects.toMatchObject({ code: 'ConnectionLost' })
  })

  test('may be answered after its time without being a breach', async () => {
    const late: unknown[] = []
    const runner = await connectRunner(collate, {
      reply: ({ id, method }) => (method === 'slow' ? void late.push(id) : { result: accepted }),
    })
    await expect(collate.call('slow', {}, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'TimedOut' })
    runner.send({ jsonrpc: '2.0', id: late[0], result: accepted })
    await collate.call('service/status', {})
    expect(await violations()).toEqual([])
  })

  test('names the runner when several are connected', async () => {
    for (const agentId of ['a', 'b']) await connectRunner(collate, { agentId, reply: () => ({ result: { ...accepted, reason: agentId } }) })
    expect(await collate.call('service/status', {}, { agentId: 'b' })).toMatchObject({ result: { reason: 'b' } })
    await expect(collate.call('service/status', {})).rejects.toMatchObject({ message: expect.stringContaining('a, b') })
  })

  test('of a run that is accepted writes the queued row when told the pipeline', async () => {
    const runId = crypto.randomUUID()
    await connectRunner(collate, {
      reply: ({ method }) => ({ result: { ...accepted, code: method === 'pipeline/run' ? 200 : 409, runId } }),
    })
    await collate.call('refused', {}, { queuedFor: 'svc.p' })
    expect(await collate.history()).toEqual([])
    await collate.call('pipeline/run', {}, { queuedFor: 'svc.p' })
    expect(await collate.history()).toMatchObject([{ fqn: 'svc.p', runId, writer: 'server', status: { pipelineState: 'queued' } }])
  })
})

describe('a raw frame', () => {
  test('goes out as it is and gives what comes back next', async () => {
    const runner = await connectRunner(collate)
    runner.socket.removeAllListeners('message')
    runner.socket.on('message', (data, isBinary) => runner.send({ jsonrpc: '2.0', id: null, error: { code: 1, message: `${isBinary} ${String(data)}` } }))
    expect(await collate.sendRaw('[{')).toEqual({ kind: 'frame', text: expect.stringContaining('false [{') })
    expect(await collate.sendRaw(Buffer.from('bytes'))).toEqual({ kind: 'frame', text: expect.stringContaining('true bytes') })
    expect(await violations()).toEqual([])
  })

  test('that is not answered gives nothing, or the end of the socket', async () => {
    const runner = await connectRunner(collate)
    runner.socket.removeAllListeners('message')
    expect(await collate.sendRaw('{}', { timeoutMs: 20 })).toEqual({ kind: 'nothing' })
    runner.socket.on('message', () => runner.socket.close(1003, 'no'))
    expect(await collate.sendRaw('{}')).toEqual({ kind: 'closed', code: 1003, reason: 'no' })
  })
})
