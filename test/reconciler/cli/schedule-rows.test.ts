import { describe, expect, test } from 'vitest'
import type { ScheduleSpec, ScheduleStatus, StoredSchedule } from '../../../compiler/schedule/schedule-record.ts'
import { scheduleRows } from '../../../reconciler/cli/schedule-rows.ts'
import { observeCron, type ObservedCron } from '../../../reconciler/schedule/observed-cron.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aDeploy, DAY_MS, scheduleOf } from '../../compiler/examples/schedule.ts'

function schedule(spec: Partial<ScheduleSpec> = {}, status: Partial<ScheduleStatus> = {}): StoredSchedule {
  const { stored } = scheduleOf(aDeploy(), aPolicy())
  return { ...stored, spec: { ...stored.spec, ...spec }, status: { ...stored.status, ...status } }
}

test('a schedule that is on tells its next run in UTC', () => {
  const [row] = scheduleRows([schedule()], undefined, NOW_MS)
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
  expect(scheduleRows([found], undefined, NOW_MS)).toMatchObject([{ state, nextRun: null }])
})

test('a schedule that is retired names no CronJob: it has none', () => {
  const retired = schedule({}, { phase: 'Retired', retired: { atMs: NOW_MS, why: 'deleted' } })
  expect(scheduleRows([retired], undefined, NOW_MS)).toMatchObject([{ cron: null }])
})

test('a schedule that has not begun fires first after its begin', () => {
  const [row] = scheduleRows([schedule({ startAtMs: NOW_MS + 10 * DAY_MS })], undefined, NOW_MS)
  expect(row?.state).toBe('not begun')
  expect(Date.parse(row?.nextRun ?? '')).toBeGreaterThanOrEqual(NOW_MS + 10 * DAY_MS)
})

test('pipelines come by name, what fires before what is retired', () => {
  const named = (fullyQualifiedName: string): Partial<ScheduleSpec> => ({ pipeline: { id: 'x', name: 'x', fullyQualifiedName, type: 'metadata' } })
  const retired = schedule(named('a'), { phase: 'Retired', retired: { atMs: NOW_MS, why: 'replaced' } })
  expect(scheduleRows([schedule(named('b')), retired, schedule(named('a'))], undefined, NOW_MS).map(({ pipeline, state }) => `${pipeline} ${state}`)).toEqual([
    'a on',
    'a retired (replaced)',
    'b on',
  ])
})

describe('with what fires in the cluster, a schedule', () => {
  const { stored, object } = scheduleOf(aDeploy(), aPolicy())
  const cron: ObservedCron = observeCron(object)
  const off = { ...stored, status: { ...stored.status, isEnabled: false } }

  test.each([
    { name: 'whose CronJob is there is as it is deployed', found: stored, crons: [cron], state: 'on' },
    { name: 'that has none is not applied, and never fires', found: stored, crons: [], state: 'on, not applied' },
    { name: 'whose CronJob is still of another revision is not applied', found: stored, crons: [{ ...cron, ownerUid: 'other' }], state: 'on, not applied' },
    { name: 'that is off and fires all the same is not applied', found: off, crons: [cron], state: 'off, not applied' },
    { name: 'that is on and suspended is not applied', found: stored, crons: [{ ...cron, isSuspended: true }], state: 'on, not applied' },
    { name: 'that is off and suspended is so', found: off, crons: [{ ...cron, isSuspended: true }], state: 'off' },
  ])('$name', ({ found, crons, state }) => {
    const [row] = scheduleRows([found], crons, NOW_MS + DAY_MS)
    expect(row?.state).toBe(state)
    expect(row?.nextRun === null).toBe(state !== 'on')
  })

  test('that is retired needs nothing to fire it', () => {
    const retired = schedule({}, { phase: 'Retired', retired: { atMs: NOW_MS, why: 'deleted' } })
    expect(scheduleRows([retired], [], NOW_MS)).toMatchObject([{ state: 'retired (deleted)' }])
  })
})
