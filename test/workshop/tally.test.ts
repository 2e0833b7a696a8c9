import { describe, expect, test } from 'vitest'
import { addTallies, isGood, NOTHING, tallyLine, tallyOfVitest } from './tally.ts'

function report(files: readonly (readonly string[])[], brokenFiles = 0) {
  const tests = (statuses: readonly string[]) => statuses.map((status) => ({ status, fullName: 'a test' }))
  return {
    testResults: [
      ...files.map((statuses) => ({ name: 'a.test.ts', status: statuses.includes('failed') ? 'failed' : 'passed', assertionResults: tests(statuses) })),
      ...Array.from({ length: brokenFiles }, () => ({ name: 'b.test.ts', status: 'failed', assertionResults: tests(['pending']) })),
    ],
  }
}

describe('the count of a run', () => {
  test('tells tests that passed, failed and were skipped', () => {
    expect(
      tallyOfVitest(
        report([
          ['passed', 'failed'],
          ['passed', 'pending', 'todo'],
        ]),
        1,
      ),
    ).toEqual({ passed: 2, failed: 1, skipped: 2 })
  })

  test('takes a file that broke outside its tests for one failure', () => {
    expect(tallyOfVitest(report([['passed']], 2), 1)).toEqual({ passed: 1, failed: 2, skipped: 2 })
  })

  test('takes an error that nobody caught for a failure, although every test passed', () => {
    expect(tallyOfVitest(report([['passed']]), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })

  test('takes a run without a test for a failure', () => {
    expect(tallyOfVitest(report([]), 0).failed).toBe(1)
    expect(tallyOfVitest(report([['pending']]), 0).failed).toBe(1)
  })

  test('takes a run that left no report for a failure', () => {
    expect(tallyOfVitest(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
})

test('sums of counts end in one line', () => {
  const sum = addTallies({ passed: 2, failed: 0, skipped: 1 }, { passed: 3, failed: 1, skipped: 0 })
  expect(sum).toEqual({ passed: 5, failed: 1, skipped: 1 })
  expect(tallyLine(sum)).toBe('5 passed, 1 failed')
})

test('a run is good when something passed and nothing failed', () => {
  expect(isGood({ passed: 1, failed: 0, skipped: 5 })).toBe(true)
  expect(isGood({ passed: 1, failed: 1, skipped: 0 })).toBe(false)
  expect(isGood(NOTHING)).toBe(false)
})
