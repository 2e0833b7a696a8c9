import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitEncoded } from '../../../reconciler/logs/encoded-size.ts'
import { LogChunk } from '../../../reconciler/logs/log-chunk.ts'
import { type LogPiece, LogPieces } from '../../../reconciler/logs/log-piece.ts'
import { LOG_START, logCursor, type LogPosition, parseLogCursor } from '../../../reconciler/logs/log-position.ts'
import { LogResume } from '../../../reconciler/logs/log-resume.ts'
import { propertyCases } from '../../support/property-cases.ts'

const CASES = propertyCases({ inCi: 500, elsewhere: 100 })
const RUN_ID = '5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b11'

/** Words that hold all that makes text hard: several bytes a character, what JSON escapes, other line ends, bytes that are no text. */
const hardText = fc
  .array(fc.constantFrom('a', 'größe', '日本', '👩‍👩‍👧', '\u2028', '"', '\\', '\t', '\r', '\u0000', '\u001b[31m', ' ', 'x'.repeat(40)), { maxLength: 12 })
  .map((words) => Buffer.from(words.join('')))
const hardBytes = fc.oneof({ weight: 4, arbitrary: hardText }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) })

interface Line {
  readonly timeNs: bigint
  /** Without its newline. */
  readonly bytes: Buffer
}

/** A log as a program writes it: times that never go back, and lines that may share one. */
const aLog = fc
  .array(fc.record({ gapNs: fc.constantFrom(0, 1, 999, 1_000_000_007), bytes: hardBytes.map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a))) }), {
    maxLength: 12,
  })
  .map((lines) => {
    let timeNs = 1_764_000_000_123_456_789n
    return lines.map(({ gapNs, bytes }): Line => ({ timeNs: (timeNs += BigInt(gapNs)), bytes }))
  })

function stampOf(timeNs: bigint): string {
  const seconds = new Date(Number(timeNs / 1_000_000_000n) * 1000).toISOString().slice(0, 19)
  return `${seconds}.${String(timeNs % 1_000_000_000n).padStart(9, '0')}Z`
}

/** As the kubelet gives it, from a second on. */
function stamped(lines: readonly Line[], sinceNs = 0n): Buffer {
  const wanted = lines.filter(({ timeNs }) => timeNs / 1_000_000_000n >= sinceNs / 1_000_000_000n)
  return Buffer.concat(wanted.flatMap(({ timeNs, bytes }) => [Buffer.from(`${stampOf(timeNs)} `), bytes, Buffer.from('\n')]))
}

function plain(lines: readonly Line[]): Buffer {
  return Buffer.concat(lines.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]))
}

function cutInto(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return chunks
}

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 })

function piecesOf(bytes: Buffer, chunkSizes: readonly number[]): LogPiece[] {
  const reader = new LogPieces()
  return [...cutInto(bytes, chunkSizes).flatMap((chunk) => reader.take(chunk)), ...reader.end()]
}

/** Fills one chunk from a log that is read anew from a position, as one request does. */
function readOnce(lines: readonly Line[], position: LogPosition, limits: { maxEncodedBytes: number; maxLines: number }, chunkSizes: readonly number[]) {
  const chunk = new LogChunk(position, limits)
  const resume = new LogResume(position)
  for (const piece of piecesOf(stamped(lines, position.timeNs), chunkSizes)) {
    const found = resume.take(piece)
    if (found?.isAfterGap === true) chunk.mark('[gap]')
    if (found !== undefined && chunk.add(found.piece) !== undefined) return { ...chunk.take(), isFull: true }
  }
  chunk.endOpenLine()
  return { ...chunk.take(), isFull: false }
}

describe('the size of text inside JSON', () => {
  test('is never less than what JSON writes, and no character is split', () => {
    fc.assert(
      fc.property(hardBytes, fc.integer({ min: 0, max: 60 }), (bytes, budget) => {
        const { length, encodedBytes, isCutOff } = fitEncoded(bytes, budget)
        const text = bytes.subarray(0, length).toString('utf8')
        expect(Buffer.byteLength(JSON.stringify(text)) - 2).toBeLessThanOrEqual(encodedBytes)
        expect(encodedBytes).toBeLessThanOrEqual(budget)
        if (isCutOff) return
        expect(bytes.toString('utf8')).toBe(text + bytes.subarray(length).toString('utf8'))
      }),
      CASES,
    )
  })

  test('is what JSON writes where the bytes are text, and as much is taken as fits', () => {
    fc.assert(
      fc.property(hardText, fc.integer({ min: 0, max: 60 }), (bytes, budget) => {
        const { length, encodedBytes } = fitEncoded(bytes, budget)
        expect(encodedBytes).toBe(Buffer.byteLength(JSON.stringify(bytes.subarray(0, length).toString('utf8'))) - 2)
        if (length === bytes.length) return
        const [next = ''] = bytes.subarray(length).toString('utf8')
        expect(encodedBytes + Buffer.byteLength(JSON.stringify(next)) - 2).toBeGreaterThan(budget)
      }),
      CASES,
    )
  })
})

describe('lines of the kubelet', () => {
  test('lose their times and nothing else, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(aLog, sizes, (lines, chunkSizes) => {
        const pieces = piecesOf(stamped(lines), chunkSizes)
        expect(Buffer.concat(pieces.map(({ bytes }) => bytes))).toEqual(plain(lines))
        expect([...new Set(pieces.map(({ timeNs }) => timeNs))]).toEqual([...new Set(lines.map(({ timeNs }) => timeNs))])
      }),
      CASES,
    )
  })

  test.each([
    ['2026-01-15T02:00:00Z a\n', 1_768_442_400_000_000_000n, 'a\n'],
    ['2026-01-15T03:30:00.5+01:30 a\n', 1_768_442_400_500_000_000n, 'a\n'],
    ['2026-01-15T02:00:00.000000001Z \n', 1_768_442_400_000_000_001n, '\n'],
    ['no time here, and a long line at that, longer than any time\n', 0n, 'no time here, and a long line at that, longer than any time\n'],
    ['2026-01-15T02:00:00Z\n', 0n, '2026-01-15T02:00:00Z\n'],
  ])('are read whatever the form of their time: %j', (line, timeNs, text) => {
    const pieces = piecesOf(Buffer.from(line), [7])
    expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()).toBe(text)
    expect(pieces[0]?.timeNs).toBe(timeNs)
  })

  test('come through when the stream breaks off inside a time', () => {
    expect(piecesOf(Buffer.from('2026-01-15T02:0'), [4])).toEqual([{ timeNs: 0n, bytes: Buffer.from('2026-01-15T02:0') }])
  })
})

describe('a log that is read in chunks', () => {
  const limits = fc.record({ maxEncodedBytes: fc.integer({ min: 12, max: 200 }), maxLines: fc.integer({ min: 1, max: 6 }) })

  test('is the log, whatever the limits, also when it grows between two reads and is read on by another process', () => {
    fc.assert(
      fc.property(aLog, limits, sizes, fc.nat(12), (lines, limit, chunkSizes, firstLines) => {
        let position = LOG_START
        let text = ''
        let known = firstLines
        for (let reads = 0; ; reads += 1) {
          const read = readOnce(lines.slice(0, known), position, limit, chunkSizes)
          expect(Buffer.byteLength(JSON.stringify(read.text)) - 2).toBeLessThanOrEqual(limit.maxEncodedBytes)
          text += read.text
          position = parseLogCursor(logCursor(read.position, RUN_ID))?.position ?? LOG_START
          if (read.isFull) continue
          if (known >= lines.length) break
          known += 1
          expect(reads).toBeLessThan(10_000)
        }
        expect(text).toBe(lines.map(({ bytes }) => `${bytes.toString('utf8')}\n`).join(''))
        expect(position.offset).toBe(plain(lines).length)
      }),
      CASES,
    )
  })

  test('is marked where lines were rotated away between two reads, and nowhere else', () => {
    fc.assert(
      fc.property(aLog, fc.nat(12), fc.nat(12), (lines, given, rotated) => {
        const distinct = lines.filter(({ timeNs }, index) => lines[index - 1]?.timeNs !== timeNs)
        const first = readOnce(distinct.slice(0, given), LOG_START, { maxEncodedBytes: 100_000, maxLines: 100 }, [64])
        const rest = readOnce(distinct.slice(rotated), first.position, { maxEncodedBytes: 100_000, maxLines: 100 }, [64])
        const hasGap = given > 0 && rotated >= given && rotated < distinct.length
        expect(rest.text.startsWith('[gap]\n')).toBe(hasGap)
        expect(rest.text.replace('[gap]\n', '')).toBe(plain(distinct.slice(Math.max(given, rotated))).toString('utf8'))
      }),
      CASES,
    )
  })

  test('gives whole lines, and a line of a megabyte in as few parts as it takes', () => {
    const long = Buffer.from('€'.repeat(350_000))
    const lines = [Buffer.from('first'), long, Buffer.from('last')].map((bytes, index) => ({ timeNs: BigInt(index + 1), bytes }))
    const limit = { maxEncodedBytes: 983_040, maxLines: 1_000_000 }
    const texts: string[] = []
    let position = LOG_START
    for (;;) {
      const read = readOnce(lines, position, limit, [65_536])
      texts.push(read.text)
      position = read.position
      if (!read.isFull) break
    }
    expect(texts.map((text) => Buffer.byteLength(text))).toEqual([6, 983_040, 1_050_000 - 983_040 + 1 + 5])
    expect(texts.join('')).toBe(`first\n${long.toString()}\nlast\n`)
  })

  test('of a run that wrote nothing is empty', () => {
    expect(readOnce([], LOG_START, { maxEncodedBytes: 100, maxLines: 10 }, [10])).toEqual({ text: '', position: LOG_START, isFull: false })
  })
})

describe('a cursor', () => {
  const position = fc.record({
    attempt: fc.integer({ min: 1, max: 999_999_999 }),
    offset: fc.integer({ min: 0, max: 10 ** 15 - 1 }),
    timeNs: fc.bigInt({ min: 0n, max: 10n ** 19n - 1n }),
    within: fc.integer({ min: 0, max: 10 ** 15 - 1 }),
  })

  test('comes back as it was, belongs to its run alone, and as a number is the offset', () => {
    fc.assert(
      fc.property(position, fc.uuid(), (one, runId) => {
        const text = logCursor(one, runId)
        const parsed = parseLogCursor(text)
        expect(parsed?.position).toEqual(one)
        expect(parsed?.isOf(runId)).toBe(true)
        expect(Math.floor(Number(text))).toBe(one.offset)
      }),
      CASES,
    )
    expect(parseLogCursor(logCursor(LOG_START, RUN_ID))?.isOf('00000000-0000-4000-8000-000000000000')).toBe(false)
  })

  test.each(['', '0', '12', '1.5', 'next', `1.${'0'.repeat(40)}`, `-1.${'1'.repeat(40)}`, '1e9', `1.${'9'.repeat(200)}`])('is not %j', (text) => {
    expect(parseLogCursor(text)).toBeUndefined()
  })
})
