import { fitEncoded } from './encoded-size.ts'
import type { LogPiece } from './log-piece.ts'
import { type LogPosition, moved, startOfAttempt } from './log-position.ts'

export interface ChunkLimits {
  /** Bytes that the text may take inside a JSON string. */
  readonly maxEncodedBytes: number
  readonly maxLines: number
}

const NEWLINE = 0x0a

/**
 * Collects log until it has as much as may be given at once.
 *
 * Guarantees: never splits a character; gives whole lines, but for a line that alone is larger than the limit; `position` is always
 * that behind the last byte of `text`.
 */
export class LogChunk {
  readonly #limits: ChunkLimits
  #parts: Uint8Array[] = []
  #encodedBytes = 0
  #lines = 0
  #position: LogPosition
  /** The line that is not over yet: its characters so far, and the first bytes of one that is to come. */
  #open: Uint8Array[] = []
  #openBytes = 0
  #openEncodedBytes = 0
  #carry: Uint8Array = new Uint8Array()
  #openTimeNs = 0n

  constructor(position: LogPosition, limits: ChunkLimits) {
    this.#position = position
    this.#limits = limits
  }

  /** Behind the last whole line that was taken. */
  get position(): LogPosition {
    return this.#position
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0
  }

  /** Bytes that were taken and are not part of the text, for their line is not over. */
  get openBytes(): number {
    return this.#openBytes + this.#carry.length
  }

  /** Takes a piece; gives what did not fit, and then the chunk is full. */
  add({ timeNs, bytes }: LogPiece): LogPiece | undefined {
    if (this.#lines >= this.#limits.maxLines) return { timeNs, bytes: this.#takeOpen(bytes) }
    const joined = this.#carry.length === 0 ? bytes : Buffer.concat([this.#carry, bytes])
    const { length, encodedBytes, isCutOff } = fitEncoded(joined, this.#limits.maxEncodedBytes - this.#encodedBytes - this.#openEncodedBytes)
    const fits = length === joined.length || isCutOff
    if (!fits && !this.isEmpty) return { timeNs, bytes: this.#takeOpen(bytes) }
    this.#carry = fits ? joined.subarray(length) : new Uint8Array()
    this.#openTimeNs = timeNs
    this.#open.push(joined.subarray(0, length))
    this.#openBytes += length
    this.#openEncodedBytes += encodedBytes
    if (!fits || joined.at(-1) === NEWLINE) this.#closeLine()
    return fits ? undefined : { timeNs, bytes: joined.subarray(length) }
  }

  /** A line of ours: it is no part of the log, and its position is that of the line before. */
  mark(text: string): void {
    const needsNewline = this.#parts.length > 0 && this.#parts.at(-1)?.at(-1) !== NEWLINE
    const bytes = Buffer.from(`${needsNewline ? '\n' : ''}${text}\n`)
    this.#parts.push(bytes)
    this.#encodedBytes += fitEncoded(bytes, Number.MAX_SAFE_INTEGER).encodedBytes
  }

  /** Goes on with the next attempt, whose log begins here. */
  beginAttempt(attempt: number): void {
    this.#position = startOfAttempt(attempt, this.#position.offset)
  }

  /** Takes a line that nobody will end into the text as it is. */
  endOpenLine(): void {
    this.#open.push(this.#carry)
    this.#openBytes += this.#carry.length
    this.#carry = new Uint8Array()
    if (this.#openBytes > 0) this.#closeLine()
  }

  /** What was collected, and an empty chunk to go on with, which holds the line that is not over. */
  take(): { readonly text: string; readonly position: LogPosition } {
    const taken = { text: Buffer.concat(this.#parts).toString('utf8'), position: this.#position }
    this.#parts = []
    this.#encodedBytes = 0
    this.#lines = 0
    return taken
  }

  /** A line that began behind others goes to the next chunk whole. */
  #takeOpen(bytes: Uint8Array): Uint8Array {
    const line = this.openBytes === 0 ? bytes : Buffer.concat([...this.#open, this.#carry, bytes])
    this.#dropOpen()
    return line
  }

  #closeLine(): void {
    this.#parts.push(...this.#open)
    this.#encodedBytes += this.#openEncodedBytes
    this.#lines += 1
    this.#position = moved(this.#position, this.#openTimeNs, this.#openBytes)
    this.#dropOpen()
  }

  #dropOpen(): void {
    this.#open = []
    this.#openBytes = 0
    this.#openEncodedBytes = 0
    this.#carry = new Uint8Array()
  }
}
