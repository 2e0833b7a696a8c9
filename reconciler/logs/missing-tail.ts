import { missingMark } from './attempt-pieces.ts'

/** The last lines that a program wrote, as far as they were kept. */
export interface LogTail {
  readonly lines: readonly string[]
  /** All that the program wrote is in it. */
  readonly isWhole: boolean
}

/** Lines that must agree before the end of one log is taken for a place in the other. Fewer where there are fewer. */
const MATCHING_LINES = 20

/** Text as lines, each with its newline. */
export function linesOfText(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

/** The tail that was read with these limits. A line that was cut at its beginning is left out. */
export function logTail(text: string, { maxLines, maxBytes }: { readonly maxLines: number; readonly maxBytes: number }): LogTail {
  const lines = linesOfText(text)
  // A character that was cut took up to three bytes with it.
  const isCut = Buffer.byteLength(text) >= maxBytes - 3
  return { lines: isCut ? lines.slice(1) : lines, isWhole: !isCut && lines.length < maxLines }
}

/**
 * What of a program's last lines Collate does not hold, with a mark before it where lines between are lost. Pure.
 *
 * `there` are the last lines that Collate holds. The latest place in the tail that agrees with them is where the program stopped
 * sending; the program's own output is what it sent, so lines agree or were never sent.
 */
export function missingTail(there: readonly string[], tail: LogTail): readonly string[] {
  const { lines, isWhole } = tail
  for (let end = lines.length; end > 0; end -= 1) {
    if (agrees(there, lines, end)) return lines.slice(end)
  }
  if (lines.length === 0 || (isWhole && there.length === 0)) return lines
  return [gapMark(lines.length), ...lines]
}

function agrees(there: readonly string[], lines: readonly string[], end: number): boolean {
  const count = Math.min(end, there.length, MATCHING_LINES)
  if (count === 0) return false
  for (let back = 1; back <= count; back += 1) {
    if (stripped(there.at(-back)) !== stripped(lines[end - back])) return false
  }
  return true
}

function stripped(line: string | undefined): string | undefined {
  return line?.replace(/\r?\n$/, '')
}

function gapMark(lines: number): string {
  return `${missingMark(`lines are missing here: the program could not send them any more; what follows are the last ${lines} lines it wrote`)}\n`
}
