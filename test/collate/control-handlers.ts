import { serviceResponse } from '../../reconciler/link/protocol.ts'
import type { CollateServer } from './collate-server.ts'
import type { Desired } from './desired.ts'
import type { RpcAnswer } from './link-frame.ts'
import type { Operation, OperationOutput, ReadInput } from './operations.ts'
import { createWaits } from './waits.ts'

export type ControlHandlers = {
  readonly [Name in Operation]: (input: ReadInput<Name>) => OperationOutput[Name] | Promise<OperationOutput[Name]>
}

/** What each operation of the control API does. */
export function createControlHandlers(collate: CollateServer): ControlHandlers {
  return { ...createActs(collate), ...createReads(collate), ...createWaits(collate) }
}

type Reads = 'runners' | 'status' | 'history' | 'log' | 'followed' | 'workflows' | 'requests' | 'frames' | 'connections' | 'violations'

function createReads({ memory, link, statuses, logs, workflows }: CollateServer): Pick<ControlHandlers, Reads> {
  const isOf = (wanted: string | undefined, found: string): boolean => wanted === undefined || wanted === found
  return {
    runners: () => link.runners(),
    status: ({ fqn, runId }) => statuses.current(fqn, runId) ?? null,
    history: ({ fqn, runId, afterSeq }) => memory.statusWrites.filter((write) => write.seq > afterSeq && isOf(fqn, write.fqn) && isOf(runId, write.runId)),
    log: ({ fqn, runId }) => logs.log(fqn, runId) ?? null,
    followed: ({ runId, afterSeq }) => memory.followed.filter((lines) => lines.seq > afterSeq && lines.runId === runId),
    workflows: () => workflows.all(),
    requests: ({ afterSeq }) => memory.requests.filter((request) => request.seq > afterSeq),
    frames: ({ agentId, afterSeq }) => memory.frames.filter((frame) => frame.seq > afterSeq && isOf(agentId, frame.agentId)),
    connections: ({ agentId, afterSeq }) => memory.connections.filter((one) => one.seq > afterSeq && isOf(agentId, one.agentId)),
    violations: ({ afterSeq }) => memory.violations.filter((violation) => violation.seq > afterSeq),
  }
}

type Acts =
  | 'setDesired'
  | 'desired'
  | 'call'
  | 'sendRaw'
  | 'cut'
  | 'misbehave'
  | 'behave'
  | 'forget'
  | 'stopListening'
  | 'listenAgain'
  | 'setTokens'
  | 'configure'

function createActs(collate: CollateServer): Pick<ControlHandlers, Acts> {
  const { link, misbehaviours, settings, desired } = collate
  return {
    call: async ({ agentId, method, params, timeoutMs, queuedFor }) => {
      const connection = link.connectionOf(agentId)
      const answered = await connection.call(method, params, timeoutMs)
      if (isAccepted(answered)) desired.accept(connection.entry.agentId, method, params)
      if (queuedFor !== undefined) recordQueued(collate, queuedFor, answered)
      return answered
    },
    sendRaw: ({ agentId, text, base64, timeoutMs }) => {
      if ((text === undefined) === (base64 === undefined)) throw new Error('give either text or base64')
      return link.connectionOf(agentId).sendRaw(text ?? Buffer.from(base64 ?? '', 'base64'), timeoutMs)
    },
    setDesired: ({ agentId, ...wanted }) => (desired.set(agentId, definedOf(wanted)), null),
    desired: ({ agentId }) => desired.of(agentId),
    cut: ({ agentId, code }) => link.cut(agentId, code),
    misbehave: (wanted) => ({ id: misbehaviours.add(wanted) }),
    behave: ({ id }) => (misbehaviours.end(id), null),
    forget: () => (collate.forget(), null),
    stopListening: async () => (await collate.stopListening(), null),
    listenAgain: async () => (await collate.listen(), null),
    setTokens: ({ tokens }) => (collate.tokens.replace(tokens), null),
    configure: (wanted) => {
      Object.assign(settings, Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)))
      return null
    },
  }
}

function isAccepted(answered: RpcAnswer): boolean {
  return serviceResponse.safeParse('result' in answered ? answered.result : undefined).data?.code === 200
}

function definedOf({ pipelines, runs, totalPipelines }: Omit<ReadInput<'setDesired'>, 'agentId'>): Partial<Desired> {
  return {
    ...(pipelines === undefined ? {} : { pipelines }),
    ...(runs === undefined ? {} : { runs }),
    ...(totalPipelines === undefined ? {} : { totalPipelines }),
  }
}

/** OpenMetadata writes the queued row itself once the answer names a run, whatever row is there by then. */
function recordQueued({ statuses }: CollateServer, fqn: string, answered: RpcAnswer): void {
  const accepted = serviceResponse.safeParse('result' in answered ? answered.result : undefined)
  if (!accepted.success || accepted.data.code !== 200 || accepted.data.runId === undefined) return
  const now = Date.now()
  statuses.write(fqn, { runId: accepted.data.runId, pipelineState: 'queued', startDate: now, timestamp: now }, 'server')
}
