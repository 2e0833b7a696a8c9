import type { ScheduleCase } from './gallery-case.ts'
import { NOW_MS } from './run.ts'
import { aRunWithManyFilters } from './run-request.ts'
import { aDeploy, DAY_MS } from './schedule.ts'
import { SECRETS_SCHEDULE_CASES } from './gallery-secrets.ts'
import { variableOf } from './view.ts'

const MINUTE_MS = 60 * 1000

const isSuspended =
  (wanted: boolean): ScheduleCase['point'] =>
  ({ cron }) => [cron['suspend'], wanted]

export const SCHEDULE_CASES: Readonly<Record<string, ScheduleCase>> = {
  'schedule': {
    shows: "Every night at 2 o'clock in Berlin, one run at a time; the id of a run is the uid of its Job or Workflow.",
    request: aDeploy(),
    point: (view, executor) => [
      variableOf(view, 'pipelineRunId'),
      executor === 'argo' ? '{{workflow.uid}}' : { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/controller-uid']" } },
    ],
  },
  'schedule-by-name': {
    shows: 'A schedule by name, `@daily`, without a time zone: UTC.',
    request: aDeploy({ scheduleInterval: '@daily', pipelineTimezone: null }),
    point: ({ cron }, executor) => [
      executor === 'argo' ? [cron['timezone'], cron['schedules']] : [cron['timeZone'], cron['schedule']],
      ['UTC', executor === 'argo' ? ['@daily'] : '@daily'],
    ],
  },
  'schedule-overlapping': {
    shows: 'Up to three runs at once: Kubernetes holds none back.',
    request: aDeploy({ maxActiveRuns: 3 }),
    point: ({ cron }) => [cron['concurrencyPolicy'], 'Allow'],
  },
  'schedule-with-timeout': {
    shows: 'A time-out of an hour for each run.',
    request: aDeploy({ workflowTimeout: 3600 }),
    point: ({ deadlineSeconds }) => [deadlineSeconds, 3600],
  },
  'schedule-just-deployed': {
    shows: 'A minute after the deploy: what was due before it is not made up for.',
    request: aDeploy(),
    nowMs: NOW_MS + MINUTE_MS,
    point: ({ cron }) => [
      [cron['suspend'], cron['startingDeadlineSeconds']],
      [false, 30],
    ],
  },
  'schedule-switched-off': { shows: 'A pipeline that is switched off.', request: aDeploy({}, { enabled: false }), point: isSuspended(true) },
  'schedule-paused': { shows: 'A pipeline that is paused.', request: aDeploy({ pausePipeline: true }), point: isSuspended(true) },
  'schedule-not-begun': {
    shows: 'A schedule before its start date.',
    request: aDeploy({ startDate: new Date(NOW_MS + 7 * DAY_MS).toISOString() }),
    point: isSuspended(true),
  },
  'schedule-over': {
    shows: 'A schedule after its end date.',
    request: aDeploy({ endDate: new Date(NOW_MS + DAY_MS / 2).toISOString() }),
    point: isSuspended(true),
  },
  'schedule-retired': {
    shows: 'A schedule that is being taken away: it fires no more, and goes when its last run has ended.',
    request: aDeploy(),
    status: { phase: 'Retired' },
    point: isSuspended(true),
  },
  'schedule-large-payload': {
    shows: 'A schedule with a payload too large for an environment string.',
    request: aDeploy({}, { sourceConfig: aRunWithManyFilters().ingestionPipeline['sourceConfig'] }),
    point: (view) => [variableOf(view, 'config'), undefined],
  },
  ...SECRETS_SCHEDULE_CASES,
}
