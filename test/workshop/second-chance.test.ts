import { describe, expect, test } from 'vitest'
import { filesToTryAgain } from './second-chance.ts'
import type { TestFile } from './vitest-report.ts'

function file(name: string, ...messages: readonly string[]): TestFile {
  return {
    name: `/checkout/test/${name}`,
    status: messages.length === 0 ? 'passed' : 'failed',
    message: '',
    assertionResults: [
      { status: 'passed', fullName: 'one that passed', failureMessages: [] },
      ...messages.map((message) => ({ status: 'failed', fullName: 'one that failed', failureMessages: [message] })),
    ],
  }
}

const LATE = 'Error: the end of the pod did not happen within 20 seconds'

describe('a second chance', () => {
  test('is given to the files alone in which something failed', () => {
    expect(filesToTryAgain([file('scenario/runs.cluster.test.ts', LATE, LATE), file('scenario/logs.cluster.test.ts')])).toEqual([
      '/checkout/test/scenario/runs.cluster.test.ts',
    ])
  })

  test('is given to a file that broke outside its tests', () => {
    const broken = { ...file('scenario/logs.cluster.test.ts'), status: 'failed', message: LATE }
    expect(filesToTryAgain([broken])).toEqual(['/checkout/test/scenario/logs.cluster.test.ts'])
  })

  test.each([
    ['nothing failed', [file('scenario/runs.cluster.test.ts')]],
    ['too many files failed', ['a', 'b', 'c', 'd'].map((name) => file(`scenario/${name}.cluster.test.ts`, LATE))],
    ['a test about races failed', [file('faults/crash.cluster.test.ts', LATE)]],
    ['a run was started twice', [file('scenario/runs.cluster.test.ts', 'AssertionError: expected [ …(2) ] to have a length of 1 but got 2')]],
  ])('is given to none when %s', (_, files) => {
    expect(filesToTryAgain(files)).toEqual([])
  })
})
