/** Bytes of one line, or of a part of it. The newline belongs to the line. */
export interface LogPiece {
  /** Nanoseconds since the epoch at which the line was written. */
  readonly timeNs: bigint
  readonly bytes: Uint8Array
}

const NEWLINE = 0x0a
const SPACE = 0x20
/** `2026-01-15T02:00:00.123456789+01:00` has 35 characters. */
const LONGEST_STAMP = 40

/**
 * Takes the times off the lines of a container's log, as the kubelet gives it with `timestamps=true`, wherever the chunks are cut.
 *
 * A line may come in several pieces, so that one of any length is never held whole. A line without a time gets that of the line
 * before it and keeps its text.
 */
export class LogPieces {
  #timeNs = 0n
  #isInLine = false
  /** Of a line: too little to hold its whole time. */
  #head: Uint8Array = new Uint8Array()

  take(chunk: Uint8Array): LogPiece[] {
    const pieces: LogPiece[] = []
    let rest: Uint8Array = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk])
    this.#head = new Uint8Array()
    while (rest.length > 0) {
      if (!this.#isInLine) {
        const start = this.#startOfText(rest)
        if (start === undefined) {
          this.#head = Buffer.from(rest)
          break
        }
        this.#isInLine = true
        rest = rest.subarray(start)
      }
      rest = this.#takeText(rest, pieces)
    }
    return pieces
  }

  /** What is left when the stream is over: a beginning of a line that is too short to hold a time. */
  end(): LogPiece[] {
    const bytes = this.#head
    this.#head = new Uint8Array()
    return bytes.length === 0 ? [] : [{ timeNs: this.#timeNs, bytes }]
  }

  #takeText(rest: Uint8Array, pieces: LogPiece[]): Uint8Array {
    const newline = rest.indexOf(NEWLINE)
    const end = newline < 0 ? rest.length : newline + 1
    this.#isInLine = newline < 0
    if (end > 0) pieces.push({ timeNs: this.#timeNs, bytes: rest.subarray(0, end) })
    return rest.subarray(end)
  }

  /** Reads the time at the start of a line; gives where the text begins, undefined when more bytes are needed to tell. */
  #startOfText(line: Uint8Array): number | undefined {
    const head = line.subarray(0, LONGEST_STAMP)
    const end = head.findIndex((byte) => byte === SPACE || byte === NEWLINE)
    if (end < 0) return line.length < LONGEST_STAMP ? undefined : 0
    const timeNs = head[end] === SPACE ? nanoseconds(Buffer.from(head.subarray(0, end)).toString('latin1')) : undefined
    if (timeNs === undefined) return 0
    this.#timeNs = timeNs
    return end + 1
  }
}

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/

function nanoseconds(text: string): bigint | undefined {
  const [, seconds, fraction = '', zone] = STAMP.exec(text) ?? []
  const ms = Date.parse(`${seconds}${zone}`)
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}
