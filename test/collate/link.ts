import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { MAX_FRAME_BYTES, SUBPROTOCOL } from '../../reconciler/link/protocol.ts'
import type { HelloResult } from '../../reconciler/link/protocol.ts'
import { CallFailed } from './call-book.ts'
import type { DesiredStates } from './desired.ts'
import type { ConnectionEntry, RunnerState } from './entries.ts'
import type { Memory } from './memory.ts'
import type { Misbehaviours } from './misbehaviour.ts'
import { splitTarget } from './rest-call.ts'
import { RunnerConnection } from './runner-connection.ts'
import { UNKNOWN_TOKEN } from './tokens.ts'
import type { Tokens } from './tokens.ts'

interface LinkParts {
  readonly memory: Memory
  readonly desired: DesiredStates
  readonly tokens: Tokens
  readonly misbehaviours: Misbehaviours
  /** But for the version, which is picked at hello. */
  readonly helloResult: () => Omit<HelloResult, 'protocolVersion'>
  readonly protocolVersions: () => readonly string[]
}

/** The server side of all runners' sockets. */
export interface Link {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  runners(): readonly RunnerState[]
  /** The newest open connection of a runner that said hello; without a name there must be one runner only. */
  connectionOf(agentId?: string): RunnerConnection
  /** Cuts every open socket, or those of one runner; gives how many. */
  cut(agentId?: string, code?: number): number
  /** Cuts every socket and knows no runner any more. */
  forget(): void
}

export function createLink(parts: LinkParts): Link {
  const { memory } = parts
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })
  /** All connections ever opened, oldest first. */
  const connections: RunnerConnection[] = []

  const onHello = (connection: RunnerConnection): void => {
    const older = connections.filter((one) => one !== connection && isOpen(one) && one.entry.agentId === connection.entry.agentId)
    for (const one of older) one.cut(4001, 'replaced by a newer connection of the same runner')
    memory.changed()
  }

  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      const handshake = judgeHandshake(parts, request)
      const entry = rememberHandshake(memory, request, handshake)
      if (handshake.refusal !== undefined) return refuse(socket, handshake.refusal)
      server.handleUpgrade(request, socket, head, (webSocket) => {
        connections.push(new RunnerConnection({ ...parts, onHello }, webSocket, socket, entry))
        memory.changed()
      })
    },
    runners: () => {
      const named = connections.filter((one) => one.entry.helloAt !== null)
      return [...new Set(named.map((one) => one.entry.agentId))].map((agentId) => runnerState(agentId, named))
    },
    connectionOf: (agentId) =>
      newestOf(
        connections.filter((one) => isOpen(one) && isOf(one, agentId)),
        agentId,
      ),
    cut: (agentId, code) => {
      const meant = connections.filter((one) => isOpen(one) && isOf(one, agentId))
      for (const one of meant) one.cut(code, 'cut')
      return meant.length
    },
    forget: () => {
      for (const one of connections.splice(0)) one.cut()
    },
  }
}

const isOpen = ({ entry }: RunnerConnection): boolean => entry.closedAt === null
const isOf = ({ entry }: RunnerConnection, agentId: string | undefined): boolean => agentId === undefined || agentId === entry.agentId

function newestOf(open: readonly RunnerConnection[], agentId: string | undefined): RunnerConnection {
  const live = open.filter((one) => one.entry.helloAt !== null)
  const names = new Set(live.map((one) => one.entry.agentId))
  if (names.size > 1) throw new CallFailed('NotConnected', `several runners are connected, name one of: ${[...names].join(', ')}`)
  const newest = live.at(-1)
  if (newest === undefined) throw new CallFailed('NotConnected', agentId === undefined ? 'no runner is connected' : `runner ${agentId} is not connected`)
  return newest
}

function runnerState(agentId: string, connections: readonly RunnerConnection[]): RunnerState {
  const own = connections.filter((one) => one.entry.agentId === agentId)
  const state = own.some((one) => one.isActive()) ? 'Active' : 'Inactive'
  return { agentId, state, hello: own.at(-1)?.entry.hello, lastHeardAt: own.at(-1)?.lastHeardAt() ?? null }
}

interface Refusal {
  readonly status: number
  readonly message: string
  readonly retryAfterSeconds?: number | undefined
}

interface Handshake {
  readonly agentId: string
  readonly token: string | null
  readonly refusal?: Refusal
}

function judgeHandshake({ tokens, misbehaviours }: LinkParts, request: IncomingMessage): Handshake {
  const [collection, agentId = '', connect, ...rest] = splitTarget(request.url ?? '')?.segments ?? []
  const token = tokens.nameOf(request.headers.authorization)
  const refused = (status: number, message: string, retryAfterSeconds?: number): Handshake => ({
    agentId,
    token,
    refusal: { status, message, retryAfterSeconds },
  })
  if (collection !== 'ingestionRunners' || agentId === '' || connect !== 'connect' || rest.length > 0) return refused(404, 'HTTP 404 Not Found')
  const told = misbehaviours.take('refuseHandshakes')?.wanted
  if (told !== undefined) return refused(told.status, `HTTP ${told.status}, as told to answer`, told.retryAfterSeconds)
  if (token === null) return refused(401, 'Not Authorized! Token not present')
  if (token === UNKNOWN_TOKEN) return refused(401, 'Not Authorized! Token is not valid')
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(SUBPROTOCOL)) return refused(400, `Sec-WebSocket-Protocol must hold ${SUBPROTOCOL}`)
  return { agentId, token }
}

function rememberHandshake(memory: Memory, request: IncomingMessage, { agentId, token, refusal }: Handshake): ConnectionEntry {
  const seq = memory.nextSeq()
  const at = Date.now()
  const status = refusal?.status ?? 101
  const closedAt = refusal === undefined ? null : at
  const entry = { seq, at, agentId, token, status, helloAt: null, hello: null, goodbye: null, closedAt, closeCode: null, closeReason: null }
  memory.connections.push(entry)
  memory.requests.push({
    seq,
    at,
    method: 'GET',
    path: request.url ?? '',
    token,
    bodyBytes: 0,
    status,
    endedAt: at,
    problem: refusal?.message ?? null,
    misbehaved: [],
  })
  memory.changed()
  return entry
}

function refuse(socket: Duplex, { status, message, retryAfterSeconds }: Refusal): void {
  const body = JSON.stringify({ code: status, message })
  const retryAfter = retryAfterSeconds === undefined ? '' : `Retry-After: ${retryAfterSeconds}\r\n`
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
  socket.end(`${head}${retryAfter}Connection: close\r\n\r\n${body}`)
}
