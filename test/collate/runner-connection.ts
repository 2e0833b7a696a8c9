import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { RPC_ERROR } from '../../reconciler/link/codes.ts'
import type { HelloResult } from '../../reconciler/link/protocol.ts'
import { createCallBook } from './call-book.ts'
import type { RawOutcome } from './call-book.ts'
import { createConnectionNotes } from './connection-notes.ts'
import type { ConnectionNotes } from './connection-notes.ts'
import type { DesiredStates } from './desired.ts'
import type { ConnectionEntry } from './entries.ts'
import { createHeartbeatWatch } from './heartbeat-watch.ts'
import type { HeartbeatWatch } from './heartbeat-watch.ts'
import { readFrame } from './link-frame.ts'
import type { Frame, RpcAnswer } from './link-frame.ts'
import type { Memory } from './memory.ts'
import type { Misbehaviours } from './misbehaviour.ts'
import { judgeRunnerMessage } from './runner-methods.ts'

interface ConnectionParts {
  readonly memory: Memory
  readonly desired: DesiredStates
  readonly misbehaviours: Misbehaviours
  readonly helloResult: () => Omit<HelloResult, 'protocolVersion'>
  readonly protocolVersions: () => readonly string[]
  readonly onHello: (connection: RunnerConnection) => void
}

type RunnerMessage = Extract<Frame, { kind: 'request' | 'notification' }>

/** How long a socket that was cut after a request may take to end on its own, so that the request surely arrives. */
const LINGER_MS = 1000

const BINARY_FRAME: Frame = {
  kind: 'broken',
  rpcCode: RPC_ERROR.invalidRequest,
  issues: [{ code: 'binaryFrame', path: '', message: 'the frame is binary; frames are text' }],
}

/** One open socket of a runner. */
export class RunnerConnection {
  readonly entry: ConnectionEntry
  readonly #parts: ConnectionParts
  readonly #socket: WebSocket
  readonly #transport: Duplex
  readonly #helloResult: Omit<HelloResult, 'protocolVersion'>
  readonly #watch: HeartbeatWatch
  readonly #notes: ConnectionNotes
  readonly #calls = createCallBook()
  #isDeaf = false

  constructor(parts: ConnectionParts, socket: WebSocket, transport: Duplex, entry: ConnectionEntry) {
    this.entry = entry
    this.#parts = parts
    this.#socket = socket
    this.#transport = transport
    this.#helloResult = parts.helloResult()
    this.#watch = createHeartbeatWatch(this.#helloResult.heartbeatIntervalMs, parts.memory.changed)
    this.#notes = createConnectionNotes(parts.memory, entry)
    socket.on('message', (data, isBinary) => this.#hear(data as Buffer, isBinary))
    socket.on('error', (error) => this.#notes.violations([{ code: 'webSocket', path: '', message: error.message }]))
    socket.on('close', (code, reason) => this.#closed(code, reason.toString('utf8')))
  }

  /** A hello was answered, the socket is open, and the runner was heard within two heartbeats. */
  isActive(): boolean {
    return this.entry.helloAt !== null && this.entry.closedAt === null && !this.#watch.isSilent() && !this.#isDeaf
  }

  lastHeardAt(): number | null {
    return this.#watch.lastHeardAt()
  }

  /** Sends a request. Rejects with a `CallFailed` when no answer comes. */
  call(method: string, params: unknown, timeoutMs: number): Promise<RpcAnswer> {
    const { id, answered } = this.#calls.open(method, timeoutMs)
    const cut = this.#parts.misbehaviours.take('cutAfterRequest', (wanted) => (wanted.method ?? method) === method)
    this.#send({ id, method, params }, method, cut === undefined ? undefined : () => this.#cutAfterSending())
    return answered
  }

  sendRaw(data: string | Buffer, timeoutMs: number): Promise<RawOutcome> {
    const outcome = this.#calls.openRaw(timeoutMs)
    this.#notes.sent(data, null)
    this.#socket.send(data)
    return outcome
  }

  /** With a code by a close frame, without by destroying the socket. */
  cut(code?: number, reason?: string): void {
    if (code === undefined) this.#socket.terminate()
    else this.#socket.close(code, reason)
  }

  #send(message: Record<string, unknown>, method: string | null, sent?: () => void): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#notes.sent(text, method)
    this.#socket.send(text, sent)
  }

  /** Ends our half, so that what was sent arrives, and reads no more. */
  #cutAfterSending(): void {
    this.#isDeaf = true
    this.#calls.lose('the socket was cut')
    this.#transport.end()
    setTimeout(() => this.#transport.destroy(), LINGER_MS).unref()
    this.#parts.memory.changed()
  }

  #hear(data: Buffer, isBinary: boolean): void {
    if (this.#isDeaf) return
    this.#watch.hear()
    const text = data.toString('utf8')
    const frame = isBinary ? BINARY_FRAME : readFrame(text)
    this.#notes.received(isBinary ? data : text, 'method' in frame ? frame.method : null)
    if (frame.kind === 'answer') this.#notes.violations(this.#calls.take(frame.id, frame.answer, text))
    else if (frame.kind === 'broken') this.#refuse(frame)
    else this.#serve(frame)
    this.#parts.memory.changed()
  }

  #refuse({ rpcCode, issues }: Extract<Frame, { kind: 'broken' }>): void {
    this.#notes.violations(issues)
    this.#send({ id: null, error: { code: rpcCode, message: issues.map((issue) => issue.message).join('; ') } }, null)
  }

  #serve(frame: RunnerMessage): void {
    const { kind, method, params } = frame
    const hasSaidHello = this.entry.helloAt !== null
    const { answer, issues, goodbye, runLog } = judgeRunnerMessage(kind, method, params, {
      agentId: this.entry.agentId,
      hasSaidHello,
      helloResult: this.#helloResult,
      desired: (asked) => this.#parts.desired.answer(this.entry.agentId, asked),
      protocolVersions: this.#parts.protocolVersions(),
    })
    this.#notes.violations(issues)
    this.entry.goodbye = goodbye ?? this.entry.goodbye
    if (runLog !== undefined) this.#notes.followed(runLog)
    if (kind === 'notification' || this.#isToldToIgnore(method)) return
    this.#send({ id: frame.id, ...answer }, null)
    if (method !== 'runner/hello' || hasSaidHello) return
    if (issues.length > 0) return this.cut(1008, 'runner/hello was refused')
    this.entry.helloAt = Date.now()
    this.entry.hello = params
    this.#parts.onHello(this)
  }

  #isToldToIgnore(method: string): boolean {
    const { misbehaviours } = this.#parts
    if (method === 'runner/hello') return misbehaviours.take('ignoreHello') !== undefined
    return method === 'runner/heartbeat' && misbehaviours.take('ignoreHeartbeats') !== undefined
  }

  #closed(code: number, reason: string): void {
    this.#watch.stop()
    Object.assign(this.entry, { closedAt: Date.now(), closeCode: code, closeReason: reason })
    this.#calls.lose(`the socket closed with code ${code}`, { code, reason })
    this.#parts.memory.changed()
  }
}
