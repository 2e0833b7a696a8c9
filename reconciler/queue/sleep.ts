import { setTimeout as delay } from 'node:timers/promises'

/** Resolves after a time, or at once when the signal aborts: the caller looks at its signal next. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
