/** Something read from files that may change while the runner runs. */
export interface Rereadable {
  /** For people: the variables that name the files. */
  readonly name: string
  /** Reads anew; gives true when it has changed. Rejects when it cannot be read, and all stays as it was. */
  reread(): Promise<boolean>
}

export interface KeepFreshOptions {
  readonly onChange: (source: Rereadable) => void
  /** Told once for each new trouble, not for each look. */
  readonly onTrouble: (source: Rereadable, error: Error) => void
  readonly intervalMs?: number
}

/** The kubelet brings a changed Secret within a minute or two; this comes on top. */
const LOOK_EVERY_MS = 5_000

/**
 * Reads the sources again and again, until the function it gives is called.
 *
 * They are read and compared, not watched: a Secret that is mounted changes by the swap of a symbolic link two levels up, one
 * mounted by `subPath` and some network file systems tell nobody, and a small file costs nothing to read.
 */
export function keepFresh(sources: readonly Rereadable[], { onChange, onTrouble, intervalMs = LOOK_EVERY_MS }: KeepFreshOptions): () => void {
  const told = new Map<Rereadable, string>()
  const look = async (source: Rereadable): Promise<void> => {
    try {
      const isChanged = await source.reread()
      told.delete(source)
      if (isChanged) onChange(source)
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      if (told.get(source) !== error.message) onTrouble(source, error)
      told.set(source, error.message)
    }
  }
  let isLooking = false
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    void Promise.all(sources.map(look)).finally(() => (isLooking = false))
  }, intervalMs)
  timer.unref()
  return () => clearInterval(timer)
}
