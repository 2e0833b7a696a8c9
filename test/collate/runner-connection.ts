import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { RPC_ERROR } from '../../reconciler/link/protocol.ts'
import type { HelloResult } from '../../reconciler/link/protocol.ts'
import { createCallBook } from './call-book.ts'
import type { RawOutcome } from './call-book.ts'
import type { ConnectionEntry, FrameEntry } from './entries.ts'
import { readFrame } from './link-frame.ts'
import type { Frame, FrameIssue, RpcAnswer } from './link-frame.ts'
import type { Memory } from './memory.ts'
import type { Misbehaviours } from './misbehaviour.ts'
import { judgeRunnerMessage } from './runner-methods.ts'

/** One open socket of a runner. */
export interface RunnerConnection {
  readonly entry: ConnectionEntry
  /** A hello was answered, the socket is open, and the runner was heard within two heartbeats. */
  isActive(): boolean
  lastHeardAt(): number | null
  call(method: string, params: unknown, timeoutMs: number): Promise<RpcAnswer>
  sendRaw(data: string | Buffer, timeoutMs: number): Promise<RawOutcome>
  /** With a code by a close frame, without by destroying the socket. */
  cut(code?: number, reason?: string): void
}

export interface ConnectionParts {
  readonly memory: Memory
  readonly misbehaviours: Misbehaviours
  readonly helloResult: () => HelloResult
  readonly onHello: (connection: RunnerConnection) => void
}

/** How long a socket that was cut after a request may take to end on its own, so that the request surely arrives. */
const LINGER_MS = 1000

export function openConnection(parts: ConnectionParts, socket: WebSocket, transport: Duplex, entry: ConnectionEntry): RunnerConnection {
  const { memory, misbehaviours } = parts
  const helloResult = parts.helloResult()
  const calls = createCallBook()
  let lastHeardAt: number | null = null
  let isSilent = false
  let isDeaf = false
  const silence = setTimeout(() => {
    isSilent = true
    memory.changed()
  }, 2 * helloResult.heartbeatIntervalMs)

  const remember = (direction: FrameEntry['direction'], data: string | Buffer, method: string | null): void => {
    const isBinary = typeof data !== 'string'
    const text = isBinary || direction === 'sent' ? null : data
    const at = { seq: memory.nextSeq(), at: Date.now(), agentId: entry.agentId, connection: entry.seq }
    memory.frames.push({ ...at, direction, bytes: Buffer.byteLength(data), isBinary, method, text })
    memory.changed()
  }
  const violate = (issues: readonly FrameIssue[]): void => {
    for (const issue of issues) {
      memory.violations.push({ seq: memory.nextSeq(), at: Date.now(), agentId: entry.agentId, connection: entry.seq, ...issue })
    }
  }
  const send = (message: Record<string, unknown>, method: string | null, sent?: () => void): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    remember('sent', text, method)
    socket.send(text, sent)
  }
  const hear = (): void => {
    lastHeardAt = Date.now()
    isSilent = false
    silence.refresh()
  }
  const cutAfterSending = (): void => {
    isDeaf = true
    calls.lose('the socket was cut')
    transport.end()
    setTimeout(() => transport.destroy(), LINGER_MS).unref()
  }

  const onRunnerMessage = (frame: Extract<Frame, { kind: 'request' | 'notification' }>): void => {
    const { kind, method, params } = frame
    const judged = judgeRunnerMessage(kind, method, params, { agentId: entry.agentId, hasSaidHello: entry.helloAt !== null, helloResult })
    violate(judged.issues)
    const isGood = judged.issues.length === 0
    if (isGood && method === 'runner/goodbye') entry.goodbye = (params as { reason: string }).reason
    if (kind === 'notification') return
    if (method === 'runner/hello' && misbehaviours.take('ignoreHello') !== undefined) return
    if (method === 'runner/heartbeat' && misbehaviours.take('ignoreHeartbeats') !== undefined) return
    send({ id: frame.id, ...judged.answer }, null)
    if (method !== 'runner/hello') return
    if (!isGood) return connection.cut(1008, 'runner/hello was refused')
    entry.helloAt = Date.now()
    entry.hello = params
    parts.onHello(connection)
  }

  const onFrame = (data: Buffer, isBinary: boolean): void => {
    if (isDeaf) return
    hear()
    const frame: Frame = isBinary
      ? { kind: 'broken', rpcCode: RPC_ERROR.invalidRequest, issues: [{ code: 'binaryFrame', path: '', message: 'the frame is binary; frames are text' }] }
      : readFrame(data.toString('utf8'))
    remember('received', isBinary ? data : data.toString('utf8'), 'method' in frame ? frame.method : null)
    if (frame.kind === 'request' || frame.kind === 'notification') onRunnerMessage(frame)
    else if (frame.kind === 'answer') violate(calls.take(frame.id, frame.answer, data.toString('utf8')))
    else {
      violate(frame.issues)
      send({ id: null, error: { code: frame.rpcCode, message: frame.issues.map((issue) => issue.message).join('; ') } }, null)
    }
    memory.changed()
  }

  const connection: RunnerConnection = {
    entry,
    isActive: () => entry.helloAt !== null && entry.closedAt === null && !isSilent && !isDeaf,
    lastHeardAt: () => lastHeardAt,
    call: (method, params, timeoutMs) => {
      const { id, answered } = calls.open(method, timeoutMs)
      const isCut = misbehaviours.take('cutAfterRequest', (wanted) => (wanted.method ?? method) === method) !== undefined
      send({ id, method, params }, method, isCut ? cutAfterSending : undefined)
      return answered
    },
    sendRaw: (data, timeoutMs) => {
      const outcome = calls.openRaw(timeoutMs)
      remember('sent', data, null)
      socket.send(data)
      return outcome
    },
    cut: (code, reason) => {
      if (code === undefined) socket.terminate()
      else socket.close(code, reason)
    },
  }

  socket.on('message', (data, isBinary) => onFrame(data as Buffer, isBinary))
  socket.on('error', (error) => violate([{ code: 'webSocket', path: '', message: error.message }]))
  socket.on('close', (code, reason) => {
    clearTimeout(silence)
    Object.assign(entry, { closedAt: Date.now(), closeCode: code, closeReason: reason.toString('utf8') })
    calls.lose(`the socket closed with code ${code}`, { code, reason: entry.closeReason ?? '' })
    memory.changed()
  })
  return connection
}

