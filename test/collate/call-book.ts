import { serviceResponse } from '../../reconciler/link/protocol.ts'
import { frameIssues } from './link-frame.ts'
import type { FrameId, FrameIssue, RpcAnswer } from './link-frame.ts'

/** Why a call has no answer. */
export class CallFailed extends Error {
  override name = 'CallFailed'
  readonly code: 'NotConnected' | 'ConnectionLost' | 'TimedOut'

  constructor(code: CallFailed['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** What came back after a raw frame. The runner's own requests, such as heartbeats, do not count. */
export type RawOutcome =
  | { readonly kind: 'frame'; readonly text: string }
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  | { readonly kind: 'nothing' }

/** The requests of the server on one connection that have no answer yet. */
interface CallBook {
  open(method: string, timeoutMs: number): { id: string; answered: Promise<RpcAnswer> }
  /** The next answer that belongs to no call of `open` goes to the oldest raw frame. */
  openRaw(timeoutMs: number): Promise<RawOutcome>
  /** Hands an answer to the call it belongs to; gives what is wrong with it. */
  take(id: FrameId, answer: RpcAnswer, text: string): readonly FrameIssue[]
  /** Ends all that is open. */
  lose(why: string, closed?: { readonly code: number; readonly reason: string }): void
}

interface OpenCall {
  readonly settle: (answer: RpcAnswer) => void
  readonly fail: (why: CallFailed) => void
}

export function createCallBook(): CallBook {
  const open = new Map<FrameId, OpenCall>()
  const raw = createRawQueue()
  let lastId = 0
  return {
    open: (method, timeoutMs) => {
      const id = `call-${++lastId}`
      const { promise, resolve, reject } = Promise.withResolvers<RpcAnswer>()
      // The call stays open after its time: its answer may still come, and is no breach then.
      const timer = setTimeout(() => reject(new CallFailed('TimedOut', `${method} was not answered within ${timeoutMs} ms`)), timeoutMs)
      const done = (): void => {
        clearTimeout(timer)
        open.delete(id)
      }
      open.set(id, { settle: (answer) => (done(), resolve(answer)), fail: (why) => (done(), reject(why)) })
      return { id, answered: promise }
    },
    openRaw: raw.open,
    take: (id, answer, text) => {
      const call = open.get(id)
      if (call !== undefined) {
        call.settle(answer)
        return 'result' in answer ? resultIssues(answer.result) : []
      }
      if (raw.settleOldest({ kind: 'frame', text })) return []
      return [{ code: 'unknownAnswer', path: 'id', message: `no request with id ${JSON.stringify(id)} is open` }]
    },
    lose: (why, closed) => {
      open.forEach((call) => call.fail(new CallFailed('ConnectionLost', `no answer came: ${why}`)))
      raw.settleAll(closed === undefined ? { kind: 'nothing' } : { kind: 'closed', ...closed })
    },
  }
}

interface RawQueue {
  readonly open: CallBook['openRaw']
  /** False when nothing that was sent raw can have led to this. */
  settleOldest(outcome: RawOutcome): boolean
  settleAll(outcome: RawOutcome): void
}

function createRawQueue(): RawQueue {
  const waiting: ((outcome: RawOutcome) => void)[] = []
  /** Answers that may still come though nobody waits any more. */
  let late = 0
  return {
    open: (timeoutMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(settle), 1)
          late += 1
          resolve({ kind: 'nothing' })
        }, timeoutMs)
        const settle = (outcome: RawOutcome): void => {
          clearTimeout(timer)
          resolve(outcome)
        }
        waiting.push(settle)
      }),
    settleOldest: (outcome) => {
      const oldest = waiting.shift()
      if (oldest !== undefined) oldest(outcome)
      else if (late > 0) late -= 1
      else return false
      return true
    },
    settleAll: (outcome) => {
      for (const settle of waiting.splice(0)) settle(outcome)
    },
  }
}

/** Every request of the server is answered with OpenMetadata's PipelineServiceClientResponse. */
function resultIssues(result: unknown): readonly FrameIssue[] {
  const parsed = serviceResponse.safeParse(result)
  return parsed.success ? [] : frameIssues('invalidResult', parsed.error, 'result')
}
