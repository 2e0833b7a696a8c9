import { type Backoff, fullJitterDelayMs } from '../queue/full-jitter.ts'
import { CollateError } from './collate-api.ts'

export interface CollateGateOptions {
  readonly now: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** Calls that wait for their answer at once. */
  readonly maxInFlight?: number
  /** Calls that wait for a place. */
  readonly maxWaiting?: number
}

/** What the gate tells of itself. */
export interface CollateGateState {
  readonly inFlight: number
  readonly waiting: number
  /** Until calls are let through again; 0 when they are. */
  readonly closedForMs: number
}

/** Calls in a row without an answer, or with a 5xx, until nobody is sent after them. */
const FAILURES_TO_CLOSE = 5
/** How long the gate stays closed: at least half a step, so that a server that is down is asked seldom and found soon. */
const CLOSED: Backoff = { baseMs: 2_000, capMs: 60_000 }
/** The longest Retry-After that is believed. */
const LONGEST_WISH_MS = 600_000

/**
 * Stands before every REST call to Collate, so that a server in trouble costs little. It bounds how many calls are under way and
 * how many wait, and closes for a while when calls fail in a row, or when the server asks for it (`Retry-After`, which then holds
 * for everybody). Closed, it fails each call at once with Unavailable; then a single call tries whether it may open.
 *
 * What is refused here was not sent. Callers keep what they have to tell and come again.
 */
export class CollateGate {
  readonly #options: Required<CollateGateOptions>
  /** Writes go first: who writes has read already, and may hold a log in memory. */
  readonly #waiting = { write: new Set<PromiseWithResolvers<void>>(), read: new Set<PromiseWithResolvers<void>>() }
  #inFlight = 0
  #failures = 0
  /** In a row; 0 when the gate is open. */
  #closures = 0
  #closedUntilMs = 0
  #isTrying = false

  constructor(options: CollateGateOptions) {
    this.#options = { maxInFlight: 16, maxWaiting: 512, ...options }
  }

  async run<T>(kind: 'read' | 'write', call: () => Promise<T>): Promise<T> {
    await this.#enter(kind)
    try {
      const answer = await call()
      this.#open()
      return answer
    } catch (error) {
      this.#noteError(error)
      throw error
    } finally {
      this.#leave()
    }
  }

  state(): CollateGateState {
    return { inFlight: this.#inFlight, waiting: this.#waitingCount(), closedForMs: this.#closedForMs() }
  }

  async #enter(kind: 'read' | 'write'): Promise<void> {
    const closedForMs = this.#closedForMs()
    if (closedForMs > 0 || this.#isTrying) throw closedError(closedForMs > 0 ? closedForMs : CLOSED.baseMs)
    const isFull = this.#inFlight >= this.#options.maxInFlight
    if (isFull && this.#waitingCount() >= this.#options.maxWaiting)
      throw new CollateError('Unavailable', 'too many calls to Collate wait already; nothing was sent')
    this.#isTrying = this.#closures > 0
    if (!isFull) {
      this.#inFlight += 1
      return
    }
    const turn = Promise.withResolvers<void>()
    this.#waiting[kind].add(turn)
    await turn.promise
  }

  /** Gives the place to the next one that waits. */
  #leave(): void {
    for (const queue of [this.#waiting.write, this.#waiting.read]) {
      for (const turn of queue) {
        queue.delete(turn)
        turn.resolve()
        return
      }
    }
    this.#inFlight -= 1
  }

  #open(): void {
    this.#failures = 0
    this.#closures = 0
    this.#isTrying = false
  }

  /** A refusal is an answer: the server is there. */
  #noteError(error: unknown): void {
    if (!(error instanceof CollateError) || error.code !== 'Unavailable') return this.#open()
    this.#failures += 1
    if (error.retryAfterMs !== undefined || this.#isTrying || this.#failures >= FAILURES_TO_CLOSE) this.#close(error.retryAfterMs)
  }

  #close(wishMs: number | undefined): void {
    // Those that were under way together fail together, and are one closure.
    if (this.#closedForMs() === 0) this.#closures += 1
    this.#isTrying = false
    const stepMs = fullJitterDelayMs(this.#closures, CLOSED, (1 + this.#options.random()) / 2)
    this.#closedUntilMs = Math.max(this.#closedUntilMs, this.#options.now() + Math.min(wishMs ?? stepMs, LONGEST_WISH_MS))
    for (const queue of Object.values(this.#waiting)) {
      for (const turn of queue) turn.reject(closedError(this.#closedForMs()))
      queue.clear()
    }
  }

  #waitingCount(): number {
    return this.#waiting.write.size + this.#waiting.read.size
  }

  #closedForMs(): number {
    return Math.max(0, this.#closedUntilMs - this.#options.now())
  }
}

function closedError(forMs: number): CollateError {
  return new CollateError('Unavailable', `Collate is in trouble and is left alone for ${Math.ceil(forMs / 1000)} s; nothing was sent`, { retryAfterMs: forMs })
}
