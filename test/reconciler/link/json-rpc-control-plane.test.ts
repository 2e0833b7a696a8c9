import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectedServer, ControlPlane } from '../../../reconciler/link/control-plane.ts'
import { jsonRpcControlPlane, type LinkOptions } from '../../../reconciler/link/json-rpc-control-plane.ts'
import { RPC_ERROR } from '../../../reconciler/link/codes.ts'
import { SERVER_METHODS } from '../../../reconciler/link/methods.ts'
import { MAX_FRAME_BYTES, PROTOCOL_VERSIONS, SUBPROTOCOL, type ServiceResponse } from '../../../reconciler/link/protocol.ts'
import { sleep } from '../../../reconciler/queue/sleep.ts'
import { type Collate, startCollate } from '../../collate/client.ts'
import { Changes } from '../../support/changes.ts'

const AGENT_ID = 'aws-prod'
const GOOD: ServiceResponse = { code: 200, platform: 'Hybrid', version: '0.1.0' }

let collate: Collate
beforeAll(async () => {
  collate = await startCollate({ serverVersion: '1.11.1', heartbeatIntervalMs: 60_000 })
})
afterAll(async () => collate.stop())

let link: ControlPlane
let slept: number[]
let logged: { level: string; message: string; fields: object }[]
let changes: Changes
let connected: ConnectedServer[]
let disconnects: number
let token: string
let freshToken: string
let serve: () => Promise<ServiceResponse>
beforeEach(() => {
  slept = []
  logged = []
  changes = new Changes()
  connected = []
  disconnects = 0
  token = collate.tokens['runner'] ?? ''
  freshToken = token
  serve = async () => GOOD
})
afterEach(async () => {
  await link.stop('the test is over')
  await collate.forget()
})

function start(over: Partial<LinkOptions> = {}): void {
  const log = (level: string) => (fields: object, message: string) => {
    logged.push({ level, message, fields })
    changes.notify()
  }
  link = jsonRpcControlPlane(
    {
      url: collate.linkUrl(AGENT_ID),
      token: { current: () => token, reread: async () => token !== (token = freshToken) },
      hello: { agentId: AGENT_ID, runnerVersion: '0.1.0', protocolVersions: [...PROTOCOL_VERSIONS], executor: 'simple', capabilities: [...SERVER_METHODS] },
      backoff: { baseMs: 40, capMs: 60_000 },
      activity: () => ({ activeRuns: 3, queuedRuns: 5 }),
      log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
      random: () => 0.5,
      now: Date.now,
      sleep: async (ms, signal) => (slept.push(ms), sleep(Math.min(ms, 5), signal)),
      ...over,
    },
    {
      onRequest: async () => serve(),
      onConnected: (server) => {
        connected.push(server)
        changes.notify()
      },
      onDisconnected: () => {
        disconnects += 1
        changes.notify()
      },
    },
  )
  link.start()
}

async function connectedTimes(count: number): Promise<void> {
  await changes.until(() => connected.length >= count)
}

describe('a link', () => {
  test('says hello, and knows the server by the answer', async () => {
    start()
    await connectedTimes(1)
    expect(connected).toEqual([{ serverVersion: '1.11.1' }])
    expect(link.isConnected()).toBe(true)
    expect(await collate.waitForRunner(AGENT_ID, 'Active')).toMatchObject({ hello: { agentId: AGENT_ID, executor: 'simple' } })
    expect(await collate.violations()).toEqual([])
  })

  test('answers requests, also several at once', async () => {
    start()
    await connectedTimes(1)
    const answers = await Promise.all([1, 2, 3].map(async () => collate.call('service/status', {})))
    expect(answers).toEqual([{ result: GOOD }, { result: GOOD }, { result: GOOD }])
  })

  test('beats as often as the server asks, and tells how busy the runner is', async () => {
    await collate.configure({ heartbeatIntervalMs: 30 })
    start()
    const first = await collate.waitForFrame({ method: 'runner/heartbeat', agentId: AGENT_ID })
    const second = await collate.waitForFrame({ method: 'runner/heartbeat', agentId: AGENT_ID, afterSeq: first.seq })
    expect(JSON.parse(second.text ?? '')).toMatchObject({ method: 'runner/heartbeat', params: { agentId: AGENT_ID, activeRuns: 3, queuedRuns: 5 } })
    expect(disconnects).toBe(0)
    await collate.configure({ heartbeatIntervalMs: 60_000 })
  })

  test.each([
    { name: 'text that is no JSON', frame: '{', code: RPC_ERROR.parse },
    { name: 'a batch', frame: '[]', code: RPC_ERROR.invalidRequest },
    { name: 'bytes', frame: Buffer.from('{}'), code: RPC_ERROR.invalidRequest },
    {
      name: 'two MiB',
      frame: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'service/status', params: 'x'.repeat(2 * MAX_FRAME_BYTES) }),
      code: RPC_ERROR.frameTooLarge,
    },
  ])('stays when it is sent $name, and answers with an error', async ({ frame, code }) => {
    start()
    await connectedTimes(1)
    const outcome = await collate.sendRaw(frame)
    expect(outcome).toMatchObject({ kind: 'frame' })
    expect(JSON.parse('text' in outcome ? outcome.text : '')).toMatchObject({ error: { code } })
    expect(await collate.call('service/status', {})).toEqual({ result: GOOD })
    expect(disconnects).toBe(0)
  })
})

describe('a notification', () => {
  test('is told to have been taken when it is on its way, and arrives whole', async () => {
    start()
    await changes.until(() => connected.length === 1)
    const lines = { runId: 'run-1', text: 'größe "quoted"\n'.repeat(1_000), after: '1.0', isComplete: false }
    await link.notify('run/log', lines)
    expect(await collate.waitForFollowed({ runId: 'run-1' })).toMatchObject(lines)
  })

  test('is refused without a link', async () => {
    start({ url: 'ws://127.0.0.1:1' })
    await expect(link.notify('run/log', { runId: 'run-1', text: '', after: '1.0', isComplete: false })).rejects.toThrow('no link')
  })
})

describe('a link that breaks', () => {
  test('comes back by itself, and says so each time', async () => {
    start()
    await connectedTimes(1)
    await collate.cut()
    await connectedTimes(2)
    await collate.cut({ code: 1012 })
    await connectedTimes(3)
    expect(disconnects).toBe(2)
    expect(await collate.call('service/status', {})).toEqual({ result: GOOD })
    expect(slept).toEqual([20, 40])
  })

  test('because another runner has linked with its agent id asks whether there is one, and leaves it the link for half a minute', async () => {
    const failures: string[] = []
    start({ onFailure: (why) => failures.push(why) })
    await connectedTimes(1)
    await collate.cut({ code: 4001 })
    await connectedTimes(2)
    expect(slept).toEqual([45_020])
    expect(logged).toContainEqual({
      level: 'warn',
      message: expect.stringContaining('another runner installed with it (AGENT_ID)?'),
      fields: { agentId: AGENT_ID },
    })
    expect(failures).toEqual(['replaced'])
    await collate.cut()
    await connectedTimes(3)
    expect(slept[1]).toBeLessThan(1_000)
  })

  test('waits for a server that is away, longer each time', async () => {
    await collate.stopListening()
    start()
    await changes.until(() => slept.length >= 4)
    expect(slept.slice(0, 4)).toEqual([20, 40, 80, 160])
    await collate.listenAgain()
    await connectedTimes(1)
  })

  test('starts the waits anew after a connection that lived', async () => {
    let nowMs = 0
    start({ now: () => nowMs })
    for (const count of [1, 2, 3]) {
      await connectedTimes(count)
      if (count === 3) nowMs += 60_000
      await collate.cut()
    }
    await connectedTimes(4)
    expect(slept).toEqual([20, 40, 20])
  })

  test('is dropped when the server is silent for two heartbeats, and opened anew', async () => {
    await collate.configure({ heartbeatIntervalMs: 30 })
    await collate.misbehave({ kind: 'ignoreHeartbeats' })
    start()
    await connectedTimes(2)
    expect(logged.some(({ level, message }) => level === 'warn' && message.includes('two heartbeats'))).toBe(true)
    await collate.behave()
    await collate.configure({ heartbeatIntervalMs: 60_000 })
  })

  test('before its hello is answered is tried again at once, not after a time-out', async () => {
    await collate.misbehave({ kind: 'ignoreHello', times: 1 })
    start()
    await collate.waitForFrame({ method: 'runner/hello', agentId: AGENT_ID })
    await collate.cut()
    await connectedTimes(1)
    expect(disconnects).toBe(0)
  })

  test('honours the wish of the server for the next connect', async () => {
    await collate.configure({ retryAfterMs: 700 })
    start()
    await connectedTimes(1)
    await collate.cut()
    await connectedTimes(2)
    expect(slept).toEqual([720])
    await collate.configure({ retryAfterMs: null })
  })
})

describe('the version of the protocol', () => {
  test('that the server picks holds; fields of a newer server are left alone', async () => {
    await collate.configure({ protocolVersions: ['3.0', '1.0'], helloExtras: { capabilities: ['desired/sync'], ofTomorrow: { deep: [1] } } })
    start()
    await connectedTimes(1)
    expect(await collate.call('service/status', {})).toEqual({ result: GOOD })
  })

  test.each([
    { name: 'a newer server speaks', server: ['3.0', '2.0'], mend: 'upgrade the runner' },
    { name: 'an older server speaks', server: ['0.9'], mend: 'upgrade of the server' },
  ])('that only $name is no reason to hurry: the log names the mend, and the next try waits', async ({ server, mend }) => {
    await collate.configure({ protocolVersions: server })
    const failures: string[] = []
    start({ onFailure: (why) => failures.push(why) })
    await changes.until(() => slept.length >= 3)
    expect(slept.slice(0, 3)).toEqual([30_020, 30_040, 30_080])
    expect(failures.slice(0, 3)).toEqual(['protocolVersion', 'protocolVersion', 'protocolVersion'])
    expect(logged.find(({ message }) => message.includes('no link'))?.fields).toMatchObject({ reason: expect.stringContaining(mend) })
    expect(connected).toEqual([])
  })

  test('that was not offered is not spoken', async () => {
    await collate.configure({ helloExtras: { protocolVersion: '7.0' } })
    start()
    await changes.until(() => slept.length >= 1)
    expect(slept[0]).toBe(30_020)
    expect(JSON.stringify(logged)).toContain('only 7.0: upgrade the runner')
  })
})

describe('a server with absurd wishes', () => {
  test('is waited for ten minutes at most, and no heartbeat floods it', async () => {
    await collate.configure({ retryAfterMs: 2 ** 41, heartbeatIntervalMs: 2 ** 41 })
    start()
    await connectedTimes(1)
    for (let count = 0; count < 20; count += 1) await collate.call('service/status', {})
    const beats = (await collate.frames({ agentId: AGENT_ID })).filter(({ method }) => method === 'runner/heartbeat')
    expect(beats).toEqual([])
    await collate.cut()
    await connectedTimes(2)
    expect(slept).toEqual([600_020])
  })

  test('that asks without end and never reads the answers is cut off', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => SUBPROTOCOL })
    await once(server, 'listening')
    const deaf = Promise.withResolvers<void>()
    server.on('connection', (socket) => {
      socket.once('message', (data) => {
        const { id } = JSON.parse(String(data)) as { id: unknown }
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion: '1.0', serverVersion: '1.11.1', heartbeatIntervalMs: 60_000 } }))
        socket.pause()
        const ask = (): void => socket.send('{"jsonrpc":"2.0","id":1,"method":"service/status"}', (error) => (error ? deaf.resolve() : setImmediate(ask)))
        ask()
      })
    })
    serve = async () => ({ ...GOOD, reason: 'x'.repeat(500_000) })
    start({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` })
    await deaf.promise
    const complaint = () => logged.find(({ message }) => message.includes('does not read'))
    await changes.until(() => complaint() !== undefined)
    expect(complaint()?.level).toBe('warn')
    await link.stop('the test is over')
    for (const client of server.clients) client.terminate()
    server.close()
  })
})

describe('a handshake that is refused', () => {
  test('with 429 waits at least as long as Retry-After says', async () => {
    await collate.misbehave({ kind: 'refuseHandshakes', status: 429, retryAfterSeconds: 7, times: 1 })
    start()
    await connectedTimes(1)
    expect(slept).toEqual([7_020])
  })

  test('with 401 reads the token anew and uses the new one', async () => {
    freshToken = token
    token = 'an-old-token'
    start()
    await connectedTimes(1)
    expect(slept).toHaveLength(1)
    expect((await collate.connections()).map(({ status }) => status)).toEqual([401, 101])
  })

  test('with 401 for good says what to do, backs off, and shows no token', async () => {
    token = freshToken = 'a-wrong-token'
    start()
    await changes.until(() => slept.length >= 3)
    expect(slept.slice(0, 3)).toEqual([20, 40, 80])
    expect(JSON.stringify(logged)).toContain('AUTH_TOKEN')
    expect(JSON.stringify(logged)).not.toContain('a-wrong-token')
  })

  test('and whose token cannot be read anew is tried again all the same', async () => {
    await collate.misbehave({ kind: 'refuseHandshakes', status: 401, times: 2 })
    start({ token: { current: () => token, reread: async () => Promise.reject(new Error('EIO')) } })
    await connectedTimes(1)
    expect(slept).toHaveLength(2)
  })
})

describe('something mended', () => {
  test('ends the wait for the next try', async () => {
    await collate.misbehave({ kind: 'refuseHandshakes', status: 401, times: 1 })
    const waits = Promise.withResolvers<void>()
    start({ sleep: async (_, signal) => (waits.resolve(), sleep(3_600_000, signal)) })
    await waits.promise
    link.retryNow()
    await connectedTimes(1)
    expect((await collate.connections()).map(({ status }) => status)).toEqual([401, 101])
  })

  test('while a try runs that still fails is followed by the next at once', async () => {
    await collate.misbehave({ kind: 'refuseHandshakes', status: 401, times: 1 })
    start({
      token: { current: () => token, reread: async () => (link.retryNow(), false) },
      sleep: async (_, signal) => sleep(3_600_000, signal),
    })
    await connectedTimes(1)
    expect((await collate.connections()).map(({ status }) => status)).toEqual([401, 101])
  })

  test('leaves a link that stands as it is', async () => {
    start()
    await connectedTimes(1)
    link.retryNow()
    expect(await collate.call('service/status', {})).toEqual({ result: GOOD })
    expect(disconnects).toBe(0)
    expect(await collate.connections()).toHaveLength(1)
  })
})

describe('a stop', () => {
  test('waits for the requests in hand, takes no new one, and says goodbye', async () => {
    const done = Promise.withResolvers<ServiceResponse>()
    const begun = Promise.withResolvers<void>()
    serve = async () => (begun.resolve(), done.promise)
    start()
    await connectedTimes(1)
    const answer = collate.call('service/status', {})
    await begun.promise
    const stopped = link.stop('SIGTERM')
    expect(await collate.call('service/status', {})).toMatchObject({ error: { code: RPC_ERROR.stopping } })
    done.resolve(GOOD)
    expect(await answer).toEqual({ result: GOOD })
    await stopped
    await collate.waitForRunner(AGENT_ID, 'Inactive')
    expect(await collate.connections()).toMatchObject([{ goodbye: 'SIGTERM', closeCode: 1000 }])
    expect(link.isConnected()).toBe(false)
  })

  test('while it waits to connect ends at once, and it connects no more', async () => {
    await collate.stopListening()
    start({ sleep: async (_, signal) => sleep(60_000, signal), backoff: { baseMs: 60_000, capMs: 60_000 } })
    await changes.until(() => logged.length > 0)
    await link.stop('SIGTERM')
    await collate.listenAgain()
    expect(await collate.connections()).toEqual([])
  })

  test('in the middle of a handshake or hello ends without a connection left', async () => {
    await collate.misbehave({ kind: 'ignoreHello' })
    start()
    await collate.waitForFrame({ method: 'runner/hello', agentId: AGENT_ID })
    await link.stop('SIGTERM')
    await collate.behave()
    start()
    await link.stop('SIGTERM')
    expect(link.isConnected()).toBe(false)
    expect(connected).toEqual([])
  })
})
