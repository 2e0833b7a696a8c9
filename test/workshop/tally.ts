import { z } from 'zod'

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

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
})

/**
 * Counts what Vitest's JSON report tells.
 *
 * A file that broke outside its tests (a syntax error, a hook) counts as one failure. So does a run that ended badly although every test
 * passed (an error that nobody caught), one that left no report, and one in which no test ran.
 */
export function tallyOfVitest(report: unknown, exitCode: number): Tally {
  const parsed = vitestReport.safeParse(report)
  if (!parsed.success) return { ...NOTHING, failed: 1 }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = parsed.data
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = numFailedTests + brokenFiles
  const isBadWithoutReason = failed === 0 && (exitCode !== 0 || numPassedTests === 0)
  return { passed: numPassedTests, failed: isBadWithoutReason ? 1 : failed, skipped: numPendingTests + numTodoTests }
}
