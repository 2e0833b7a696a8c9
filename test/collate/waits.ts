import type { CollateServer } from './collate-server.ts'
import type { ControlHandlers } from './control-handlers.ts'

type Waits = 'waitForStatus' | 'waitForRunner' | 'waitForRequest' | 'waitForFrame' | 'waitForFollowed' | 'waitForConnections' | 'waitHeld'

/** Operations that answer once something has happened. What happened before counts too, unless `afterSeq` leaves it out. */
export function createWaits({ memory, link, misbehaviours }: CollateServer): Pick<ControlHandlers, Waits> {
  return {
    waitForStatus: ({ runId, state, fqn, writer, afterSeq, timeoutMs }) => {
      const ofRun = () => memory.statusWrites.filter((write) => write.runId === runId && write.seq > afterSeq)
      const find = () => ofRun().find((write) => fits(state, write.status.pipelineState) && fits(fqn, write.fqn) && fits(writer, write.writer))
      const seen = () =>
        ofRun()
          .map((write) => write.status.pipelineState)
          .join(', ') || 'nothing'
      return memory.waitFor(find, timeoutMs, () => `run ${runId} got no status ${state ?? ''} (seen: ${seen()})`)
    },
    waitForRunner: ({ agentId, state, timeoutMs }) => {
      const found = () => link.runners().find((runner) => runner.agentId === agentId)
      const find = () => {
        const runner = found() ?? { agentId, state: 'Inactive' as const, hello: null, lastHeardAt: null }
        return runner.state === state ? runner : undefined
      }
      return memory.waitFor(find, timeoutMs, () => `runner ${agentId} (${found()?.state ?? 'never seen'}) was not ${state}`)
    },
    waitForRequest: ({ method, path, status, afterSeq, timeoutMs }) => {
      const pattern = new RegExp(path ?? '')
      const find = () =>
        memory.requests.find(
          (one) => one.seq > afterSeq && one.endedAt !== null && fits(method, one.method) && pattern.test(one.path) && fits(status, one.status),
        )
      return memory.waitFor(find, timeoutMs, () => `no request ${method ?? ''} ${path ?? ''} ended with ${status ?? 'any status'}`)
    },
    waitForFrame: ({ agentId, method, afterSeq, timeoutMs }) => {
      const find = () => memory.frames.find((one) => one.seq > afterSeq && one.direction === 'received' && one.method === method && fits(agentId, one.agentId))
      return memory.waitFor(find, timeoutMs, () => `no frame ${method} came`)
    },
    waitForFollowed: ({ runId, text, isComplete, afterSeq, timeoutMs }) => {
      const find = () =>
        memory.followed.find((one) => one.seq > afterSeq && one.runId === runId && one.text.includes(text ?? '') && fits(isComplete, one.isComplete))
      return memory.waitFor(find, timeoutMs, () => `no lines ${text ?? ''} of run ${runId} came`)
    },
    waitForConnections: ({ agentId, count, status, afterSeq, timeoutMs }) => {
      const met = () => memory.connections.filter((one) => one.seq > afterSeq && fits(agentId, one.agentId) && fits(status, one.status))
      const find = () => (met().length >= count ? met() : undefined)
      return memory.waitFor(find, timeoutMs, () => `${met().length} of ${count} connections came`)
    },
    waitHeld: ({ id, count, timeoutMs }) => {
      const find = () => (misbehaviours.held(id).length >= count ? misbehaviours.held(id) : undefined)
      return memory.waitFor(find, timeoutMs, () => `${misbehaviours.held(id).length} of ${count} calls were held`)
    },
  }
}

function fits<Value>(wanted: Value | undefined, found: Value): boolean {
  return wanted === undefined || wanted === found
}
