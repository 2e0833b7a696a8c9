import type { StoredRecord } from '../../compiler/record.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import type { RunLogParams } from '../link/protocol.ts'
import { fullJitterDelayMs } from '../queue/full-jitter.ts'
import { findAttemptLog, type LogPlace } from './attempt-log.ts'
import { attemptHeading, missingMark, piecesFrom, type ReadableLog } from './attempt-pieces.ts'
import { findRun, UNREADABLE } from './find-run.ts'
import { logCursor, type LogPosition, startOfAttempt } from './log-position.ts'
import { BatchStream } from './send-batches.ts'

export interface FollowOptions {
  readonly place: LogPlace
  readonly send: (params: RunLogParams) => Promise<void>
  /** Resolves when something about the run has changed, or after a while. */
  readonly untilChanged: () => Promise<void>
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
  readonly signal: AbortSignal
}

/** A program that is silent for longer than this may be on a node that is gone: the stream is opened anew where it was. */
const INACTIVITY_MS = 60_000
const BACKOFF = { baseMs: 250, capMs: 10_000 }
/** How often a log of a run that has ended is asked for when its node does not answer. */
const MAX_TRIES_AFTER_END = 5

/** What came of one look at an attempt. */
type Look =
  /** All there will ever be of it has been sent. */
  | 'over'
  /** It has not begun to write. */
  | 'notYet'
  /** The program runs on, or ended while it was being followed. */
  | 'again'
  /** The node or the API server does not answer. */
  | 'broken'

/**
 * Sends the log of a run as it grows, over all its attempts, until the run has ended and everything is sent.
 *
 * Level-triggered: each round looks at the record and the pod as they are, and goes on from the last position. So a broken stream,
 * a retry and an end are all the same to it.
 */
export async function followRun(runId: string, start: LogPosition, options: FollowOptions): Promise<void> {
  const follow = new RunFollow(runId, start, options)
  while (!options.signal.aborted && !(await follow.step()));
}

class RunFollow {
  readonly #runId: string
  readonly #options: FollowOptions
  #position: LogPosition
  /** The attempt of the position has nothing more to give. */
  #isAttemptOver = false
  #troubles = 0

  constructor(runId: string, start: LogPosition, options: FollowOptions) {
    this.#runId = runId
    this.#position = start
    this.#options = options
  }

  /** Gives true when there is nothing left to do. */
  async step(): Promise<boolean> {
    try {
      const { place } = this.#options
      const record = await findRun(this.#runId, place.policy.agentId, place.cluster)
      if (record === undefined) return await this.#complete(missingMark('the record of the run is gone, and its log with it'))
      if (record === 'unreadable') return await this.#complete(missingMark(UNREADABLE))
      const before = this.#position.offset
      const look = this.#isAttemptOver ? 'over' : await this.#look(record)
      // A stream that ends and gave nothing, though the program runs on, is not to be opened in a tight loop.
      if (look === 'broken' || (look === 'again' && this.#position.offset === before)) return await this.#onTrouble(record)
      this.#troubles = 0
      return await this.#next(record, look)
    } catch (error) {
      if (!isClusterError(error)) throw error
      return await this.#onTrouble(undefined)
    }
  }

  async #next(record: StoredRecord, look: Exclude<Look, 'broken'>): Promise<boolean> {
    if (look === 'again') return false
    if (look === 'over') {
      this.#isAttemptOver = true
      if (this.#position.attempt < record.status.attempt) {
        this.#position = startOfAttempt(this.#position.attempt + 1, this.#position.offset)
        this.#isAttemptOver = false
        return false
      }
      if (record.status.phase === 'Ended') return this.#complete('')
    }
    await this.#options.untilChanged()
    return false
  }

  async #look(record: StoredRecord): Promise<Look> {
    const { attempt, timeNs } = this.#position
    const log = await findAttemptLog(record, attempt, this.#options.place)
    if (log.kind === 'notYet') return 'notYet'
    const heading = attemptHeading(attempt, Math.max(attempt, record.status.attempt))
    if (log.kind === 'readable') return this.#stream(log, heading)
    await this.#say([...(heading === undefined || timeNs > 0n ? [] : [heading]), missingMark(log.why)].join('\n'))
    return 'over'
  }

  async #stream(log: ReadableLog, heading: string | undefined): Promise<Look> {
    const { place, sleep, signal: outer } = this.#options
    const stop = new AbortController()
    const signal = AbortSignal.any([outer, stop.signal])
    const send = async (text: string, position: LogPosition): Promise<void> => this.#send(text, position, false)
    const batches = new BatchStream(this.#position, heading, { send, sleep, signal })
    try {
      await batches.sendAll(piecesFrom(this.#position, log, place, { follow: true, inactivityMs: INACTIVITY_MS, signal }))
      // A program that had ended before the stream was opened has nothing more to say.
      if (log.isOver && !signal.aborted) await batches.sendOpenLine()
      return log.isOver ? 'over' : 'again'
    } catch (error) {
      if (isClusterError(error, 'NotFound')) await this.#say(missingMark('the node has no log of this program any more'))
      return isClusterError(error, 'NotFound') ? 'over' : await this.#onBreak(error)
    } finally {
      this.#position = batches.position
      stop.abort()
    }
  }

  async #onBreak(error: unknown): Promise<Look> {
    if (!isClusterError(error)) throw error
    return Promise.resolve(error.code === 'Invalid' ? 'notYet' : 'broken')
  }

  async #onTrouble(record: StoredRecord | undefined): Promise<boolean> {
    this.#troubles += 1
    if (record?.status.phase === 'Ended' && this.#troubles >= MAX_TRIES_AFTER_END) {
      return this.#complete(missingMark('the rest of the log cannot be read: its node does not answer'))
    }
    const { sleep, random, signal } = this.#options
    await sleep(fullJitterDelayMs(this.#troubles, BACKOFF, random()), signal)
    return false
  }

  async #say(mark: string): Promise<void> {
    await this.#send(`${mark}\n`, this.#position, false)
  }

  async #complete(mark: string): Promise<true> {
    await this.#send(mark === '' ? '' : `${mark}\n`, this.#position, true)
    return true
  }

  async #send(text: string, position: LogPosition, isComplete: boolean): Promise<void> {
    if (this.#options.signal.aborted) return
    await this.#options.send({ runId: this.#runId, text, after: logCursor(position, this.#runId), isComplete })
  }
}
