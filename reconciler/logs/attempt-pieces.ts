import type { PodLogOptions } from '../cluster/cluster.ts'
import { type AttemptLog, type LogPlace, timeText } from './attempt-log.ts'
import type { LogChunk } from './log-chunk.ts'
import { type LogPiece, LogPieces } from './log-piece.ts'
import type { LogPosition } from './log-position.ts'
import { LogResume } from './log-resume.ts'

export type ReadableLog = Extract<AttemptLog, { readonly kind: 'readable' }>

/** A program that is silent for so long at its start is worth a word when its log may have been rotated. */
const SILENT_START_MS = 60_000

/**
 * The log of one attempt from a position on, what was given before left out, with the marks that go before its pieces.
 *
 * The kubelet is asked for what came since the second of the position, so a read far behind costs no more than one at the
 * beginning: of what was given, at most the lines of one second are sent again.
 */
export async function* piecesFrom(
  position: LogPosition,
  log: ReadableLog,
  { cluster }: Pick<LogPlace, 'cluster'>,
  options: Pick<PodLogOptions, 'follow' | 'inactivityMs' | 'signal'>,
): AsyncIterable<readonly MarkedPiece[]> {
  const since = position.timeNs === 0n ? {} : { sinceMs: Number(position.timeNs / 1_000_000n) }
  const reader = new LogPieces()
  const resume = new LogResume(position)
  let lastNs = position.timeNs
  const news = (pieces: readonly LogPiece[]): MarkedPiece[] =>
    pieces.flatMap((piece) => {
      const found = resume.take(piece)
      if (found === undefined) return []
      const mark = lastNs === 0n ? beginningMark(found.piece, log) : found.isAfterGap ? gapMark(lastNs, found.piece) : undefined
      lastNs = found.piece.timeNs
      return [{ piece: found.piece, ...(mark === undefined ? {} : { mark }) }]
    })
  for await (const bytes of cluster.streamPodLog(log.podName, { container: log.container, ...since, ...options })) yield news(reader.take(bytes))
  yield news(reader.end())
}

export interface MarkedPiece {
  readonly piece: LogPiece
  /** What is to be said before it. */
  readonly mark?: string
}

/** Puts a piece into the chunk; gives what did not fit. The first of an attempt goes behind the attempt's heading, if it has one. */
export function addPiece(chunk: LogChunk, { piece, mark }: MarkedPiece, heading: string | undefined): MarkedPiece | undefined {
  if (chunk.position.timeNs === 0n && chunk.openBytes === 0 && heading !== undefined) chunk.mark(heading)
  if (mark !== undefined) chunk.mark(mark)
  const rest = chunk.add(piece)
  return rest === undefined ? undefined : { piece: rest }
}

/** The line that tells the logs of several attempts apart. */
export function attemptHeading(attempt: number, attempts: number): string | undefined {
  return attempts > 1 ? `[attempt ${attempt}]` : undefined
}

/** Text of a mark that stands for a log, or a part of one, that cannot be given. */
export function missingMark(why: string): string {
  return `[... ${why.replaceAll('\n', ' ')} ...]`
}

function gapMark(lastNs: bigint, { timeNs }: LogPiece): string {
  return missingMark(`what was written between ${nanoText(lastNs)} and ${nanoText(timeNs)} is no longer on the node`)
}

function beginningMark({ timeNs }: LogPiece, { startedAtMs }: ReadableLog): string | undefined {
  if (startedAtMs === null || timeNs === 0n || Number(timeNs / 1_000_000n) - startedAtMs < SILENT_START_MS) return undefined
  return missingMark(
    `the program started at ${timeText(startedAtMs)}, the log on the node begins at ${nanoText(timeNs)}: what was written between, if anything, was rotated away`,
  )
}

function nanoText(timeNs: bigint): string {
  return timeText(Number(timeNs / 1_000_000n))
}
