/**
 * How long a test waits for what must come, by itself or at once, before it says that it did not. It bounds how long a failure takes, and
 * nothing else: a machine may be ten times slower than another one, and be right. What has to come soon is compared with what came before
 * or after it; the seconds of an idle machine are measured by `npm run bench:...`.
 */
export const PATIENCE_MS = 240_000

export interface WaitOptions {
  readonly what: string
  /** PATIENCE_MS unless something else is to be shown. */
  readonly timeoutMs?: number
  readonly everyMs?: number
  readonly signal?: AbortSignal | undefined
}

/** Asks `probe` again and again until it gives something else than undefined. Throws when the time is over or on abort. */
export async function waitFor<T>(probe: () => Promise<T | undefined> | T | undefined, options: WaitOptions): Promise<T> {
  const { timeoutMs = PATIENCE_MS } = options
  const deadline = performance.now() + timeoutMs
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
      throw new Error(`${options.what} did not happen within ${timeoutMs / 1000} seconds${reason}`, { cause: lastError })
    }
    // On a busy machine asking is slow, too: leave at least half of the time to the one that is waited for.
    await delay(Math.max(options.everyMs ?? 100, performance.now() - asked))
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
