export interface Interruption {
  readonly signal: AbortSignal
  /** Gives the work's outcome, or rejects as soon as somebody interrupts. What the work does then is not waited for. */
  readonly unless: <T>(work: Promise<T>) => Promise<T>
  /** Resolves when somebody interrupts. */
  readonly happened: () => Promise<void>
}

/**
 * From now on Ctrl-C, SIGTERM and a closed terminal no longer end this process, so that it can clean up. Each of them is told to `onSignal`;
 * only the first interrupts.
 */
export function takeInterrupts(onSignal: (name: string, isFirst: boolean) => void): Interruption {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting when it happens.
  promise.catch(() => undefined)
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      onSignal(name, !controller.signal.aborted)
      const reason = new Error(`stopped by ${name}`)
      controller.abort(reason)
      reject(reason)
    })
  }
  // A closed terminal or pipe refuses every word, and the refusal must not cut the cleaning short.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return { signal: controller.signal, unless: (work) => Promise.race([work, promise]), happened: () => untilRejected(promise) }
}

/** Resolves with the rejection, and keeps the process alive until then: a handler of signals alone does not. */
async function untilRejected(promise: Promise<never>): Promise<void> {
  const keepAlive = setInterval(() => undefined, 60_000)
  await promise.catch(() => undefined)
  clearInterval(keepAlive)
}
