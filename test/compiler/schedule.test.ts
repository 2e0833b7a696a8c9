import { describe, expect, test } from 'vitest'
import { admitSchedule } from '../../compiler/admit-schedule.ts'
import { compileSchedule } from '../../compiler/compile-schedule.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { firingAt } from '../../compiler/schedule/firing.ts'
import type { ScheduleStatus } from '../../compiler/schedule/schedule-record.ts'
import { aPolicy } from './examples/policy.ts'
import { FACTS, NOW_MS } from './examples/run.ts'
import { DUMMY_TOKEN } from './examples/run-request.ts'
import { admittedSchedule, aDeploy, DAY_MS, scheduleOf } from './examples/schedule.ts'

const POLICY = aPolicy()
const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

function issuesOf(request: unknown): string[] {
  const result = admitSchedule(request, POLICY, { ...FACTS, nowMs: NOW_MS })
  return result.ok ? [] : result.error.map(({ code, path }) => `${code} ${path}`)
}

describe('a deploy', () => {
  test.each([null, undefined, '', '  '])('without a schedule (%o) has none', (scheduleInterval) => {
    expect(admitSchedule(aDeploy({ scheduleInterval }), POLICY, { nowMs: NOW_MS })).toEqual({ ok: true, value: null })
  })

  test('applies the defaults of OpenMetadata', () => {
    const { record } = admittedSchedule(
      { ...aDeploy(), ingestionPipeline: { ...aDeploy().ingestionPipeline, updatedAt: undefined, airflowConfig: { scheduleInterval: ' @daily ' } } },
      POLICY,
    )
    expect(record.spec).toMatchObject({
      schedule: '@daily',
      timeZone: 'UTC',
      startAtMs: null,
      endAtMs: null,
      maxActiveRuns: 1,
      retries: 0,
      workflowTimeoutSeconds: null,
    })
    expect(record.status).toEqual({
      phase: 'Active',
      isEnabled: true,
      activeSinceMs: NOW_MS,
      updatedAtMs: NOW_MS,
      policyMark: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
  })

  test('tells all problems at once, each once', () => {
    const request = aDeploy(
      { scheduleInterval: '0 0 2 * * *', pipelineTimezone: 'Berlin', startDate: 'soon', maxActiveRuns: 0 },
      { fullyQualifiedName: '', enabled: 'yes' },
    )
    expect(issuesOf({ ...request, runner: 'other' }).toSorted()).toEqual(
      [
        'invalid ingestionPipeline.airflowConfig.scheduleInterval',
        'invalid ingestionPipeline.airflowConfig.pipelineTimezone',
        'invalid ingestionPipeline.airflowConfig.startDate',
        'invalid ingestionPipeline.airflowConfig.maxActiveRuns',
        'invalid ingestionPipeline.fullyQualifiedName',
        'invalid ingestionPipeline.enabled',
        'invalid runner',
      ].toSorted(),
    )
    expect(issuesOf({ runner: 'aws-prod' }).filter((issue) => issue === 'missing ingestionPipeline')).toHaveLength(1)
  })

  test('with six fields is told what to drop', () => {
    const result = admitSchedule(aDeploy({ scheduleInterval: '0 0 2 * * *' }), POLICY, { nowMs: NOW_MS })
    expect(result.ok ? '' : formatIssues(result.error)).toMatch(/drop the seconds field, which leaves "0 2 \* \* \*"/)
  })

  test('puts no run id into the payload, and no token into the record', () => {
    const { record, payload } = admittedSchedule(aDeploy(), POLICY)
    expect(JSON.parse(payload.content)).not.toHaveProperty('pipelineRunId')
    expect(payload.content).toContain(DUMMY_TOKEN)
    expect(JSON.stringify(record)).not.toContain(DUMMY_TOKEN)
  })

  test('of the same content has the same name, of another another, also when only the token is another', () => {
    const nameOf = (request: unknown, nowMs: number) => {
      const result = admitSchedule(request, POLICY, { ...FACTS, nowMs })
      return result.ok ? result.value?.record.name : undefined
    }
    const openMetadataServerConnection = { hostPort: 'https://acme.getcollate.io/api', securityConfig: { jwtToken: 'other' } }
    const first = nameOf(aDeploy(), NOW_MS)
    expect(nameOf(aDeploy({}, { updatedAt: NOW_MS + 1 }), NOW_MS + DAY_MS)).toBe(first)
    expect(nameOf(aDeploy({ retries: 3 }), NOW_MS)).not.toBe(first)
    expect(nameOf(aDeploy({}, { openMetadataServerConnection }), NOW_MS)).not.toBe(first)
  })
})

describe('the dates of a deploy', () => {
  const startOf = (startDate: unknown) => admittedSchedule(aDeploy({ startDate }), POLICY).record.spec.startAtMs
  const NEW_YEAR_MS = Date.UTC(2026, 0, 1)

  test.each<[string | number, number]>([
    ['2026-01-01', NEW_YEAR_MS],
    ['2026-01-01T00:00', NEW_YEAR_MS],
    ['2026-01-01T00:00:00', NEW_YEAR_MS],
    ['2026-01-01T00:00:00Z', NEW_YEAR_MS],
    [' 2026-01-01T00:00:00.000Z ', NEW_YEAR_MS],
    ['2026-01-01T02:00:00+02:00', NEW_YEAR_MS],
    ['2025-12-31T18:30:00.000-0530', NEW_YEAR_MS],
    ['2026-01-01T00:00:00.1234567Z', NEW_YEAR_MS + 123],
    ['2026-01-01T00:00:00.5Z', NEW_YEAR_MS + 500],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['0001-01-01', -62_135_596_800_000],
    [NEW_YEAR_MS, NEW_YEAR_MS],
    [-1, -1],
    [8.64e15, 8.64e15],
  ])('%j is an instant', (date, epochMs) => {
    expect(startOf(date)).toBe(epochMs)
  })

  test.each([
    'foo 5',
    '5',
    '',
    'soon',
    'January 1, 2026',
    '2026',
    '2026-1-1',
    '2026-13-01',
    '2026-00-01',
    '2026-02-29',
    '2026-01-01 00:00:00',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00 Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00Europe/Berlin',
    '2026-01-01Z',
    1e300,
    1.5,
    8.64e15 + 2,
    true,
  ])('%j is none', (date) => {
    expect(issuesOf(aDeploy({ startDate: date, endDate: date }))).toEqual(
      ['startDate', 'endDate'].map((field) => `invalid ingestionPipeline.airflowConfig.${field}`),
    )
  })

  test.each([
    ['2026-01-02', '2026-01-01'],
    ['2026-01-01', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00', '2026-01-01T01:00:00+02:00'],
  ])('that end (from %s until %s) before they begin are told, by both names', (startDate, endDate) => {
    const result = admitSchedule(aDeploy({ startDate, endDate }), POLICY, { nowMs: NOW_MS })
    expect(result.ok ? '' : formatIssues(result.error)).toMatch(/^ingestionPipeline\.airflowConfig\.endDate: must be after startDate/)
  })

  test('may be any that end after they begin', () => {
    expect(issuesOf(aDeploy({ startDate: '2026-01-01', endDate: '2026-01-01T00:00:00.001' }))).toEqual([])
    expect(issuesOf(aDeploy({ startDate: null, endDate: '1970-01-01' }))).toEqual([])
  })
})

describe('a schedule at 2 every night', () => {
  /** 2 o'clock in Berlin. */
  const DUE_MS = Date.UTC(2026, 0, 15, 1, 0, 0)

  const LONG_AGO_MS = DUE_MS - DAY_MS
  const scheduleOn = (activeSinceMs: number, times: object = {}, status: Partial<ScheduleStatus> = {}) => {
    const { record } = admittedSchedule(aDeploy(times), POLICY)
    return { ...record, status: { ...record.status, activeSinceMs, ...status } }
  }
  const firing = (activeSinceMs: number, nowMs: number, times: object = {}, status: Partial<ScheduleStatus> = {}) =>
    firingAt(scheduleOn(activeSinceMs, times, status), nowMs, LONG_AGO_MS)

  test('that has been on for long fires up to five minutes late, and does not change by itself', () => {
    expect(firing(DUE_MS - DAY_MS, DUE_MS)).toEqual({ isSuspended: false, startingDeadlineSeconds: 300, changesAtMs: null })
  })

  test('that was switched on ten minutes after makes up for nothing, and gets the whole deadline later', () => {
    const since = DUE_MS + 10 * MINUTE_MS
    expect(firing(since, since)).toEqual({ isSuspended: false, startingDeadlineSeconds: 30, changesAtMs: since + 5 * MINUTE_MS })
    expect(firing(since, since + 5 * MINUTE_MS)).toMatchObject({ startingDeadlineSeconds: 300, changesAtMs: null })
  })

  test.each([0, 10 * SECOND_MS, 29 * SECOND_MS])('that was switched on %d ms after it was due waits until that is too late', (afterMs) => {
    const since = DUE_MS + afterMs
    expect(firing(since, since)).toEqual({ isSuspended: true, startingDeadlineSeconds: 300, changesAtMs: since + 30 * SECOND_MS })
    expect(firing(since, since + 30 * SECOND_MS)).toMatchObject({ isSuspended: false, startingDeadlineSeconds: 30 })
  })

  test.each([0, 300, 10 * SECOND_MS])('that is new %d ms after it was due fires without a wait: nobody makes up for what was before it', (afterMs) => {
    const since = DUE_MS + afterMs
    const begun = { isSuspended: false, startingDeadlineSeconds: 30, changesAtMs: since + 5 * MINUTE_MS }
    expect(firingAt(scheduleOn(since), since, null)).toEqual(begun)
    const madeAtMs = Math.floor((since + 200) / SECOND_MS) * SECOND_MS
    expect(firingAt(scheduleOn(since), since + SECOND_MS, madeAtMs)).toEqual(begun)
    expect(firingAt(scheduleOn(since + 5 * SECOND_MS), since + 5 * SECOND_MS, madeAtMs)).toMatchObject({ isSuspended: true })
  })

  test('that was switched on a moment before it is due does not wait', () => {
    expect(firing(DUE_MS - SECOND_MS, DUE_MS - SECOND_MS)).toMatchObject({ isSuspended: false })
  })

  test('that starts at the very time it is due fires then: it is on a little before, and nothing else is due in between', () => {
    const [times, opensMs] = [{ startDate: new Date(DUE_MS).toISOString() }, DUE_MS - 20 * SECOND_MS]
    expect(firing(NOW_MS - DAY_MS, opensMs - 1, times)).toEqual({ isSuspended: true, startingDeadlineSeconds: 300, changesAtMs: opensMs })
    const begun = { isSuspended: false, startingDeadlineSeconds: 30, changesAtMs: DUE_MS + 5 * MINUTE_MS }
    for (const afterMs of [0, 20 * SECOND_MS, 30 * SECOND_MS]) expect(firing(NOW_MS - DAY_MS, opensMs + afterMs, times)).toEqual(begun)
    const switchedOnMs = DUE_MS + 10 * SECOND_MS
    expect(firing(switchedOnMs, switchedOnMs, times)).toMatchObject({ isSuspended: true })
  })

  test('that starts a second after it is due fires the next night, and makes up for nothing', () => {
    const startMs = DUE_MS + SECOND_MS
    const times = { startDate: new Date(startMs).toISOString() }
    for (const afterMs of [-1, 0, 29 * SECOND_MS]) expect(firing(NOW_MS - DAY_MS, startMs + afterMs, times)).toMatchObject({ isSuspended: true })
    expect(firing(NOW_MS - DAY_MS, startMs + 30 * SECOND_MS, times)).toMatchObject({ isSuspended: false, startingDeadlineSeconds: 30 })
  })

  test('is off before its start date and after its end date', () => {
    const startMs = DUE_MS - HOUR_MS
    const times = { startDate: new Date(startMs).toISOString(), endDate: DUE_MS + DAY_MS }
    expect(firing(NOW_MS - DAY_MS, startMs - 1, times)).toEqual({ isSuspended: true, startingDeadlineSeconds: 300, changesAtMs: startMs })
    expect(firing(NOW_MS - DAY_MS, DUE_MS + 6 * MINUTE_MS, times)).toMatchObject({ isSuspended: false, changesAtMs: DUE_MS + DAY_MS })
    expect(firing(NOW_MS - DAY_MS, DUE_MS + DAY_MS, times)).toEqual({ isSuspended: true, startingDeadlineSeconds: 300, changesAtMs: null })
  })

  test.each<Partial<ScheduleStatus>>([{ isEnabled: false }, { phase: 'Retired' }])('is off for good while %o', (status) => {
    expect(firing(0, DUE_MS, {}, status)).toEqual({ isSuspended: true, startingDeadlineSeconds: 300, changesAtMs: null })
  })
})

describe('the CronJob of a schedule', () => {
  test('is the same object for every revision of a pipeline', () => {
    const [first, second] = [aDeploy(), aDeploy({ retries: 7 })].map((request) => scheduleOf(request, POLICY))
    expect(first?.object.metadata?.name).toBe(second?.object.metadata?.name)
    expect(first?.object.metadata?.ownerReferences).not.toEqual(second?.object.metadata?.ownerReferences)
  })

  test('is not written while the server version is unknown', () => {
    const { stored } = scheduleOf(aDeploy(), POLICY)
    const result = compileSchedule(stored, POLICY, { nowMs: NOW_MS })
    expect(result.ok ? [] : result.error.map(({ code }) => code)).toEqual(['unknownFact'])
  })
})
