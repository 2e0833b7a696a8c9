import { expect, test } from 'vitest'
import type { ScheduleSpec, ScheduleStatus, StoredSchedule } from '../../../compiler/schedule/schedule-record.ts'
import { scheduleRows } from '../../../reconciler/cli/schedule-rows.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aDeploy, DAY_MS, scheduleOf } from '../../compiler/examples/schedule.ts'

function schedule(spec: Partial<ScheduleSpec> = {}, status: Partial<ScheduleStatus> = {}): StoredSchedule {
  const { stored } = scheduleOf(aDeploy(), aPolicy())
  return { ...stored, spec: { ...stored.spec, ...spec }, status: { ...stored.status, ...status } }
}

test('a schedule that is on tells its next run in UTC', () => {
  const [row] = scheduleRows([schedule()], NOW_MS)
  expect(row).toMatchObject({
    pipeline: 'prod_mysql.nightly',
    schedule: '0 2 * * *',
    timeZone: 'Europe/Berlin',
    state: 'on',
    cron: expect.stringMatching(/^cron-/),
  })
  expect(new Date(row?.nextRun ?? '').toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' })).toBe('02:00:00')
})

test.each([
  { name: 'that is off', found: schedule({}, { isEnabled: false }), state: 'off' },
  { name: 'whose end has passed', found: schedule({ endAtMs: NOW_MS - 1 }), state: 'over' },
  { name: 'that is retired', found: schedule({}, { phase: 'Retired', retired: { atMs: NOW_MS, why: 'deleted' } }), state: 'retired (deleted)' },
])('a schedule $name has no next run', ({ found, state }) => {
  expect(scheduleRows([found], NOW_MS)).toMatchObject([{ state, nextRun: null }])
})

test('a schedule that is retired names no CronJob: it has none', () => {
  const retired = schedule({}, { phase: 'Retired', retired: { atMs: NOW_MS, why: 'deleted' } })
  expect(scheduleRows([retired], NOW_MS)).toMatchObject([{ cron: null }])
})

test('a schedule that has not begun fires first after its begin', () => {
  const [row] = scheduleRows([schedule({ startAtMs: NOW_MS + 10 * DAY_MS })], NOW_MS)
  expect(row?.state).toBe('not begun')
  expect(Date.parse(row?.nextRun ?? '')).toBeGreaterThanOrEqual(NOW_MS + 10 * DAY_MS)
})

test('pipelines come by name, what fires before what is retired', () => {
  const named = (fullyQualifiedName: string): Partial<ScheduleSpec> => ({ pipeline: { id: 'x', name: 'x', fullyQualifiedName, type: 'metadata' } })
  const retired = schedule(named('a'), { phase: 'Retired', retired: { atMs: NOW_MS, why: 'replaced' } })
  expect(scheduleRows([schedule(named('b')), retired, schedule(named('a'))], NOW_MS).map(({ pipeline, state }) => `${pipeline} ${state}`)).toEqual([
    'a on',
    'a retired (replaced)',
    'b on',
  ])
})
