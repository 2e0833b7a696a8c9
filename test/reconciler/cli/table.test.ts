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

test('a cell is one line of at most 60 characters', () => {
  const [, row = ''] = formatTable([['REASON'], [`two\nlines ${'x'.repeat(100)}`]]).split('\n')
  expect(row).toMatch(/^two lines x+…$/)
  expect(row).toHaveLength(60)
})
