import type { StoredRecord } from '../../compiler/record.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { type AttemptLog, findAttemptLog, type LogPlace } from './attempt-log.ts'
import { addPiece, attemptHeading, missingMark, piecesFrom, type ReadableLog } from './attempt-pieces.ts'
import { LogChunk } from './log-chunk.ts'
import type { LogPosition } from './log-position.ts'

/** One answer's worth of a run's log. */
export interface LogPage {
  readonly text: string
  readonly position: LogPosition
  /** Bytes beyond the page that are known to be there; 0 when the page ends where the log does now. */
  readonly moreBytes: number
}

/** Why there is nothing to give: `later` may help, or nothing will. */
export interface NoLog {
  readonly mayHelp: 'later' | 'never'
  readonly why: string
}

/**
 * Of the text inside an answer. The answer around it is short, so the frame stays below 1 MiB; OpenMetadata cuts its own chunks at
 * the same number of bytes.
 */
const PAGE_LIMITS = { maxEncodedBytes: 983_040, maxLines: Number.MAX_SAFE_INTEGER }
const INACTIVITY_MS = 15_000

/**
 * Reads a run's log from a position on, over all its attempts, as much as goes into one answer.
 *
 * Holds a page in memory and never more. What was there and is not any more is marked in the text.
 */
export async function readPage(record: StoredRecord, position: LogPosition, place: LogPlace): Promise<LogPage | NoLog> {
  const chunk = new LogChunk(position, PAGE_LIMITS)
  const attempts = record.status.attempt
  const isOnlyAttempt = attempts === 1 && position.offset === 0
  for (let attempt = position.attempt; attempt <= attempts; attempt += 1) {
    if (attempt > chunk.position.attempt) chunk.beginAttempt(attempt)
    const read = await readAttempt(chunk, record, place)
    if ('moreBytes' in read) return { ...chunk.take(), moreBytes: read.moreBytes }
    if (read.kind === 'read') continue
    if (isOnlyAttempt || (read.kind === 'notYet' && chunk.isEmpty)) return { mayHelp: read.kind === 'gone' ? 'never' : 'later', why: read.why }
    if (read.kind === 'gone') markMissing(chunk, attemptHeading(attempt, attempts), read.why)
  }
  return { ...chunk.take(), moreBytes: 0 }
}

export function isNoLog(read: LogPage | NoLog): read is NoLog {
  return 'why' in read
}

type AttemptRead = { readonly kind: 'read' } | Exclude<AttemptLog, ReadableLog> | { readonly moreBytes: number }

async function readAttempt(chunk: LogChunk, record: StoredRecord, place: LogPlace): Promise<AttemptRead> {
  const { attempt } = chunk.position
  const log = await findAttemptLog(record, attempt, place)
  if (log.kind !== 'readable') return log
  try {
    const moreBytes = await fill(chunk, log, attemptHeading(attempt, record.status.attempt), place)
    return moreBytes === undefined ? { kind: 'read' } : { moreBytes }
  } catch (error) {
    if (isClusterError(error, 'NotFound')) return { kind: 'gone', why: 'the node has no log of this program any more' }
    if (isClusterError(error, 'Invalid')) return { kind: 'notYet', why: error.message }
    if (!isClusterError(error, 'Unavailable')) throw error
    // What was read is given; the next read asks again.
    return chunk.isEmpty ? { kind: 'notYet', why: `node ${log.nodeName} does not give the log now; try again: ${error.message}` } : { moreBytes: 1 }
  }
}

/** Gives the bytes that were read and did not fit; undefined at the end of the log. */
async function fill(chunk: LogChunk, log: ReadableLog, heading: string | undefined, place: LogPlace): Promise<number | undefined> {
  const stop = new AbortController()
  try {
    for await (const pieces of piecesFrom(chunk.position, log, place, { follow: false, inactivityMs: INACTIVITY_MS, signal: stop.signal })) {
      for (const piece of pieces) {
        const rest = addPiece(chunk, piece, heading)
        if (rest !== undefined) return rest.piece.bytes.length
      }
    }
  } finally {
    stop.abort()
  }
  if (log.isOver) chunk.endOpenLine()
  return undefined
}

function markMissing(chunk: LogChunk, heading: string | undefined, why: string): void {
  if (heading !== undefined && chunk.position.timeNs === 0n) chunk.mark(heading)
  chunk.mark(missingMark(why))
}
