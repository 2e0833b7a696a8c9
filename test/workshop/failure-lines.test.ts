import { expect, test } from 'vitest'
import { failureLines } from './failure-lines.ts'
import type { TestFile } from './vitest-report.ts'

interface One {
  readonly name: string
  readonly status: 'passed' | 'failed'
}

function file(name: string, ...tests: readonly One[]): TestFile {
  return {
    name: `/checkout/test/${name}`,
    status: tests.some(({ status }) => status === 'failed') ? 'failed' : 'passed',
    message: '',
    assertionResults: tests.map((one) => ({
      status: one.status,
      fullName: one.name,
      failureMessages: one.status === 'failed' ? ['Error: too late\n    at somewhere'] : [],
    })),
  }
}

test('name what failed, with the first line of its words', () => {
  const lines = failureLines({ unit: [file('a.test.ts', { name: 'a kill ends', status: 'failed' }, { name: 'another', status: 'passed' })] }, '/checkout')
  expect(lines).toEqual(['failed  test/a.test.ts: a kill ends: Error: too late'])
})

test('tell what passed at the second time from what failed again', () => {
  const cluster = [file('a.cluster.test.ts', { name: 'one', status: 'failed' }, { name: 'two', status: 'failed' })]
  const again = [file('a.cluster.test.ts', { name: 'one', status: 'passed' }, { name: 'two', status: 'failed' })]
  expect(failureLines({ cluster, 'cluster-again': again }, '/checkout')).toEqual([
    'flaky   test/a.cluster.test.ts: one: Error: too late',
    'failed  test/a.cluster.test.ts: two: Error: too late',
  ])
})

test('name a file that broke outside its tests', () => {
  const broken: TestFile = { name: '/checkout/test/a.test.ts', status: 'failed', message: 'SyntaxError: no', assertionResults: [] }
  expect(failureLines({ unit: [broken] }, '/checkout')).toEqual(['failed  test/a.test.ts: SyntaxError: no'])
  expect(failureLines({ 'cluster': [broken], 'cluster-again': [file('a.test.ts')] }, '/checkout')).toEqual(['flaky   test/a.test.ts: SyntaxError: no'])
})

test('are few, however much failed', () => {
  const tests = Array.from({ length: 40 }, (_, index) => ({ name: `test ${index}`, status: 'failed' as const }))
  const lines = failureLines({ unit: [file('a.test.ts', ...tests)] }, '/checkout')
  expect(lines).toHaveLength(16)
  expect(lines.at(-1)).toBe('and 25 more')
})
