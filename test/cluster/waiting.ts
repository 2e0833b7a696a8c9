/** How long one part of a cluster may take to come up. It takes seconds, but a busy machine may be far slower; a part that dies is told at once. */
export const START_TIMEOUT_MS = 150_000

export interface WaitOptions {
  readonly what: string
  readonly timeoutMs: number
  readonly everyMs?: number
  readonly signal?: AbortSignal | undefined
}

/** Asks `probe` again and again until it gives something else than undefined. Throws when the time is over or on abort. */
export async function waitFor<T>(probe: () => Promise<T | undefined> | T | undefined, options: WaitOptions): Promise<T> {
  const deadline = performance.now() + options.timeoutMs
  let lastError: unknown
  for (;;) {
    options.signal?.throwIfAborted()
    const asked = performance.now()
    try {
      const result = await probe()
      if (result !== undefined) return result
    } catch (error) {
      lastError = error
    }
    if (performance.now() > deadline) {
      const reason = lastError instanceof Error ? `: ${lastError.message}` : ''
      throw new Error(`${options.what} did not happen within ${options.timeoutMs / 1000} seconds${reason}`, { cause: lastError })
    }
    // On a busy machine asking is slow, too: leave at least half of the time to the one that is waited for.
    await delay(Math.max(options.everyMs ?? 100, performance.now() - asked))
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
