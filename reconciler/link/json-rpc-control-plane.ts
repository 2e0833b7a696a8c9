import type { Log } from '../log.ts'
import type { Network } from '../network/network.ts'
import { REPLACED_CODE } from './codes.ts'
import type { ControlPlane, ControlPlaneHandlers } from './control-plane.ts'
import type { ParamsOf, ResultOf, RunnerNotification, RunnerRequest } from './methods.ts'
import type { HelloParams, HelloResult } from './protocol.ts'
import { checkVersion, helloError, MISMATCH_RETRY_MS, VersionMismatch } from './negotiate.ts'
import { type ReconnectBackoff, reconnectDelayMs } from './reconnect.ts'
import { RpcPeer } from './rpc-peer.ts'
import { HandshakeError, openSocket, type Socket } from './socket.ts'

/** How long the server may take to answer a request of ours. */
const REQUEST_TIMEOUT_MS = 30_000
const HELLO_TIMEOUT_MS = 10_000
/** How long the requests in hand have at a stop. */
const DRAIN_LIMIT_MS = 10_000
/** How long a server may take to answer our close. */
const CLOSE_TIMEOUT_MS = 2_000
/** What a server may wish for: a longer time would leave the runner deaf, or overflow a timer, which then fires at once. */
const LONGEST_WISH_MS = 600_000
/** Whom a newer connection of the same runner has replaced comes back so much later, or up to twice that: the two would cut each other off in turn. */
const REPLACED_RETRY_MS = 30_000
/** The most that is kept for a server that does not read. */
const MAX_UNSENT_BYTES = 32 * 1024 * 1024
/** A connection that lived this long starts the backoff anew when it breaks. */
const STABLE_AFTER_MS = 30_000

export interface TokenSource {
  current(): string
  /** Reads the token anew; gives true when it has changed. Rejects when it cannot be read, and the token stays as it was. */
  reread(): Promise<boolean>
}

export interface LinkOptions {
  readonly url: string
  readonly token: TokenSource
  /** Directly, without one. */
  readonly network?: Network
  readonly hello: HelloParams
  readonly backoff: ReconnectBackoff
  readonly activity: () => { readonly activeRuns: number; readonly queuedRuns: number }
  readonly log: Log
  readonly random: () => number
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told of every try that came to no link, and of every link that the server gave to another connection of the same runner. */
  readonly onFailure?: (why: LinkFailure) => void
}

/** Why there is no link, as far as people act on it in different ways. `replaced`: the server has a newer one of the same agent id. */
export const LINK_FAILURES = ['protocolVersion', 'token', 'refused', 'unreachable', 'hello', 'replaced'] as const
export type LinkFailure = (typeof LINK_FAILURES)[number]

function failureOf(error: unknown): LinkFailure {
  if (error instanceof VersionMismatch) return 'protocolVersion'
  if (!(error instanceof HandshakeError)) return 'hello'
  if (error.status === undefined) return 'unreachable'
  return error.status === 401 || error.status === 403 ? 'token' : 'refused'
}

interface Connection {
  readonly socket: Socket
  readonly peer: RpcPeer
  readonly closed: Promise<string>
  lastTrafficMs: number
}

/** JSON-RPC over one outbound WebSocket, kept up for ever with full jitter. */
export function jsonRpcControlPlane(options: LinkOptions, handlers: ControlPlaneHandlers): ControlPlane {
  return new Link(options, handlers)
}

class Link implements ControlPlane {
  readonly #options: LinkOptions
  readonly #handlers: ControlPlaneHandlers
  readonly #stopping = new AbortController()
  #waking = new AbortController()
  #connection: Connection | undefined
  #isConnected = false
  #ended: Promise<void> = Promise.resolve()
  /** The server's wish for the next connect. */
  #retryAfterMs = 0

  constructor(options: LinkOptions, handlers: ControlPlaneHandlers) {
    this.#options = options
    this.#handlers = handlers
  }

  start(): void {
    this.#ended = this.#keepConnected()
  }

  isConnected(): boolean {
    return this.#isConnected
  }

  async request<M extends RunnerRequest>(method: M, params: ParamsOf<M>): Promise<ResultOf<M>> {
    const connection = this.#connection
    if (connection === undefined || !this.#isConnected) throw new Error('there is no link to Collate')
    return connection.peer.request(method, params, REQUEST_TIMEOUT_MS)
  }

  retryNow(): void {
    this.#waking.abort()
  }

  async notify<M extends RunnerNotification>(method: M, params: ParamsOf<M>): Promise<void> {
    const connection = this.#isConnected ? this.#connection : undefined
    if (connection === undefined) throw new Error('there is no link to Collate')
    await connection.socket.sendFlushed(JSON.stringify({ jsonrpc: '2.0', method, params }))
  }

  async stop(reason: string): Promise<void> {
    this.#stopping.abort()
    const connection = this.#connection
    if (connection !== undefined) {
      await Promise.race([connection.peer.drain(), new Promise((resolve) => void setTimeout(resolve, DRAIN_LIMIT_MS).unref())])
      if (this.#isConnected) connection.peer.notify('runner/goodbye', { agentId: this.#options.hello.agentId, reason })
      connection.socket.close(1000, reason)
      setTimeout(() => connection.socket.terminate(), CLOSE_TIMEOUT_MS).unref()
    }
    await this.#ended
  }

  async #keepConnected(): Promise<void> {
    const { signal } = this.#stopping
    let failures = 0
    while (!signal.aborted) {
      // Made before the try, so that what is mended while it runs counts, too.
      this.#waking = new AbortController()
      const startedMs = this.#options.now()
      const reason = await this.#connectOnce().catch(async (error: unknown) => this.#onRefused(error))
      if (signal.aborted) return
      failures = this.#options.now() - startedMs >= STABLE_AFTER_MS ? 1 : failures + 1
      const delayMs = reconnectDelayMs(failures, this.#options.backoff, this.#options.random(), this.#retryAfterMs)
      this.#retryAfterMs = 0
      this.#options.log.warn({ reason, delayMs, failures }, 'no link to Collate; trying again')
      await this.#options.sleep(delayMs, AbortSignal.any([signal, this.#waking.signal]))
    }
  }

  /** Connects and stays until the connection ends; gives the reason why it did. */
  async #connectOnce(): Promise<string> {
    const connection = await this.#open()
    this.#connection = connection
    try {
      // A stop that came during the handshake found no connection to close.
      this.#stopping.signal.throwIfAborted()
      const hello = await this.#sayHello(connection)
      this.#isConnected = true
      this.#options.log.info({ serverVersion: hello.serverVersion, heartbeatIntervalMs: hello.heartbeatIntervalMs }, 'linked to Collate')
      this.#handlers.onConnected({ serverVersion: hello.serverVersion })
      const heartbeat = setInterval(() => this.#beat(connection, hello.heartbeatIntervalMs), hello.heartbeatIntervalMs)
      const reason = await connection.closed
      clearInterval(heartbeat)
      return reason
    } finally {
      connection.peer.close()
      connection.socket.terminate()
      this.#connection = undefined
      if (this.#isConnected) {
        this.#isConnected = false
        this.#handlers.onDisconnected()
      }
    }
  }

  async #open(): Promise<Connection> {
    const closed = Promise.withResolvers<string>()
    const { now, log } = this.#options
    const connection: { current?: Connection } = {}
    const heard = (): void => {
      if (connection.current !== undefined) connection.current.lastTrafficMs = now()
    }
    const peer = new RpcPeer({
      send: (text) => this.#send(connection.current, text),
      onRequest: this.#handlers.onRequest,
      onInternalError: (method, error) => log.error({ method, error }, 'a request failed'),
    })
    const socketHandlers = {
      onText: (text: string, bytes: number) => (heard(), peer.receiveText(text, bytes)),
      onBinary: () => (heard(), peer.receiveBinary()),
      onClose: (code: number, reason: string) => {
        if (code === REPLACED_CODE) this.#onReplaced()
        closed.resolve(`the socket closed with code ${code}${reason === '' ? '' : `: ${reason}`}`)
      },
    }
    const socket = await openSocket(this.#options.url, this.#options.token.current(), socketHandlers, this.#options.network)
    connection.current = { socket, peer, closed: closed.promise, lastTrafficMs: now() }
    return connection.current
  }

  #onReplaced(): void {
    if (this.#stopping.signal.aborted) return
    const { hello, log, onFailure, random } = this.#options
    this.#retryAfterMs = Math.max(this.#retryAfterMs, REPLACED_RETRY_MS * (1 + random()))
    log.warn({ agentId: hello.agentId }, 'Collate has a newer connection of this agent id: is another runner installed with it (AGENT_ID)?')
    onFailure?.('replaced')
  }

  /** A server that asks and never reads the answers is cut off: it would cost memory without end. */
  #send(connection: Connection | undefined, text: string): void {
    if (connection === undefined) return
    connection.socket.send(text)
    if (connection.socket.unsentBytes() <= MAX_UNSENT_BYTES) return
    this.#options.log.warn({ unsentBytes: connection.socket.unsentBytes() }, 'Collate does not read what it is sent; dropping the link')
    connection.socket.terminate()
  }

  async #sayHello({ peer, closed }: Connection): Promise<HelloResult> {
    const cutOff = closed.then((reason) => Promise.reject(new Error(`${reason}, before runner/hello was answered`)))
    const hello = peer.request('runner/hello', this.#options.hello, HELLO_TIMEOUT_MS).catch((error: unknown) => {
      throw helloError(error)
    })
    const answer = await Promise.race([hello, cutOff])
    checkVersion(answer.protocolVersion)
    this.#retryAfterMs = Math.min(answer.retryAfterMs ?? 0, LONGEST_WISH_MS)
    return { ...answer, heartbeatIntervalMs: Math.min(answer.heartbeatIntervalMs, LONGEST_WISH_MS) }
  }

  #beat(connection: Connection, intervalMs: number): void {
    if (this.#options.now() - connection.lastTrafficMs > 2 * intervalMs) {
      this.#options.log.warn(
        { silentForMs: this.#options.now() - connection.lastTrafficMs },
        'nothing heard from Collate for two heartbeats; dropping the link',
      )
      connection.socket.terminate()
      return
    }
    const params = { agentId: this.#options.hello.agentId, ...this.#options.activity() }
    connection.peer
      .request('runner/heartbeat', params, intervalMs)
      .catch((error: unknown) => this.#options.log.debug({ error }, 'a heartbeat was not answered'))
  }

  /** A refused token may have been rotated: it is read anew once for each refusal, and the next try uses it. */
  async #onRefused(error: unknown): Promise<string> {
    this.#options.onFailure?.(failureOf(error))
    if (error instanceof VersionMismatch) this.#retryAfterMs = MISMATCH_RETRY_MS
    if (!(error instanceof HandshakeError)) return error instanceof Error ? error.message : String(error)
    this.#retryAfterMs = Math.min(error.retryAfterMs ?? 0, LONGEST_WISH_MS)
    if (error.status !== 401 && error.status !== 403) return error.message
    return `${error.message}: Collate does not accept the runner's token; ${await this.#rereadToken()}`
  }

  async #rereadToken(): Promise<string> {
    try {
      if (await this.#options.token.reread()) return 'it was read anew'
      return 'create one for the ingestion bot in Collate and put it into the Secret of AUTH_TOKEN'
    } catch (error) {
      return `it could not be read anew: ${error instanceof Error ? error.message : String(error)}`
    }
  }
}
