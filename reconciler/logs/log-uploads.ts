import type { LogsApi } from '../collate/collate-api.ts'
import { CollateError } from '../collate/collate-api.ts'
import type { Log } from '../log.ts'
import { type Backoff, fullJitterDelayMs } from '../queue/full-jitter.ts'
import { type LogTail, missingTail } from './missing-tail.ts'

/** An attempt of a run that streams its log has ended. */
export interface EndedLog {
  readonly runId: string
  readonly pipelineFqn: string
  /** Of an attempt that may not have sent all of its log. */
  readonly tail?: LogTail
  /** The run is over: no more log will come. */
  readonly isLast: boolean
}

export interface LogUploadsOptions {
  readonly collate: LogsApi
  /** Names this runner among those who send lines of the same run. */
  readonly connectorId: string
  readonly log: Log
  readonly now: () => number
  readonly random: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

const BACKOFF: Backoff = { baseMs: 1_000, capMs: 8_000 }
const MAX_TRIES = 4
/** Calls under way at once, of all runs. */
const MAX_AT_ONCE = 4
/** Each holds a tail. Beyond them a log is closed without it: Collate's status has the last lines, too. */
const MAX_WAITING_TAILS = 64
/** Of a runner that stops. */
const STOP_MS = 3_000
/** Lines of what Collate holds that are compared with the tail. */
const COMPARED_LINES = 500

/**
 * Brings to Collate what a pod could not send of its log, and says that no more will come.
 *
 * It works beside the reconciler and never holds back an end: the end has been told by then. Nothing is stored, so what is under way
 * when the runner is killed is lost; the last lines stand in the run's status all the same. Doing it twice changes nothing.
 */
export class LogUploads {
  readonly #options: LogUploadsOptions
  readonly #stopping = new AbortController()
  /** What is under way, by run: the attempts of one run go one after the other. */
  readonly #byRun = new Map<string, Promise<void>>()
  readonly #slots: (() => void)[] = []
  #busy = 0
  #waitingTails = 0

  constructor(options: LogUploadsOptions) {
    this.#options = options
  }

  /** Never throws, and returns at once. */
  add(ended: EndedLog): void {
    const keepsTail = this.#waitingTails < MAX_WAITING_TAILS
    if (!keepsTail && ended.tail !== undefined)
      this.#options.log.warn({ run: ended.runId }, 'too many logs wait for Collate; one is closed without its last lines')
    const { tail: _, ...rest } = ended
    const kept = keepsTail ? ended : rest
    if ('tail' in kept) this.#waitingTails += 1
    const work = (this.#byRun.get(ended.runId) ?? Promise.resolve()).then(async () => this.#inTurn(kept))
    this.#byRun.set(ended.runId, work)
    void work.finally(() => {
      if ('tail' in kept) this.#waitingTails -= 1
      if (this.#byRun.get(ended.runId) === work) this.#byRun.delete(ended.runId)
    })
  }

  /** Tries nothing a second time from now on, and resolves when nothing is under way or the time for it is up. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const over = new AbortController()
    await Promise.race([this.settled().finally(() => over.abort()), this.#options.sleep(STOP_MS, over.signal)])
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#byRun.values())
  }

  async #inTurn(ended: EndedLog): Promise<void> {
    if (this.#busy >= MAX_AT_ONCE) await new Promise<void>((resolve) => this.#slots.push(resolve))
    this.#busy += 1
    try {
      if (ended.tail !== undefined) await this.#withTries(ended, 'the last lines of a log could not be brought to Collate', async () => this.#bringTail(ended))
      if (ended.isLast)
        await this.#withTries(ended, 'a log could not be closed at Collate', async () => this.#options.collate.closeLog(ended.pipelineFqn, ended.runId))
    } finally {
      this.#busy -= 1
      this.#slots.shift()?.()
    }
  }

  async #bringTail({ runId, pipelineFqn, tail }: EndedLog): Promise<void> {
    const { collate, connectorId, now } = this.#options
    if (tail === undefined) return
    const there = await collate.readLogEnd(pipelineFqn, runId, COMPARED_LINES)
    const lines = missingTail(there, tail)
    if (lines.length === 0) return
    await collate.appendLog(pipelineFqn, runId, { logs: lines.join(''), timestamp: now(), connectorId, lineCount: lines.length })
  }

  async #withTries({ runId }: EndedLog, trouble: string, act: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await act()
      } catch (error) {
        const isOver = tries >= MAX_TRIES || this.#stopping.signal.aborted || (error instanceof CollateError && error.code === 'Refused')
        if (isOver) return this.#options.log.warn({ run: runId, tries, error }, trouble)
        const waitMs = (error instanceof CollateError ? error.retryAfterMs : undefined) ?? fullJitterDelayMs(tries, BACKOFF, this.#options.random())
        await this.#options.sleep(waitMs, this.#stopping.signal)
      }
    }
  }
}
