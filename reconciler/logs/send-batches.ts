import { addPiece, type MarkedPiece } from './attempt-pieces.ts'
import { type ChunkLimits, LogChunk } from './log-chunk.ts'
import type { LogPosition } from './log-position.ts'

/** Small against a frame: answers and heartbeats share the connection. */
export const BATCH_LIMITS: ChunkLimits = { maxEncodedBytes: 256 * 1024, maxLines: 500 }
/** How long the first line of a batch waits for others. */
const COLLECT_MS = 250
/** Between two batches, so that one run that writes much leaves room for the others. */
const SHORTEST_INTERVAL_MS = 50

export interface BatchSender {
  readonly send: (text: string, position: LogPosition) => Promise<void>
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
}

interface Wait {
  readonly promise: Promise<boolean>
  readonly stop: AbortController
}

/**
 * Sends pieces of log in batches until they end; gives the position behind the last that was sent.
 *
 * One batch is on its way at a time: while the server does not read, nothing is read from the node either. A line that is not over
 * when the pieces end is sent only if it never will be.
 */
export class BatchStream {
  readonly #sender: BatchSender
  readonly #chunk: LogChunk
  readonly #heading: string | undefined
  /** Until the first line of the batch has waited long enough. */
  #due: Wait | undefined

  constructor(position: LogPosition, heading: string | undefined, sender: BatchSender) {
    this.#sender = sender
    this.#heading = heading
    this.#chunk = new LogChunk(position, BATCH_LIMITS)
  }

  /** Behind the last whole line that was taken. */
  get position(): LogPosition {
    return this.#chunk.position
  }

  async sendAll(pieces: AsyncIterable<readonly MarkedPiece[]>): Promise<void> {
    const iterator = pieces[Symbol.asyncIterator]()
    let next = iterator.next()
    try {
      for (;;) {
        const { done, value } = this.#chunk.isEmpty ? await next : await this.#collect(next)
        if (done === true) return
        for (const piece of value) await this.#add(piece)
        next = iterator.next()
      }
    } finally {
      // Whoever leaves early lets go of the stream; its own last error is nobody's then.
      next.catch(() => undefined)
      await this.flush()
    }
  }

  /** Sends what waits. */
  async flush(): Promise<void> {
    this.#due?.stop.abort()
    this.#due = undefined
    if (this.#chunk.isEmpty) return
    const { text, position } = this.#chunk.take()
    await this.#sender.send(text, position)
    await this.#sender.sleep(SHORTEST_INTERVAL_MS, this.#sender.signal)
  }

  async sendOpenLine(): Promise<void> {
    this.#chunk.endOpenLine()
    await this.flush()
  }

  /** What comes next; what waits is sent first if it has waited long enough. */
  async #collect(next: Promise<IteratorResult<readonly MarkedPiece[], unknown>>): Promise<IteratorResult<readonly MarkedPiece[], unknown>> {
    this.#due ??= this.#startWait()
    const isDue = await Promise.race([next.then(() => false), this.#due.promise])
    if (isDue) await this.flush()
    return next
  }

  #startWait(): Wait {
    const stop = new AbortController()
    return { stop, promise: this.#sender.sleep(COLLECT_MS, AbortSignal.any([stop.signal, this.#sender.signal])).then(() => true) }
  }

  async #add(piece: MarkedPiece): Promise<void> {
    for (let rest: MarkedPiece | undefined = piece; rest !== undefined;) {
      rest = addPiece(this.#chunk, rest, this.#heading)
      if (rest !== undefined) await this.flush()
    }
  }
}
