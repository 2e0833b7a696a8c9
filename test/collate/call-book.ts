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
export interface CallBook {
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
  const raw: ((outcome: RawOutcome) => void)[] = []
  let lastId = 0
  /** Answers that may still come though nobody waits any more. */
  let lateRawAnswers = 0

  return {
    open: (method, timeoutMs) => {
      const id = `call-${++lastId}`
      const answered = new Promise<RpcAnswer>((resolve, reject) => {
        const timer = setTimeout(() => reject(new CallFailed('TimedOut', `${method} was not answered within ${timeoutMs} ms`)), timeoutMs)
        const done = (): void => {
          clearTimeout(timer)
          open.delete(id)
        }
        open.set(id, { settle: (answer) => (done(), resolve(answer)), fail: (why) => (done(), reject(why)) })
      })
      return { id, answered }
    },
    openRaw: (timeoutMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          raw.splice(raw.indexOf(settle), 1)
          lateRawAnswers += 1
          resolve({ kind: 'nothing' })
        }, timeoutMs)
        const settle = (outcome: RawOutcome): void => {
          clearTimeout(timer)
          resolve(outcome)
        }
        raw.push(settle)
      }),
    take: (id, answer, text) => {
      const call = open.get(id)
      if (call !== undefined) {
        call.settle(answer)
        return 'result' in answer ? resultIssues(answer.result) : []
      }
      const next = raw.shift()
      if (next !== undefined) next({ kind: 'frame', text })
      else if (lateRawAnswers > 0) lateRawAnswers -= 1
      else return [{ code: 'unknownAnswer', path: 'id', message: `no request with id ${JSON.stringify(id)} is open` }]
      return []
    },
    lose: (why, closed) => {
      open.forEach((call) => call.fail(new CallFailed('ConnectionLost', `no answer came: ${why}`)))
      for (const settle of raw.splice(0)) settle(closed === undefined ? { kind: 'nothing' } : { kind: 'closed', ...closed })
    },
  }
}

/** Every request of the server is answered with OpenMetadata's PipelineServiceClientResponse. */
function resultIssues(result: unknown): readonly FrameIssue[] {
  const parsed = serviceResponse.safeParse(result)
  return parsed.success ? [] : frameIssues('invalidResult', parsed.error, 'result')
}
