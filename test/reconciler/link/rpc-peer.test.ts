import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { RPC_ERROR } from '../../../reconciler/link/codes.ts'
import { SERVER_METHODS } from '../../../reconciler/link/methods.ts'
import { type HelloParams, MAX_FRAME_BYTES, type ServiceResponse } from '../../../reconciler/link/protocol.ts'
import { RpcPeer } from '../../../reconciler/link/rpc-peer.ts'
import { InvalidRequest } from '../../../reconciler/request/answer.ts'

const HELLO: HelloParams = { agentId: 'a', runnerVersion: '0.1.0', protocolVersions: ['1.0'], executor: 'simple', capabilities: [] }
const HELLO_RESULT = { protocolVersion: '1.0', serverVersion: '1.11.1', heartbeatIntervalMs: 1_000 }
const HEARTBEAT = { agentId: 'a', activeRuns: 0, queuedRuns: 0 }
const GOOD: ServiceResponse = { code: 200, platform: 'Hybrid' }

let sent: unknown[]
let asked: [string, unknown][]
let internal: unknown[]
let serve: (method: string, params: unknown) => Promise<ServiceResponse>
let peer: RpcPeer
beforeEach(() => {
  sent = []
  asked = []
  internal = []
  serve = async () => GOOD
  peer = aPeer()
})

function aPeer(): RpcPeer {
  return new RpcPeer({
    send: (text) => sent.push(JSON.parse(text)),
    onRequest: async (method, params) => {
      asked.push([method, params])
      return serve(method, params)
    },
    onInternalError: (_method, error) => internal.push(error),
  })
}

async function receive(text: string): Promise<void> {
  peer.receiveText(text, Buffer.byteLength(text))
  await new Promise(setImmediate)
}

async function failureOf(request: Promise<unknown>): Promise<unknown> {
  return request.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  )
}

describe('a bad frame is answered and changes nothing:', () => {
  test.each([
    { name: 'text that is not JSON', frame: '{"jsonrpc":', code: RPC_ERROR.parse, id: null },
    { name: 'nothing', frame: '', code: RPC_ERROR.parse, id: null },
    { name: 'a batch', frame: '[{"jsonrpc":"2.0","id":1,"method":"service/status"}]', code: RPC_ERROR.invalidRequest, id: null },
    { name: 'an empty batch', frame: '[]', code: RPC_ERROR.invalidRequest, id: null },
    { name: 'a number', frame: '1', code: RPC_ERROR.invalidRequest, id: null },
    { name: 'null', frame: 'null', code: RPC_ERROR.invalidRequest, id: null },
    { name: 'an empty object', frame: '{}', code: RPC_ERROR.invalidRequest, id: null },
    { name: 'no version', frame: '{"id":1,"method":"service/status"}', code: RPC_ERROR.invalidRequest, id: 1 },
    { name: 'another version', frame: '{"jsonrpc":"1.0","id":"a","method":"service/status"}', code: RPC_ERROR.invalidRequest, id: 'a' },
    { name: 'a method that is no string', frame: '{"jsonrpc":"2.0","id":1,"method":7}', code: RPC_ERROR.invalidRequest, id: 1 },
    {
      name: 'a method whose length is an object',
      frame: '{"jsonrpc":"2.0","id":1,"method":{"length":{"toString":1,"valueOf":1}}}',
      code: RPC_ERROR.invalidRequest,
      id: 1,
    },
    {
      name: 'an id too long to echo',
      frame: `{"jsonrpc":"2.0","id":"${'x'.repeat(257)}","method":"service/status"}`,
      code: RPC_ERROR.invalidRequest,
      id: null,
    },
    { name: 'an id that is an object', frame: '{"jsonrpc":"2.0","id":{},"method":"service/status"}', code: RPC_ERROR.invalidRequest, id: null },
    { name: 'an id that is no number of ours', frame: '{"jsonrpc":"2.0","id":1e400,"method":"service/status"}', code: RPC_ERROR.invalidRequest, id: null },
    {
      name: 'an answer with result and error',
      frame: '{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}',
      code: RPC_ERROR.invalidRequest,
      id: 1,
    },
    { name: 'an unknown method', frame: '{"jsonrpc":"2.0","id":1,"method":"pipeline/sing"}', code: RPC_ERROR.methodNotFound, id: 1 },
    { name: 'a method of every object', frame: '{"jsonrpc":"2.0","id":1,"method":"constructor"}', code: RPC_ERROR.methodNotFound, id: 1 },
    { name: 'a method by the name of the prototype', frame: '{"jsonrpc":"2.0","id":1,"method":"__proto__"}', code: RPC_ERROR.methodNotFound, id: 1 },
  ])('$name', async ({ frame, code, id }) => {
    await receive(frame)
    expect(sent).toMatchObject([{ jsonrpc: '2.0', id, error: { code } }])
    expect(asked).toEqual([])
    expect(internal).toEqual([])
    await receive('{"jsonrpc":"2.0","id":"next","method":"service/status"}')
    expect(sent.at(-1)).toEqual({ jsonrpc: '2.0', id: 'next', result: GOOD })
  })

  test('one of two MiB, measured in bytes', async () => {
    await receive(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'service/status', params: 'x'.repeat(2 * MAX_FRAME_BYTES) }))
    await receive(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'service/status', params: 'ü'.repeat(MAX_FRAME_BYTES / 2) }))
    expect(sent).toMatchObject([
      { id: 1, error: { code: RPC_ERROR.frameTooLarge } },
      { id: 1, error: { code: RPC_ERROR.frameTooLarge } },
    ])
    expect(asked).toEqual([])
  })

  test('a binary one', () => {
    peer.receiveBinary()
    expect(sent).toMatchObject([{ id: null, error: { code: RPC_ERROR.invalidRequest } }])
  })

  test('one that nests as deep as JSON can', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    await receive(`{"jsonrpc":"2.0","id":1,"method":"pipeline/sing","params":${deep}}`)
    expect(sent).toMatchObject([{ error: { code: expect.any(Number) } }])
  })
})

describe('a request', () => {
  test.each([1, 0, -1, 1.5, 'a', '', null])('is answered under its id: %j', async (id) => {
    await receive(JSON.stringify({ jsonrpc: '2.0', id, method: 'service/status' }))
    expect(sent).toEqual([{ jsonrpc: '2.0', id, result: GOOD }])
  })

  test('takes the last of two equal keys, as JSON does', async () => {
    await receive('{"jsonrpc":"2.0","id":1,"method":"service/status","id":2}')
    expect(sent).toMatchObject([{ id: 2 }])
  })

  test.each(SERVER_METHODS)('%s reaches its handler with its params as they came', async (method) => {
    for (const params of [undefined, null, 7, 'x', [1], { a: { __proto__: null } }]) await receive(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
    expect(asked).toEqual([undefined, null, 7, 'x', [1], { a: {} }].map((params) => [method, params]))
    expect(sent).toHaveLength(6)
  })

  test('with invalid params gets every issue', async () => {
    const issues = [{ code: 'missing', path: 'runId', message: 'is missing' } as const]
    serve = async () => Promise.reject(new InvalidRequest(issues))
    await receive('{"jsonrpc":"2.0","id":1,"method":"pipeline/run"}')
    expect(sent).toEqual([{ jsonrpc: '2.0', id: 1, error: { code: RPC_ERROR.invalidParams, message: 'invalid params', data: { issues } } }])
    expect(internal).toEqual([])
  })

  test('on which something of ours fails is told nothing of it', async () => {
    serve = async () => Promise.reject(new Error('password hunter2'))
    await receive('{"jsonrpc":"2.0","id":1,"method":"pipeline/run"}')
    expect(sent).toMatchObject([{ id: 1, error: { code: RPC_ERROR.internal } }])
    expect(JSON.stringify(sent)).not.toContain('hunter2')
    expect(internal).toHaveLength(1)
  })

  test('in hand is waited for by a drain, and one that comes later is refused', async () => {
    const done = Promise.withResolvers<ServiceResponse>()
    serve = async () => done.promise
    await receive('{"jsonrpc":"2.0","id":1,"method":"service/status"}')
    let isDrained = false
    const drained = peer.drain().then(() => (isDrained = true))
    await receive('{"jsonrpc":"2.0","id":2,"method":"service/status"}')
    expect(isDrained).toBe(false)
    expect(sent).toMatchObject([{ id: 2, error: { code: RPC_ERROR.stopping } }])
    done.resolve(GOOD)
    await drained
    expect(sent[1]).toEqual({ jsonrpc: '2.0', id: 1, result: GOOD })
    expect(asked).toHaveLength(1)
  })
})

describe('a notification', () => {
  test.each(['service/status', 'pipeline/sing'])('of %s is never answered', async (method) => {
    serve = async () => Promise.reject(new Error('no'))
    await receive(JSON.stringify({ jsonrpc: '2.0', method }))
    await peer.drain()
    await receive(JSON.stringify({ jsonrpc: '2.0', method }))
    expect(sent).toEqual([])
  })
})

describe('our own request', () => {
  test('resolves with its result, and rejects with its error', async () => {
    const good = peer.request('runner/hello', HELLO, 1_000)
    const bad = failureOf(peer.request('runner/heartbeat', HEARTBEAT, 1_000))
    await new Promise(setImmediate)
    const [hello, heartbeat] = sent as [{ id: unknown }, { id: unknown }]
    expect(hello).toMatchObject({ jsonrpc: '2.0', method: 'runner/hello', params: HELLO })
    await receive(JSON.stringify({ jsonrpc: '2.0', id: heartbeat.id, error: { code: -1, message: 'not now' } }))
    await receive(JSON.stringify({ jsonrpc: '2.0', id: hello.id, result: { ...HELLO_RESULT, ofTomorrow: [1] } }))
    expect(await good).toEqual(HELLO_RESULT)
    expect(await bad).toMatchObject({ message: 'not now' })
  })

  test('rejects when the result is not that of its method', async () => {
    const asked = failureOf(peer.request('runner/hello', HELLO, 1_000))
    await new Promise(setImmediate)
    const [{ id }] = sent as [{ id: unknown }]
    await receive(JSON.stringify({ jsonrpc: '2.0', id, result: { ...HELLO_RESULT, heartbeatIntervalMs: 'often' } }))
    expect(await asked).toMatchObject({ message: expect.stringContaining('heartbeatIntervalMs: must be a number') })
  })

  test('rejects when no answer comes in time, and when the link closes', async () => {
    await expect(peer.request('runner/hello', HELLO, 5)).rejects.toThrow(/time/i)
    const waiting = failureOf(peer.request('runner/hello', HELLO, 60_000))
    await new Promise(setImmediate)
    peer.close()
    expect(await waiting).toMatchObject({ message: expect.stringContaining('closed') })
  })

  test('is not confused by answers that nobody waits for', async () => {
    await receive('{"jsonrpc":"2.0","id":99,"result":1}')
    await receive('{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"x"}}')
    expect([sent, internal]).toEqual([[], []])
  })
})

const json = fc.jsonValue({ maxDepth: 3 })
const member = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> => fc.oneof({ weight: 5, arbitrary: good }, { weight: 1, arbitrary: json })
const frame = fc.oneof(
  fc.record(
    {
      jsonrpc: member(fc.constant('2.0')),
      id: member(fc.oneof(fc.integer(), fc.string(), fc.constant(null))),
      method: member(fc.oneof(fc.constantFrom(...SERVER_METHODS), fc.string())),
      params: json,
      result: json,
      error: member(fc.record({ code: fc.integer(), message: fc.string() })),
    },
    { requiredKeys: [] },
  ),
  json,
)
const text = fc.oneof({ weight: 6, arbitrary: frame.map((value) => JSON.stringify(value)) }, { weight: 1, arbitrary: fc.string() })

/** What JSON-RPC asks for: `never` an answer, exactly `once`, or `any` for what is not a message at all. */
function answersDue(wire: string): 'never' | 'once' {
  let value: unknown
  try {
    value = JSON.parse(wire)
  } catch {
    return 'once'
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'once'
  const { jsonrpc, id, method, result, error } = value as Record<string, unknown>
  const isId = id === null || typeof id === 'string' || typeof id === 'number'
  if (jsonrpc !== '2.0') return 'once'
  if (typeof method === 'string' && method !== '' && (isId || id === undefined)) return id === undefined ? 'never' : 'once'
  const { code, message } = (error ?? {}) as Record<string, unknown>
  const isError = typeof error === 'object' && error !== null && typeof code === 'number' && typeof message === 'string'
  const isAnswer = isId && (isError ? result === undefined : error === undefined && result !== undefined)
  return isAnswer ? 'never' : 'once'
}

test('whatever comes, nothing is thrown, requests are answered once and notifications never', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.boolean(), async (wire, isGood) => {
      sent = []
      peer = aPeer()
      serve = async () => (isGood ? GOOD : Promise.reject(new Error('no')))
      peer.receiveText(wire, Buffer.byteLength(wire))
      await peer.drain()
      expect(sent).toHaveLength(answersDue(wire) === 'once' ? 1 : 0)
      for (const answer of sent)
        expect(answer).toMatchObject({ jsonrpc: '2.0', id: expect.toSatisfy((id) => id === null || typeof id === 'string' || typeof id === 'number') })
    }),
    { numRuns: 4_000 },
  )
})
