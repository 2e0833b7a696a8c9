import type { Log } from '../log.ts'
import type { LeaseView } from './lease.ts'

/** Tells who is waited for: once for each holder, and once more when its lease is deleted; not at each renewal. */
export class StandbyNews {
  readonly #log: Log
  #told = ''

  constructor(log: Log) {
    this.#log = log
  }

  /** `untilMs` in wall time: when the lease runs out unless its holder renews it. */
  tell(name: string, { holder }: LeaseView, isThere: boolean, untilMs: number): void {
    const news = `${isThere ? 'held' : 'gone'} ${holder}`
    if (news === this.#told) return
    this.#told = news
    const message = isThere
      ? 'another process holds the lease; this one stands by until it is given back or runs out'
      : 'the lease of another process was deleted; this one stands by until it would have run out, for its holder may not know yet'
    this.#log.info({ lease: name, holder, runsOutAt: new Date(untilMs).toISOString() }, message)
  }

  /** The wait is over; the next one is news again. */
  end(): void {
    this.#told = ''
  }
}
