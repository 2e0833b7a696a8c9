import type { ConnectionEntry, FollowedLines, FrameEntry, RequestEntry, StatusWrite, Violation } from './entries.ts'

/**
 * All that the server saw since it started, in one order: every entry carries a sequence number of one counter, so that a request,
 * a frame and a status can be put in order even within one millisecond.
 */
export interface Memory {
  readonly requests: RequestEntry[]
  readonly connections: ConnectionEntry[]
  readonly frames: FrameEntry[]
  readonly violations: Violation[]
  readonly statusWrites: StatusWrite[]
  readonly followed: FollowedLines[]
  nextSeq(): number
  /** Empties the lists; the sequence numbers go on. */
  forget(): void
  /** To be called after every change that somebody may wait for. */
  changed(): void
  /**
   * Gives what `find` finds, now or after a later change.
   *
   * Rejects with a `WaitTimedOut` after `timeoutMs`; `describe` is asked only then, so that its text tells the last state.
   */
  waitFor<Found>(find: () => Found | undefined, timeoutMs: number, describe: () => string): Promise<Found>
}

export class WaitTimedOut extends Error {
  override name = 'WaitTimedOut'
}

export function createMemory(): Memory {
  const waiting = new Set<() => void>()
  let seq = 0
  const lists = { requests: [], connections: [], frames: [], violations: [], statusWrites: [], followed: [] }
  return {
    ...lists,
    forget: () => {
      for (const list of Object.values(lists)) list.length = 0
    },
    nextSeq: () => ++seq,
    changed: () => {
      waiting.forEach((look) => look())
    },
    waitFor: (find, timeoutMs, describe) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new WaitTimedOut(`${describe()} within ${timeoutMs} ms`))
        }, timeoutMs)
        const look = (): void => {
          const found = find()
          if (found === undefined) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}
