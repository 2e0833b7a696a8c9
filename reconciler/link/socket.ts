/** One WebSocket connection. The only file that uses ws. */
import { type ClientOptions, WebSocket } from 'ws'
import { DIRECT, type Network, secureContextOf } from '../network/network.ts'
import { retryAfterMs } from '../network/retry-after.ts'
import { encrypt, openTunnel } from '../network/tunnel.ts'
import { SUBPROTOCOL } from './protocol.ts'

/** Larger frames than the protocol allows are read up to here, so that they can be answered; beyond it the socket closes (1009). */
const READ_LIMIT_BYTES = 16 * 1024 * 1024
const HANDSHAKE_TIMEOUT_MS = 10_000

export interface SocketHandlers {
  readonly onText: (text: string, bytes: number) => void
  readonly onBinary: () => void
  readonly onClose: (code: number, reason: string) => void
}

export interface Socket {
  send(text: string): void
  /** Sent and not yet taken by the network. */
  unsentBytes(): number
  /** Resolves when the operating system has taken the frame; rejects when the connection is gone. */
  sendFlushed(text: string): Promise<void>
  close(code: number, reason: string): void
  /** Drops the connection without a word: the other end does not answer any more. */
  terminate(): void
}

/** The server refused the handshake, or could not be reached (`status` undefined). */
export class HandshakeError extends Error {
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined

  constructor(message: string, status?: number, retryAfterMs?: number, cause?: unknown) {
    super(message, { cause })
    this.name = 'HandshakeError'
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** Opens a connection; rejects with a HandshakeError. */
export async function openSocket(url: string, token: string, handlers: SocketHandlers, network: Network = DIRECT): Promise<Socket> {
  const socket = new WebSocket(url, SUBPROTOCOL, {
    ...(await connectionOptions(url, network)),
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: READ_LIMIT_BYTES,
    perMessageDeflate: false,
  })
  const opened = Promise.withResolvers<void>()
  socket.on('open', opened.resolve)
  socket.on('unexpected-response', (_request, response) => {
    response.resume()
    const waitMs = retryAfterMs(response.headers['retry-after'], Date.now())
    opened.reject(new HandshakeError(`the server answered the handshake with HTTP ${response.statusCode}`, response.statusCode, waitMs))
    socket.terminate()
  })
  socket.on('error', (error) => opened.reject(new HandshakeError(messageOf(error), undefined, undefined, error)))
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) handlers.onBinary()
    else handlers.onText(data.toString('utf8'), data.length)
  })
  socket.on('close', (code, reason) => {
    opened.reject(new HandshakeError(`the socket closed with code ${code} during the handshake`))
    handlers.onClose(code, reason.toString('utf8'))
  })
  await opened.promise
  return {
    send: (text) => socket.send(text),
    unsentBytes: () => socket.bufferedAmount,
    sendFlushed: async (text) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      socket.send(text, (error) => (error === undefined || error === null ? resolve() : reject(error)))
      return promise
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  }
}

/** How the socket's connection is made: through the proxy, whose tunnel stands before the handshake begins, or directly. */
async function connectionOptions(url: string, network: Network): Promise<Pick<ClientOptions, 'createConnection'>> {
  const proxy = network.proxyFor(url)
  if (proxy !== undefined) {
    const tunnel = await openTunnel(url, proxy, network, HANDSHAKE_TIMEOUT_MS).catch((error: unknown) => {
      throw new HandshakeError(messageOf(error), undefined, undefined, error)
    })
    return { createConnection: () => tunnel }
  }
  if (!url.startsWith('wss:') || network.extraCas().length === 0) return {}
  const { hostname, port } = new URL(url)
  return { createConnection: () => encrypt({ port: port === '' ? 443 : Number(port) }, hostname, secureContextOf({}, network.extraCas())) }
}

/** Node's own network errors may have no text but a code. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message === '' ? String(Reflect.get(error, 'code')) : error.message
}
