import type { LogPiece } from './log-piece.ts'
import type { LogPosition } from './log-position.ts'

/** A piece that was not given before. */
export interface NewPiece {
  readonly piece: LogPiece
  /** The line that was given last is not in the log any more: what came between was rotated away. */
  readonly isAfterGap: boolean
}

/** Finds the place in a log from which on nothing was given. The log is read from the second of the position on. */
export class LogResume {
  readonly #position: LogPosition
  /** Bytes still to be passed over in lines that bear the time of the position. */
  #known: number
  #isPast: boolean

  constructor(position: LogPosition) {
    this.#position = position
    this.#known = position.within
    this.#isPast = position.timeNs === 0n
  }

  /** Undefined for a piece that was given. */
  take(piece: LogPiece): NewPiece | undefined {
    if (this.#isPast) return { piece, isAfterGap: false }
    if (piece.timeNs < this.#position.timeNs) return undefined
    if (piece.timeNs > this.#position.timeNs) {
      this.#isPast = true
      return { piece, isAfterGap: this.#known > 0 }
    }
    const passed = Math.min(this.#known, piece.bytes.length)
    this.#known -= passed
    const bytes = piece.bytes.subarray(passed)
    return bytes.length === 0 ? undefined : { piece: { timeNs: piece.timeNs, bytes }, isAfterGap: false }
  }
}
