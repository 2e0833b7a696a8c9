import { failedTestsOf, filesOf, type TestFile } from './vitest-report.ts'

/** How many tests passed and failed; a check counts as a test. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 }

export function addTallies(one: Tally, other: Tally): Tally {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed, skipped: one.skipped + other.skipped }
}

/** The line that ends every run of the tests. */
export function tallyLine({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`
}

/** Good is: nothing failed, and something ran. */
export function isGood({ passed, failed }: Tally): boolean {
  return failed === 0 && passed > 0
}

/** Counts the tests of some files. A file that broke outside its tests counts as one failure. */
export function tallyOfFiles(files: readonly TestFile[]): Tally {
  const statuses = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status))
  const passed = statuses.filter((status) => status === 'passed').length
  const failedTests = statuses.filter((status) => status === 'failed').length
  return { passed, failed: failedTestsOf(files).length, skipped: statuses.length - passed - failedTests }
}

/**
 * Counts what Vitest's JSON report tells.
 *
 * A run that ended badly although every test passed (an error that nobody caught) counts as one failure, and so does one that left no
 * report, and one in which no test ran.
 */
export function tallyOfVitest(report: unknown, exitCode: number): Tally {
  const files = filesOf(report)
  if (files === undefined) return { ...NOTHING, failed: 1 }
  const tally = tallyOfFiles(files)
  const isBadWithoutReason = tally.failed === 0 && (exitCode !== 0 || tally.passed === 0)
  return isBadWithoutReason ? { ...tally, failed: 1 } : tally
}
