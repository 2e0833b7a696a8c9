import { type Backoff, fullJitterDelayMs } from './full-jitter.ts'

/** What a worker wants next for its key: nothing until somebody wakes it, or to be woken after a time. */
export type Outcome = { readonly requeueAfterMs?: number }

/**
 * Waits for somebody else and leaves the worker's place to another key meanwhile. It goes on when there is a place again, before
 * any key that has not begun.
 */
export type Away = <T>(wait: () => Promise<T>) => Promise<T>

export interface WorkQueueOptions {
  readonly work: (key: string, away: Away) => Promise<Outcome>
  /** A failed work is tried again after a growing wait. */
  readonly onError: (key: string, error: unknown, failures: number) => void
  readonly concurrency: number
  readonly backoff: Backoff
  readonly random: () => number
  readonly now: () => number
}

/** Node takes a longer timer for none at all. A key that is woken too early asks for the rest. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * A queue of keys. One worker a key at a time; a key added while it is worked on runs once more afterwards; the same key added
 * twice is one entry. Nothing but keys is held, so missed, repeated and reordered events are harmless.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions
  readonly #waiting = new Set<string>()
  readonly #working = new Set<string>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #failures = new Map<string, number>()
  /** Works that wait for somebody else, and those that are back and want their place. */
  #awayCount = 0
  readonly #returning: (() => void)[] = []
  #stopped = false
  #lastProgressMs: number
  #idle: PromiseWithResolvers<void> | undefined

  constructor(options: WorkQueueOptions) {
    this.#options = options
    this.#lastProgressMs = options.now()
  }

  add(key: string): void {
    if (this.#stopped) return
    this.#clearTimer(key)
    this.#waiting.add(key)
    this.#dispatch()
  }

  addAfter(key: string, delayMs: number): void {
    if (this.#stopped || this.#waiting.has(key)) return
    this.#clearTimer(key)
    const timer = setTimeout(() => this.add(key), Math.min(delayMs, LONGEST_TIMER_MS))
    timer.unref()
    this.#timers.set(key, timer)
  }

  /** Keys that wait for a worker. */
  depth(): number {
    return this.#waiting.size
  }

  /** Milliseconds since a worker last finished while there was something to do; 0 when there is nothing to do. */
  stalledForMs(): number {
    return this.#waiting.size === 0 && this.#working.size === 0 ? 0 : this.#options.now() - this.#lastProgressMs
  }

  /** Takes no more keys and resolves when the works in hand are done. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#waiting.clear()
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    if (this.#working.size === 0) return
    this.#idle = Promise.withResolvers<void>()
    await this.#idle.promise
  }

  #dispatch(): void {
    if (this.#working.size === 0) this.#lastProgressMs = this.#options.now()
    for (let back = this.#takeReturning(); back !== undefined; back = this.#takeReturning()) back()
    for (const key of this.#waiting) {
      if (!this.#hasPlace()) return
      if (this.#working.has(key)) continue
      this.#waiting.delete(key)
      this.#working.add(key)
      void this.#run(key)
    }
  }

  async #run(key: string): Promise<void> {
    try {
      const { requeueAfterMs } = await this.#options.work(key, this.#away)
      this.#failures.delete(key)
      if (requeueAfterMs !== undefined) this.addAfter(key, requeueAfterMs)
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1
      this.#failures.set(key, failures)
      this.#options.onError(key, error, failures)
      this.addAfter(key, fullJitterDelayMs(failures, this.#options.backoff, this.#options.random()))
    }
    this.#lastProgressMs = this.#options.now()
    this.#working.delete(key)
    if (this.#stopped && this.#working.size === 0) this.#idle?.resolve()
    this.#dispatch()
  }

  readonly #away: Away = async (wait) => {
    this.#awayCount += 1
    this.#dispatch()
    try {
      return await wait()
    } finally {
      await new Promise<void>((resolve) => {
        this.#returning.push(resolve)
        this.#dispatch()
      })
    }
  }

  #hasPlace(): boolean {
    return this.#working.size - this.#awayCount < this.#options.concurrency
  }

  #takeReturning(): (() => void) | undefined {
    const back = this.#hasPlace() ? this.#returning.shift() : undefined
    if (back !== undefined) this.#awayCount -= 1
    return back
  }

  #clearTimer(key: string): void {
    clearTimeout(this.#timers.get(key))
    this.#timers.delete(key)
  }
}
