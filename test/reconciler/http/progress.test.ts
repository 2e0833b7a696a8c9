import { expect, test } from 'vitest'
import { progressOf } from '../../../reconciler/http/progress.ts'

test.each([
  { runs: 10, schedules: 400, expected: 400 },
  { runs: 400, schedules: 10, expected: 400 },
])('the watch that is silent longest counts: $runs and $schedules', ({ runs, schedules, expected }) => {
  const progress = progressOf({ progress: () => ({ watchAgeMs: runs, queueStalledMs: 7 }) }, { watchAgeMs: () => schedules })
  expect(progress).toEqual({ watchAgeMs: expected, queueStalledMs: 7 })
})
