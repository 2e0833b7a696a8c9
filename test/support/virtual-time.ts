interface Timer {
  readonly atMs: number
  readonly fire: () => void
}

/** Time that passes only when told, and then from one timer to the next. */
export class VirtualTime {
  #nowMs = 0
  #timers: Timer[] = []

  readonly now = (): number => this.#nowMs

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted === true) return
    await new Promise<void>((resolve) => {
      const timer = { atMs: this.#nowMs + ms, fire: resolve }
      this.#timers.push(timer)
      signal?.addEventListener('abort', () => ((this.#timers = this.#timers.filter((other) => other !== timer)), resolve()), { once: true })
    })
  }

  /** Lets all that is due until then happen, in order. `look` is called between any two moments. */
  async pass(ms: number, look: () => void = () => undefined): Promise<void> {
    const endMs = this.#nowMs + ms
    for (;;) {
      await settle()
      look()
      const next = this.#timers.toSorted((one, other) => one.atMs - other.atMs)[0]
      if (next === undefined || next.atMs > endMs) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      // Just before the next moment is when what runs out is at its end.
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.fire()
    }
    this.#nowMs = endMs
    look()
  }
}

/** Until no promise is left that only waits for others. */
async function settle(): Promise<void> {
  await new Promise(setImmediate)
}
