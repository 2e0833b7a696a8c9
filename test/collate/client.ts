import { randomBytes } from 'node:crypto'
import { connectPath } from '../../reconciler/link/protocol.ts'
import { PATIENCE_MS } from '../cluster/waiting.ts'
import type { RawOutcome } from './call-book.ts'
import { startProcess } from './collate-process.ts'
import { createAsk } from './control-client.ts'
import type { Ask } from './control-client.ts'
import type { RpcAnswer } from './link-frame.ts'
import type { HeldCall } from './misbehaviour.ts'
import type { OperationInput, OperationOutput } from './operations.ts'
import type { RunnerState, StatusWrite } from './entries.ts'

export interface StartOptions {
  readonly host?: string
  readonly port?: number
  /** By name. Without them one for `runner` and one for `bot` are made up. */
  readonly tokens?: Readonly<Record<string, string>>
  readonly serverVersion?: string
  readonly heartbeatIntervalMs?: number
  readonly retryAfterMs?: number
}

/** Which REST calls: a pattern is a regular expression, a string means 'contains'. Paths are compared still encoded. */
export interface CallPattern {
  readonly method?: string
  readonly path?: RegExp | string
  readonly body?: RegExp | string
  readonly token?: string
}

type WithPattern<Input> = Input extends { match?: unknown } ? Omit<Input, 'match'> & { match?: CallPattern } : Input
export type MisbehaviourOrder = WithPattern<OperationInput<'misbehave'>>

/** Calls that hang until released. */
export interface Hold {
  readonly id: number
  /** Resolves when `count` calls hang. */
  waitHeld(count?: number, timeoutMs?: number): Promise<readonly HeldCall[]>
  /** Lets them go on, and holds no more. */
  release(): Promise<void>
}

type Reader<Name extends 'history' | 'requests' | 'frames' | 'connections' | 'violations'> = (input?: OperationInput<Name>) => Promise<OperationOutput[Name]>

/** A reference server in its own process, and all that can be asked of it. */
export interface Collate {
  readonly pid: number
  readonly port: number
  readonly controlPort: number
  /** For a client on this machine, without a path. */
  readonly url: string
  readonly tokens: Readonly<Record<string, string>>
  linkUrl(agentId: string): string

  runners(): Promise<readonly RunnerState[]>
  /** Sends a request to a runner. Rejects with the code NotConnected, ConnectionLost or TimedOut when no answer came. */
  call(method: string, params: unknown, options?: { agentId?: string; timeoutMs?: number; queuedFor?: string }): Promise<RpcAnswer>
  /** Sends any frame and gives what came back next. The runner's own requests do not count. */
  sendRaw(data: string | Buffer, options?: { agentId?: string; timeoutMs?: number }): Promise<RawOutcome>
  cut(options?: { agentId?: string; code?: number }): Promise<number>
  /** What a runner is to have: what it accepts by `call` is in it already. */
  setDesired(desired: OperationInput<'setDesired'>): Promise<void>
  desired(agentId: string): Promise<OperationOutput['desired']>

  status(fqn: string, runId: string): Promise<OperationOutput['status']>
  log(fqn: string, runId: string): Promise<OperationOutput['log']>
  /** What came of the log of a run that is followed. */
  followed(runId: string): Promise<OperationOutput['followed']>
  workflows(): Promise<OperationOutput['workflows']>
  history: Reader<'history'>
  requests: Reader<'requests'>
  frames: Reader<'frames'>
  connections: Reader<'connections'>
  violations: Reader<'violations'>

  waitForStatus(wanted: Omit<OperationInput<'waitForStatus'>, 'timeoutMs'>, timeoutMs?: number): Promise<StatusWrite>
  waitForRunner(agentId: string, state: RunnerState['state'], timeoutMs?: number): Promise<RunnerState>
  waitForRequest(
    wanted: Pick<CallPattern, 'method' | 'path'> & { status?: number | null; afterSeq?: number },
    timeoutMs?: number,
  ): Promise<OperationOutput['waitForRequest']>
  waitForFrame(wanted: Omit<OperationInput<'waitForFrame'>, 'timeoutMs'>, timeoutMs?: number): Promise<OperationOutput['waitForFrame']>
  waitForFollowed(wanted: Omit<OperationInput<'waitForFollowed'>, 'timeoutMs'>, timeoutMs?: number): Promise<OperationOutput['waitForFollowed']>
  waitForConnections(wanted: Omit<OperationInput<'waitForConnections'>, 'timeoutMs'>, timeoutMs?: number): Promise<OperationOutput['waitForConnections']>

  /** Gives the id by which `behave` ends it. */
  misbehave(order: MisbehaviourOrder): Promise<number>
  /** Ends one misbehaviour, or all. */
  behave(id?: number): Promise<void>
  hold(match: CallPattern, options?: { at?: 'beforeWork' | 'beforeAnswer'; times?: number }): Promise<Hold>
  /** As freshly started, on the same port, for the next test of a file. */
  forget(): Promise<void>
  /** Cuts every connection and refuses new ones, but forgets nothing: Collate is away. */
  stopListening(): Promise<void>
  listenAgain(): Promise<void>
  setTokens(tokens: Readonly<Record<string, string>>): Promise<void>
  configure(settings: OperationInput<'configure'>): Promise<void>

  /** Ends the process; what it remembered is gone. */
  stop(): Promise<void>
}

/** A runner answers within milliseconds; one on a busy machine is no other runner. */
const ANSWER_MS = 60_000
const madeUpToken = (): string => randomBytes(24).toString('base64url')

/** Starts a reference server as a child process that cannot outlive this one. */
export async function startCollate(options: StartOptions = {}): Promise<Collate> {
  const tokens = options.tokens ?? { runner: madeUpToken(), bot: madeUpToken() }
  const child = await startProcess({ ...options, tokens })
  const ask = createAsk(child.controlPort)
  return {
    pid: child.pid,
    port: child.port,
    controlPort: child.controlPort,
    url: `http://127.0.0.1:${child.port}`,
    tokens,
    linkUrl: (agentId) => `ws://127.0.0.1:${child.port}${connectPath(agentId)}`,
    ...linkSide(ask),
    ...memorySide(ask),
    ...waitSide(ask),
    ...orderSide(ask),
    stop: child.stop,
  }
}

const linkSide = (ask: Ask): Pick<Collate, 'runners' | 'call' | 'sendRaw' | 'cut' | 'setDesired' | 'desired'> => ({
  runners: () => ask('runners', {}),
  call: (method, params, options = {}) => ask('call', { method, params, timeoutMs: ANSWER_MS, ...options }),
  sendRaw: (data, options = {}) => ask('sendRaw', { ...(typeof data === 'string' ? { text: data } : { base64: data.toString('base64') }), ...options }),
  cut: (options = {}) => ask('cut', options),
  setDesired: async (desired) => void (await ask('setDesired', desired)),
  desired: (agentId) => ask('desired', { agentId }),
})

const memorySide = (
  ask: Ask,
): Pick<Collate, 'status' | 'log' | 'followed' | 'workflows' | 'history' | 'requests' | 'frames' | 'connections' | 'violations'> => ({
  status: (fqn, runId) => ask('status', { fqn, runId }),
  log: (fqn, runId) => ask('log', { fqn, runId }),
  followed: (runId) => ask('followed', { runId }),
  workflows: () => ask('workflows', {}),
  history: (input = {}) => ask('history', input),
  requests: (input = {}) => ask('requests', input),
  frames: (input = {}) => ask('frames', input),
  connections: (input = {}) => ask('connections', input),
  violations: (input = {}) => ask('violations', input),
})

const waitSide = (
  ask: Ask,
): Pick<Collate, 'waitForStatus' | 'waitForRunner' | 'waitForRequest' | 'waitForFrame' | 'waitForFollowed' | 'waitForConnections'> => ({
  waitForStatus: (wanted, timeoutMs = PATIENCE_MS) => ask('waitForStatus', { ...wanted, timeoutMs }),
  waitForRunner: (agentId, state, timeoutMs = PATIENCE_MS) => ask('waitForRunner', { agentId, state, timeoutMs }),
  waitForRequest: ({ path, ...wanted }, timeoutMs = PATIENCE_MS) => ask('waitForRequest', { ...wanted, ...sourceOf('path', path), timeoutMs }),
  waitForFrame: (wanted, timeoutMs = PATIENCE_MS) => ask('waitForFrame', { ...wanted, timeoutMs }),
  waitForFollowed: (wanted, timeoutMs = PATIENCE_MS) => ask('waitForFollowed', { ...wanted, timeoutMs }),
  waitForConnections: (wanted, timeoutMs = PATIENCE_MS) => ask('waitForConnections', { ...wanted, timeoutMs }),
})

function orderSide(ask: Ask): Pick<Collate, 'misbehave' | 'behave' | 'hold' | 'forget' | 'stopListening' | 'listenAgain' | 'setTokens' | 'configure'> {
  const misbehave: Collate['misbehave'] = async (order) => (await ask('misbehave', onTheWire(order))).id
  const behave: Collate['behave'] = async (id) => void (await ask('behave', id === undefined ? {} : { id }))
  return {
    misbehave,
    behave,
    hold: async (match, options = {}) => {
      const id = await misbehave({ kind: 'hold', match, ...options })
      return {
        id,
        waitHeld: (count = 1, timeoutMs = PATIENCE_MS) => ask('waitHeld', { id, count, timeoutMs }),
        release: () => behave(id),
      }
    },
    forget: async () => void (await ask('forget', {})),
    stopListening: async () => void (await ask('stopListening', {})),
    listenAgain: async () => void (await ask('listenAgain', {})),
    setTokens: async (tokens) => void (await ask('setTokens', { tokens: { ...tokens } })),
    configure: async (settings) => void (await ask('configure', settings)),
  }
}

function onTheWire(order: MisbehaviourOrder): OperationInput<'misbehave'> {
  if (!('match' in order) || order.match === undefined) return order as OperationInput<'misbehave'>
  const { path, body, ...plain } = order.match
  return { ...order, match: { ...plain, ...sourceOf('path', path), ...sourceOf('body', body) } }
}

function sourceOf<Key extends string>(key: Key, pattern: RegExp | string | undefined): { readonly [Name in Key]?: string } {
  if (pattern === undefined) return {}
  const source = typeof pattern === 'string' ? RegExp.escape(pattern) : pattern.source
  return { [key]: source } as { [Name in Key]?: string }
}
