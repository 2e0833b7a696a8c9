import { relative } from 'node:path'
import { type FailedTest, failedTestsOf, type TestFile } from './vitest-report.ts'

/** A log that is cut is cut at its beginning: all that failed stands in a few lines at its end. */
const MOST_LINES = 15
const LONGEST_LINE = 240

/**
 * A line for each test that failed: where it is and what it said first. `flaky` stands before one that passed when its file was run
 * again; what failed at both times has one line.
 *
 * @param reports - by name; `…-again` holds the files of `…` that were run once more
 */
export function failureLines(reports: Readonly<Record<string, readonly TestFile[]>>, root: string): string[] {
  const lines = Object.entries(reports).flatMap(([name, files]) => {
    const again = reports[`${name}-again`] ?? []
    const ran = new Set(again.map((file) => file.name))
    return failedTestsOf(files)
      .filter((failed) => !ran.has(failed.file) || passedIn(again, failed))
      .map((failed) => lineOf(failed, ran.has(failed.file) ? 'flaky ' : 'failed', root))
  })
  const hidden = lines.length - MOST_LINES
  return hidden > 0 ? [...lines.slice(0, MOST_LINES), `and ${hidden} more`] : lines
}

function passedIn(files: readonly TestFile[], { file, test }: FailedTest): boolean {
  const same = files.find(({ name }) => name === file)
  if (test === '') return same?.status === 'passed'
  return same?.assertionResults.find(({ fullName }) => fullName === test)?.status === 'passed'
}

function lineOf({ file, test, message }: FailedTest, word: string, root: string): string {
  const said = message.split('\n', 1)[0] ?? ''
  const line = [`${word}  ${relative(root, file)}`, ...(test === '' ? [] : [test]), ...(said === '' ? [] : [said])].join(': ')
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1)}…` : line
}
