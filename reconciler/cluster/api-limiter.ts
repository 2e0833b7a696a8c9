import { ClusterError } from './cluster-error.ts'

/**
 * Who goes first. `urgent` ends something or lets go of it (patches, deletes, and the single read that decides about one);
 * `create` starts something; `bulk` can wait (lists, the start of a watch, logs).
 */
export const CALL_PRIORITIES = ['urgent', 'create', 'bulk'] as const
export type CallPriority = (typeof CALL_PRIORITIES)[number]

export interface ApiLimiterOptions {
  /** Calls a second in the long run. */
  readonly perSecond: number
  /** Calls that may go at once after a quiet time. */
  readonly burst: number
  /** Calls that wait for their answer at the same time; streams do not count. */
  readonly maxInFlight: number
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** What the limiter tells of itself. */
export interface ApiLimiterState {
  readonly waiting: Readonly<Record<CallPriority, number>>
  readonly inFlight: number
  /** Until the API server lets calls pass again; 0 when it does. */
  readonly pausedForMs: number
  /** Times the API server asked for less (HTTP 429). */
  readonly throttled: number
  /** Calls that were let through, and how long they had waited in all. */
  readonly admitted: number
  readonly waitedMs: number
}

interface Waiting {
  readonly priority: CallPriority
  readonly holdsSlot: boolean
  readonly sinceMs: number
  /** Counts those who came. */
  readonly place: number
  readonly admit: () => void
}

/** One admission in so many goes to whoever waits longest, so that the last class is slowed down and never starved. */
const TURN_OF_THE_OLDEST = 8

/**
 * The one gate for all calls to the API server: a token bucket, a limit of calls in flight, and a pause for everybody when the
 * API server asks for one.
 *
 * Guarantees: within a priority the order of arrival; a higher priority goes first, and always finds a free place in flight that
 * the lower ones may not take; nobody waits for ever. A caller whose signal aborts leaves the queue and costs nothing.
 */
export class ApiLimiter {
  readonly #options: ApiLimiterOptions
  readonly #waiting: Record<CallPriority, Set<Waiting>> = { urgent: new Set(), create: new Set(), bulk: new Set() }
  readonly #slots: Readonly<Record<CallPriority, number>>
  #tokens: number
  #countedAtMs: number
  #pausedUntilMs = 0
  #inFlight = 0
  #throttled = 0
  #arrivals = 0
  #admitted = 0
  #waitedMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: ApiLimiterOptions) {
    this.#options = options
    this.#tokens = options.burst
    this.#countedAtMs = options.now()
    const reserve = Math.floor(options.maxInFlight / 8)
    this.#slots = { urgent: options.maxInFlight, create: options.maxInFlight - reserve, bulk: options.maxInFlight - 2 * reserve }
  }

  /**
   * Resolves when it is this call's turn, with what is to be called when it is over. Rejects with Throttled when the signal aborts
   * before: nothing was sent. A stream takes a token at its start and no place in flight.
   */
  async enter(priority: CallPriority, { signal, isStream = false }: { readonly signal?: AbortSignal; readonly isStream?: boolean } = {}): Promise<() => void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { priority, holdsSlot: !isStream, sinceMs: this.#options.now(), place: ++this.#arrivals, admit: resolve }
    const leave = (): void => {
      if (this.#waiting[priority].delete(waiting))
        reject(new ClusterError('Throttled', `waited too long for its turn among ${priority} calls; nothing was sent`))
    }
    this.#waiting[priority].add(waiting)
    signal?.addEventListener('abort', leave, { once: true })
    if (signal?.aborted === true) leave()
    this.#dispatch()
    await promise.finally(() => signal?.removeEventListener('abort', leave))
    return isStream ? () => undefined : this.#releaseOnce()
  }

  /** The API server asked for less: nothing goes out before `ms` are over, and the bucket starts empty then. */
  pause(ms: number): void {
    this.#throttled += 1
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#options.now() + ms)
    this.#tokens = 0
    this.#countedAtMs = this.#pausedUntilMs
    this.#dispatch()
  }

  state(): ApiLimiterState {
    const { urgent, create, bulk } = this.#waiting
    return {
      waiting: { urgent: urgent.size, create: create.size, bulk: bulk.size },
      inFlight: this.#inFlight,
      pausedForMs: Math.max(0, this.#pausedUntilMs - this.#options.now()),
      throttled: this.#throttled,
      admitted: this.#admitted,
      waitedMs: this.#waitedMs,
    }
  }

  #dispatch(): void {
    clearTimeout(this.#timer)
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const waitMs = this.#msUntilToken()
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#dispatch(), Math.ceil(waitMs))
        return
      }
      this.#tokens -= 1
      this.#waiting[next.priority].delete(next)
      if (next.holdsSlot) this.#inFlight += 1
      this.#admitted += 1
      this.#waitedMs += this.#options.now() - next.sinceMs
      next.admit()
    }
  }

  /** Whose turn it is, among those for whom there is a place. */
  #next(): Waiting | undefined {
    const first = CALL_PRIORITIES.flatMap((priority) => this.#firstOf(priority) ?? [])
    if (this.#admitted % TURN_OF_THE_OLDEST !== TURN_OF_THE_OLDEST - 1) return first[0]
    return first.reduce<Waiting | undefined>((oldest, one) => (oldest === undefined || one.place < oldest.place ? one : oldest), undefined)
  }

  #firstOf(priority: CallPriority): Waiting | undefined {
    const isFull = this.#inFlight >= this.#slots[priority]
    for (const waiting of this.#waiting[priority]) if (!isFull || !waiting.holdsSlot) return waiting
    return undefined
  }

  #msUntilToken(): number {
    const { now, perSecond, burst } = this.#options
    const nowMs = now()
    if (nowMs < this.#pausedUntilMs) return this.#pausedUntilMs - nowMs + 1000 / perSecond
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, nowMs - this.#countedAtMs) * perSecond) / 1000)
    this.#countedAtMs = nowMs
    // A timer may come a hair early: what is left of a token then is rounding.
    return this.#tokens >= 1 - 1e-6 ? 0 : ((1 - this.#tokens) * 1000) / perSecond
  }

  #releaseOnce(): () => void {
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#inFlight -= 1
      this.#dispatch()
    }
  }
}
