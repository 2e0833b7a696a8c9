/** Tells a person, on a terminal or in the log of a CI job, what is being done and how long it takes. */
export interface Progress {
  /** One finished or unremarkable step. */
  readonly say: (text: string) => void
  /** A step that may take long: tells its start, that it is still going on, and its end. */
  readonly during: <T>(text: string, work: () => Promise<T>) => Promise<T>
}

const STILL_AFTER_MS = 30_000

export const silentProgress: Progress = { say: () => undefined, during: (_text, work) => work() }

/** Progress as lines with the seconds since the start; on a terminal the current line counts up in place. */
export function consoleProgress(stream: NodeJS.WriteStream): Progress {
  const startedAt = performance.now()
  const line = (text: string): string => `[${secondsSince(startedAt).padStart(6)}s] ${text}`
  const say = (text: string): void => void stream.write(`${line(text)}\n`)
  const during = async <T>(text: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now()
    const told = `${text} ...`
    const show = (): void => {
      if (stream.isTTY) stream.write(`\r${line(`${told} ${secondsSince(began)}s`)}\x1b[K`)
      else say(`${told} ${secondsSince(began)}s so far`)
    }
    if (stream.isTTY) show()
    else say(told)
    const timer = setInterval(show, stream.isTTY ? 500 : STILL_AFTER_MS)
    try {
      const result = await work()
      if (stream.isTTY) stream.write('\r\x1b[K')
      say(`${text}: done in ${secondsSince(began)}s`)
      return result
    } catch (error) {
      if (stream.isTTY) stream.write('\r\x1b[K')
      say(`${text}: failed after ${secondsSince(began)}s`)
      throw error
    } finally {
      clearInterval(timer)
    }
  }
  return { say, during }
}

function secondsSince(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1)
}
