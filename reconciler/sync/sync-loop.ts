import type { Log } from '../log.ts'
import { type Backoff, fullJitterDelayMs } from '../queue/full-jitter.ts'
import { UNSAVED_MS } from '../schedule/server-words.ts'
import type { SyncOutcome } from './desired-sync.ts'

export interface SyncLoopOptions {
  readonly sync: () => Promise<SyncOutcome>
  readonly isLinked: () => boolean
  readonly log: Log
  readonly random: () => number
}

/** Between two syncs that nobody asked for, half of it at least. */
const INTERVAL_MS = 10 * 60_000
const BACKOFF: Backoff = { baseMs: 5_000, capMs: 5 * 60_000 }

/** When to sync: on every connect, on a hint, and by a timer with jitter. One at a time; what is asked for meanwhile is done afterwards. */
export class SyncLoop {
  readonly #options: SyncLoopOptions
  #timer: NodeJS.Timeout | undefined
  #inHand: Promise<void> | undefined
  #isWanted = false
  #isStopped = false
  #failures = 0
  /** The last sync left a question that the next one answers. */
  #hasUnsaved = false

  constructor(options: SyncLoopOptions) {
    this.#options = options
  }

  /** The link stands, or the server hints that something changed. */
  wake(): void {
    this.#isWanted = true
    if (this.#inHand !== undefined || this.#isStopped) return
    clearTimeout(this.#timer)
    this.#inHand = this.#run().finally(() => {
      this.#inHand = undefined
      if (this.#isWanted) this.wake()
      else this.#wakeIn(this.#delayMs())
    })
  }

  #delayMs(): number {
    const { random } = this.#options
    if (this.#failures > 0) return fullJitterDelayMs(this.#failures, BACKOFF, random())
    return this.#hasUnsaved ? UNSAVED_MS : INTERVAL_MS * (0.5 + random() / 2)
  }

  /** Starts no more, and resolves when the one in hand is over. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#inHand
  }

  async #run(): Promise<void> {
    this.#isWanted = false
    // The next connect wakes it.
    if (!this.#options.isLinked()) return
    const { log, sync } = this.#options
    try {
      const outcome = await sync()
      this.#failures = 0
      this.#hasUnsaved = outcome.unsaved + outcome.missing > 0
      const isNews = outcome.deployed + outcome.pruned + outcome.lost > 0
      log[isNews ? 'info' : 'debug'](outcome, 'in step with Collate')
      if (!outcome.isComplete) log.warn(outcome, "Collate's list is not complete: nothing was pruned by it")
    } catch (error) {
      this.#failures += 1
      log.warn({ error, failures: this.#failures }, 'no sync with Collate; trying again')
    }
  }

  #wakeIn(delayMs: number): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => this.wake(), delayMs)
    this.#timer.unref()
  }
}
