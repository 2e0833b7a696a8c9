import type { z } from 'zod'
import { RPC_ERROR } from '../../reconciler/link/codes.ts'
import { desiredSyncParams, goodbyeParams, heartbeatParams, helloParams, runLogParams } from '../../reconciler/link/protocol.ts'
import type { DesiredSyncParams, DesiredSyncResult, HelloResult, RunLogParams } from '../../reconciler/link/protocol.ts'
import { frameIssues } from './link-frame.ts'
import type { FrameIssue, RpcAnswer } from './link-frame.ts'

/** What a runner's request or notification is answered with, and what is wrong with it. */
interface Judgement {
  readonly answer: RpcAnswer
  readonly issues: readonly FrameIssue[]
  /** The reason of a goodbye. */
  readonly goodbye?: string
  /** Lines of a run that is followed. */
  readonly runLog?: RunLogParams
}

interface RunnerContext {
  /** As the path of the handshake names it. */
  readonly agentId: string
  readonly hasSaidHello: boolean
  readonly helloResult: Omit<HelloResult, 'protocolVersion'>
  /** What this runner is to have. */
  readonly desired: (params: DesiredSyncParams) => DesiredSyncResult
  /** What the server speaks. */
  readonly protocolVersions: readonly string[]
}

const NOTIFICATIONS = ['runner/goodbye', 'run/log']
const REQUESTS = ['runner/hello', 'runner/heartbeat', 'desired/sync']

/** Judges a message of the runner by its schema and by its place in the conversation. Pure. */
export function judgeRunnerMessage(kind: 'request' | 'notification', method: string, params: unknown, context: RunnerContext): Judgement {
  const known = kind === 'request' ? REQUESTS : NOTIFICATIONS
  if (!known.includes(method)) return refuse(RPC_ERROR.methodNotFound, 'methodNotFound', 'method', `there is no ${kind} '${method}'`)
  if (method !== 'runner/hello' && !context.hasSaidHello) {
    return refuse(RPC_ERROR.invalidRequest, 'helloExpected', 'method', 'the first frame must be runner/hello')
  }
  if (method === 'runner/hello') return judgeHello(params, context)
  if (method === 'runner/heartbeat') return judgeParams(heartbeatParams, params, context, {})
  if (method === 'desired/sync') return judgeSync(params, context)
  if (method === 'run/log') return judgeRunLog(params)
  const goodbye = goodbyeParams.safeParse(params).data?.reason
  return { ...judgeParams(goodbyeParams, params, context, {}), ...(goodbye === undefined ? {} : { goodbye }) }
}

function judgeRunLog(params: unknown): Judgement {
  const parsed = runLogParams.safeParse(params)
  if (!parsed.success) return { answer: { result: {} }, issues: frameIssues('invalidParams', parsed.error, 'params') }
  return { answer: { result: {} }, issues: [], runLog: parsed.data }
}

function judgeHello(params: unknown, context: RunnerContext): Judgement {
  if (context.hasSaidHello) return refuse(RPC_ERROR.invalidRequest, 'secondHello', 'method', 'runner/hello was sent already')
  const { protocolVersions } = context
  const protocolVersion = helloParams.safeParse(params).data?.protocolVersions.find((version) => protocolVersions.includes(version))
  const judgement = judgeParams(helloParams, params, context, { protocolVersion, ...context.helloResult })
  if (judgement.issues.length > 0 || protocolVersion !== undefined) return judgement
  const message = `protocolVersions: must hold one of ${protocolVersions.join(', ')}`
  return {
    answer: { error: { code: RPC_ERROR.protocolVersion, message, data: { protocolVersions } } },
    issues: [{ code: 'protocolVersion', path: 'params.protocolVersions', message }],
  }
}

function judgeSync(params: unknown, context: RunnerContext): Judgement {
  const asked = desiredSyncParams.safeParse(params)
  return judgeParams(desiredSyncParams, params, context, asked.success ? context.desired(asked.data) : undefined)
}

function judgeParams(schema: z.ZodType<{ agentId: string }>, params: unknown, context: RunnerContext, result: unknown): Judgement {
  const named = schema.refine(({ agentId }) => agentId === context.agentId, {
    path: ['agentId'],
    message: `must be '${context.agentId}' as in the path`,
  })
  const parsed = named.safeParse(params)
  if (parsed.success) return { answer: { result }, issues: [] }
  const issues = frameIssues('invalidParams', parsed.error, 'params')
  return { answer: { error: { code: RPC_ERROR.invalidParams, message: 'invalid params', data: { issues } } }, issues }
}

function refuse(rpcCode: number, code: string, path: string, message: string): Judgement {
  return { answer: { error: { code: rpcCode, message } }, issues: [{ code, path, message }] }
}
