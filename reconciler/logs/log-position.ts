import { sha256Hex } from '../../compiler/sha256.ts'

/**
 * How far a run's log has been given.
 *
 * The kubelet rotates logs and gives only what is left, so a count of bytes does not find a place again. The time of the last line
 * does: the kubelet keeps one for each line, to the nanosecond, and can be asked for what came since.
 */
export interface LogPosition {
  /** The attempt that is being read, from 1. */
  readonly attempt: number
  /** Bytes of log given so far, of all attempts. */
  readonly offset: number
  /** Nanoseconds since the epoch of the last line that was given; 0 while nothing of this attempt was. */
  readonly timeNs: bigint
  /** Bytes given of lines with that very time: a long line may be given in several parts. */
  readonly within: number
}

export const LOG_START: LogPosition = { attempt: 1, offset: 0, timeNs: 0n, within: 0 }

export function startOfAttempt(attempt: number, offset: number): LogPosition {
  return { ...LOG_START, attempt, offset }
}

/** The position after `bytes` more bytes of a line with this time. */
export function moved(position: LogPosition, timeNs: bigint, bytes: number): LogPosition {
  const within = timeNs === position.timeNs ? position.within + bytes : bytes
  return { attempt: position.attempt, offset: position.offset + bytes, timeNs, within }
}

const RUN_DIGITS = 6
const ATTEMPT_DIGITS = 9
/** As many as nanoseconds have until the year 2286. */
const TIME_DIGITS = 19
const CURSOR = new RegExp(`^(\\d{1,15})\\.0(\\d{${RUN_DIGITS}})(\\d{${ATTEMPT_DIGITS}})(\\d{${TIME_DIGITS}})(\\d{1,15})$`)

/**
 * The position as a text: a decimal number. Before its point stands the offset, because OpenMetadata's pages compare `after` with
 * `total` as numbers; behind it what finds the place again, after a zero that keeps the number from being rounded up.
 */
export function logCursor(position: LogPosition, runId: string): string {
  const { attempt, offset, timeNs, within } = position
  return `${offset}.0${runDigits(runId)}${pad(attempt, ATTEMPT_DIGITS)}${pad(timeNs, TIME_DIGITS)}${within}`
}

/** Undefined for a text that is no cursor. */
export function parseLogCursor(text: string): { readonly position: LogPosition; readonly isOf: (runId: string) => boolean } | undefined {
  const [, offset, run, attempt, time, within] = CURSOR.exec(text) ?? []
  if (offset === undefined || attempt === undefined || time === undefined || Number(attempt) === 0) return undefined
  const position = { attempt: Number(attempt), offset: Number(offset), timeNs: BigInt(time), within: Number(within) }
  return { position, isOf: (runId) => runDigits(runId) === run }
}

/** Tells the cursors of one run from those of another. */
function runDigits(runId: string): string {
  return pad(Number.parseInt(sha256Hex(runId.toLowerCase()).slice(0, 8), 16) % 10 ** RUN_DIGITS, RUN_DIGITS)
}

function pad(value: number | bigint, digits: number): string {
  return String(value).padStart(digits, '0')
}
