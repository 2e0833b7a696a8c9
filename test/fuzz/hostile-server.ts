import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { PROTOCOL_VERSIONS, SUBPROTOCOL } from '../../reconciler/link/protocol.ts'
import { Changes } from '../support/changes.ts'
import { expectedAnswer } from './expected-answer.ts'
import type { FuzzFrame } from './frames.ts'

/** A server that shakes hands and answers a hello as it should, and then sends what it likes. It counts the answers by their id. */
export class HostileServer {
  readonly url: string
  readonly #server: WebSocketServer
  readonly #changes = new Changes()
  #socket: WebSocket | undefined
  #isLinked = false
  /** Answers still owed, by id; below zero: more came than were owed. */
  readonly #owed = new Map<string, number>()
  /** What the runner sent that is no frame of the protocol, or more of them than there may be. */
  readonly offences: string[] = []
  connections = 0

  private constructor(server: WebSocketServer) {
    this.#server = server
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('connection', (socket) => this.#welcome(socket))
  }

  static async start(): Promise<HostileServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => SUBPROTOCOL, maxPayload: 1024 * 1024 })
    await once(server, 'listening')
    return new HostileServer(server)
  }

  async linked(): Promise<void> {
    await this.#changes.until(() => this.#isLinked)
  }

  send({ data, isBrokenText = false }: FuzzFrame): void {
    const expected = expectedAnswer(data)
    if (expected !== undefined && !isBrokenText) this.#owe(expected, 1)
    this.#socket?.send(data, { binary: typeof data !== 'string' && !isBrokenText })
  }

  /** Sends a frame that the connection does not survive, and waits for the next one. */
  async sendLast({ data, isBrokenText = false }: FuzzFrame): Promise<void> {
    this.#isLinked = false
    this.#socket?.send(data, { binary: typeof data !== 'string' && !isBrokenText })
    await this.linked()
  }

  /** Resolves when every frame so far has had its answers. */
  async answered(timeoutMs: number): Promise<void> {
    const timer = AbortSignal.timeout(timeoutMs)
    const late = once(timer, 'abort').then(() =>
      Promise.reject(new Error(`answers are missing under the ids ${JSON.stringify([...this.#owed]).slice(0, 500)}`)),
    )
    await Promise.race([this.#changes.until(() => this.#owed.size === 0), late])
  }

  async stop(): Promise<void> {
    this.#socket?.terminate()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #welcome(socket: WebSocket): void {
    this.connections += 1
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.on('message', (data, isBinary) => {
      this.#hear(socket, String(data), isBinary)
      this.#changes.notify()
    })
  }

  #hear(socket: WebSocket, text: string, isBinary: boolean): void {
    const frame = JSON.parse(text) as { readonly id?: unknown; readonly method?: string; readonly result?: unknown; readonly error?: unknown }
    if (isBinary) this.offences.push('a binary frame')
    if (frame.method === undefined) return this.#owe(JSON.stringify(frame.id ?? null), -1)
    if (frame.id === undefined) return
    const hello = { protocolVersion: PROTOCOL_VERSIONS[0], serverVersion: '1.11.1', heartbeatIntervalMs: 60_000 }
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: frame.id, result: frame.method === 'runner/hello' ? hello : {} }))
    if (frame.method === 'runner/hello') this.#isLinked = true
  }

  #owe(id: string, change: number): void {
    const owed = (this.#owed.get(id) ?? 0) + change
    if (owed === 0) this.#owed.delete(id)
    else this.#owed.set(id, owed)
    if (owed < 0) this.offences.push(`an answer too many under id ${id.slice(0, 100)}`)
  }
}
