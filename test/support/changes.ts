/** Tells those who wait for something to come true that things have changed: a test awaits an event, it never sleeps. */
export class Changes {
  readonly #waiting = new Set<() => void>()

  notify(): void {
    for (const look of this.#waiting) look()
  }

  /** Calls `look` after every change, until told to stop. */
  onEach(look: () => void): () => void {
    this.#waiting.add(look)
    return () => this.#waiting.delete(look)
  }

  /** Resolves as soon as `isTrue` holds; looked at now and after every change. */
  async until(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return
    const met = Promise.withResolvers<void>()
    const look = (): void => {
      if (isTrue()) met.resolve()
    }
    const stop = this.onEach(look)
    await met.promise.finally(stop)
  }
}
