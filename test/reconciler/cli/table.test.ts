import { expect, test } from 'vitest'
import { formatTable } from '../../../reconciler/cli/table.ts'

test('a table has its columns side by side', () => {
  expect(
    formatTable([
      ['RUN', 'STATE'],
      ['a-long-run', 'queued'],
    ]),
  ).toBe('RUN         STATE\na-long-run  queued')
})

test('a text is one line of at most 60 characters', () => {
  const [, row = ''] = formatTable([['REASON'], [`two\nlines ${'x'.repeat(100)}`]], 'REASON').split('\n')
  expect(row).toMatch(/^two lines x+…$/)
  expect(row).toHaveLength(60)
})

test('a name is never cut, for it is there to be typed', () => {
  const pod = 'cron-7e235b43-3ef9-4c66-b5db-8222c9722cc6-bb9b6e3d91-299348rlb4-x7k2p'
  const [, row] = formatTable(
    [
      ['POD', 'REASON'],
      [pod, 'x'.repeat(100)],
    ],
    'REASON',
  ).split('\n')
  expect(row).toMatch(new RegExp(`^${pod}  x+…$`))
})
