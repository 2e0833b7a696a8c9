/** Tells those who wait for something to come true that things have changed: a test awaits an event, it never sleeps. */
export class Changes {
  readonly #waiting = new Set<() => void>()

  notify(): void {
    for (const look of this.#waiting) look()
  }

  /** Resolves as soon as `isTrue` holds; looked at now and after every change. */
  async until(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return
    const met = Promise.withResolvers<void>()
    const look = (): void => {
      if (isTrue()) met.resolve()
    }
    this.#waiting.add(look)
    await met.promise.finally(() => this.#waiting.delete(look))
  }
}
