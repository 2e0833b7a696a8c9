/** What one request needs while it is worked on or waits. */
export interface Work {
  /** Of its frame: the measure of what it holds in memory. */
  readonly bytes: number
  /** Somebody waits for its answer: it goes before those that nobody waits for. */
  readonly isUrgent: boolean
  /** Must not reject. */
  readonly begin: () => Promise<void>
  /** Called instead of `begin` when the intake is closed first. */
  readonly turnAway: () => void
}

export interface IntakeLimits {
  /** Requests that are worked on at once, and bytes of them together; one larger than that is worked on alone. */
  readonly atWork: number
  readonly bytesAtWork: number
  readonly bytesWaiting: number
}

/**
 * Bounds the requests in hand: so many are worked on at once, so many bytes wait, the rest is refused. A server that sends faster
 * than the cluster takes writes costs a bounded amount of memory.
 */
export class Intake {
  readonly #limits: IntakeLimits
  readonly #inHand = new Set<Promise<void>>()
  readonly #urgent: Work[] = []
  readonly #waiting: Work[] = []
  #bytesAtWork = 0
  #bytesWaiting = 0

  constructor(limits: IntakeLimits) {
    this.#limits = limits
  }

  /** False when there is no room: the work was not taken. */
  take(work: Work): boolean {
    if (this.#mayBegin(work)) this.#begin(work)
    else if (this.#bytesWaiting + work.bytes > this.#limits.bytesWaiting) return false
    else {
      this.#bytesWaiting += work.bytes
      if (work.isUrgent) this.#urgent.push(work)
      else this.#waiting.push(work)
    }
    return true
  }

  /** Turns away those that wait, and resolves when those that are worked on are done. */
  async drain(): Promise<void> {
    for (const work of [...this.#urgent.splice(0), ...this.#waiting.splice(0)]) work.turnAway()
    this.#bytesWaiting = 0
    await Promise.all(this.#inHand)
  }

  #mayBegin({ bytes, isUrgent }: Work): boolean {
    const isFirst = this.#urgent.length === 0 && (isUrgent || this.#waiting.length === 0)
    return isFirst && this.#hasRoom(bytes)
  }

  #hasRoom(bytes: number): boolean {
    return this.#inHand.size === 0 || (this.#inHand.size < this.#limits.atWork && this.#bytesAtWork + bytes <= this.#limits.bytesAtWork)
  }

  #begin(work: Work): void {
    this.#bytesAtWork += work.bytes
    const done = work.begin().finally(() => {
      this.#inHand.delete(done)
      this.#bytesAtWork -= work.bytes
      this.#next()
    })
    this.#inHand.add(done)
  }

  #next(): void {
    for (;;) {
      const queue = this.#urgent.length > 0 ? this.#urgent : this.#waiting
      const work = queue[0]
      if (work === undefined || !this.#hasRoom(work.bytes)) return
      queue.shift()
      this.#bytesWaiting -= work.bytes
      this.#begin(work)
    }
  }
}
