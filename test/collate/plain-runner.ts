import { once } from 'node:events'
import { WebSocket } from 'ws'
import { PROTOCOL_VERSIONS, SUBPROTOCOL } from '../../reconciler/link/protocol.ts'
import type { HelloParams } from '../../reconciler/link/protocol.ts'
import type { Collate } from './client.ts'

interface PlainRunnerOptions {
  readonly agentId?: string
  readonly token?: string
  readonly protocols?: readonly string[]
  /** What a request of the server is answered with: the members of the answer, or undefined for silence. */
  readonly reply?: (request: { id: unknown; method: string; params: unknown }) => Record<string, unknown> | undefined
}

/** A runner that is nothing but a socket, to test the server side with. */
interface PlainRunner {
  readonly agentId: string
  readonly socket: WebSocket
  send(message: unknown): void
  /** Sends a request and gives its answer. */
  ask(method: string, params: unknown): Promise<Record<string, unknown>>
  hello(over?: Partial<HelloParams>): Promise<Record<string, unknown>>
  closed: Promise<{ code: number; reason: string }>
}

export const accepted = { code: 200, platform: 'Hybrid' }

/** Opens a socket without a hello. Rejects when the handshake is refused. */
export async function openRunner(collate: Collate, options: PlainRunnerOptions = {}): Promise<PlainRunner> {
  const { agentId = 'runner-a', token = collate.tokens.runner ?? '', protocols = [SUBPROTOCOL], reply = () => ({ result: accepted }) } = options
  const socket = new WebSocket(collate.linkUrl(agentId), [...protocols], { headers: { authorization: `Bearer ${token}` } })
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: Number(code), reason: String(reason) }))
  closed.catch(() => undefined)
  const answers = new Map<unknown, (answer: Record<string, unknown>) => void>()
  const send = (message: unknown): void => socket.send(JSON.stringify(message))
  let lastId = 0
  socket.on('message', (data) => {
    const message = JSON.parse(String(data))
    if (!('method' in message)) return answers.get(message.id)?.(message)
    const answer = reply(message)
    if (answer !== undefined) send({ jsonrpc: '2.0', id: message.id, ...answer })
  })
  await once(socket, 'open')
  socket.on('error', () => undefined)

  const ask: PlainRunner['ask'] = (method, params) =>
    new Promise((resolve) => {
      const id = ++lastId
      answers.set(id, resolve)
      send({ jsonrpc: '2.0', id, method, params })
    })
  return {
    agentId,
    socket,
    send,
    ask,
    closed,
    hello: (over) => ask('runner/hello', { ...helloOf(agentId), ...over }),
  }
}

/** A runner that has said hello. */
export async function connectRunner(collate: Collate, options: PlainRunnerOptions = {}): Promise<PlainRunner> {
  const runner = await openRunner(collate, options)
  await runner.hello()
  return runner
}

export const helloOf = (agentId: string): HelloParams => ({
  agentId,
  runnerVersion: '0.1.0',
  protocolVersions: [...PROTOCOL_VERSIONS],
  executor: 'simple',
  capabilities: [],
})

/** Status and headers that refuse a handshake. */
export function refusedHandshake(collate: Collate, { agentId = 'runner-a', token, protocols = [SUBPROTOCOL] }: PlainRunnerOptions = {}) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const socket = new WebSocket(collate.linkUrl(agentId), [...protocols], { headers })
  return new Promise<{ status: number | undefined; retryAfter: string | undefined }>((resolve, reject) => {
    socket.on('unexpected-response', (_, response) => {
      resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'] })
      response.destroy()
    })
    socket.on('open', () => reject(new Error('the handshake was accepted')))
    socket.on('error', () => undefined)
  })
}
