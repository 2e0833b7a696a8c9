import type { ObservedJob } from '../../../reconciler/observe/observed-job.ts'
import { observePod } from '../../../reconciler/observe/observe-pod.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { RUN_ID } from '../../compiler/examples/run-request.ts'
import { aPodOf, exited, running } from '../../support/a-pod.ts'
import { aKilledRecord, aRecord } from '../../support/a-record.ts'
import { RECORD_TTL_MS } from '../../support/a-runner.ts'
import type { PlanRow } from './plan.rows.ts'

const NAME = 'cron-x-29384756'
const spec = { startedBy: { kind: 'Job', name: NAME, uid: RUN_ID }, notAfterMs: NOW_MS } as const
const record = aRecord({ spec })
const job: ObservedJob = {
  resource: 'jobs',
  name: NAME,
  uid: RUN_ID,
  resourceVersion: '1',
  scheduleName: 'schedule-x',
  pipelineId: 'x',
  createdAtMs: NOW_MS,
  isBeingDeleted: false,
  end: null,
}
const failed = { ...job, end: { isComplete: false, reason: 'BackoffLimitExceeded', message: 'Job has reached the limit', atMs: NOW_MS + 5_000 } }
const complete = { ...job, end: { isComplete: true, reason: 'CompletionsReached', message: '', atMs: NOW_MS + 5_000 } }
const pod = aPodOf(record)
const refused = { reason: 'FailedCreate', message: 'pods "x" is forbidden: exceeded quota: compute', times: 1, name: 'e', lastSeenMs: NOW_MS }
const uncounted = { ...refused, message: 'pods "x" is forbidden: status unknown for quota: compute, resources: pods' }
const ended = aRecord({
  spec,
  status: { phase: 'Ended', end: { state: 'success', message: '', startedAtMs: NOW_MS, endedAtMs: NOW_MS, isAcknowledged: true } },
})

/** Runs that a Job of a schedule has started. */
export const JOB_ROWS: readonly PlanRow[] = [
  { name: 'a Job that has no record gets one', found: { job }, actions: ['adoptJob'] },
  { name: 'a Job that has no record gets one before its pod is looked at', found: { job, pods: [running(pod)] }, actions: ['adoptJob'] },
  { name: 'a Job makes its pod itself', found: { record, job, nowMs: NOW_MS + 1_000 }, actions: [], requeueAfterMs: 5_000 },
  {
    name: 'a Job whose pod the cluster refuses is told as waiting in its words',
    found: { record, job, jobEvents: [refused], nowMs: NOW_MS + 1_000 },
    actions: [`reportPending Unschedulable: ${refused.message}`],
    requeueAfterMs: 5_000,
  },
  {
    name: 'a Job whose pod waits for a quota that is not counted yet is told as waiting',
    found: { record, job, jobEvents: [uncounted], nowMs: NOW_MS + 1_000 },
    actions: [`reportPending Unschedulable: ${uncounted.message}`],
    requeueAfterMs: 5_000,
  },
  {
    name: 'a Job without a pod after a minute is told as waiting',
    found: { record, job },
    actions: [`reportPending Unschedulable: Kubernetes has not made the pod of Job ${NAME} yet; kubectl describe job ${NAME} tells why`],
    requeueAfterMs: 5_000,
  },
  {
    name: 'a run of a Job that is to stop before it has a pod loses its Job',
    found: { record: aKilledRecord({ spec }), job },
    actions: ['deleteJob: stopped on request of Collate'],
  },
  {
    name: 'a run of a Job that is to stop loses its pod',
    found: { record: aKilledRecord({ spec }), job, pods: [running(pod)] },
    actions: ['deletePod: stopped on request of Collate'],
  },
  { name: 'a Job that is not there is asked for before its run ends', found: { record }, actions: ['readJob'] },
  {
    name: 'a Job that was deleted by hand ends its run',
    found: { record, isJobLive: true },
    actions: [`end failed Deleted: Job ${NAME} was deleted before its pod was seen`],
  },
  {
    name: 'a run that was to stop and whose Job is gone was stopped',
    found: { record: aKilledRecord({ spec }), isJobLive: true },
    actions: ['end stopped: stopped on request of Collate'],
  },
  {
    name: 'a Job that failed without a pod ends its run in the words of Kubernetes',
    found: { record, job: failed, isJobLive: true },
    actions: [`end failed Lost: Job ${NAME}: BackoffLimitExceeded: Job has reached the limit`],
  },
  { name: 'a Job that ended well and whose pod is gone ends its run well', found: { record, job: complete, isJobLive: true }, actions: ['end success'] },
  {
    name: 'a pod of a Job that was removed by force ends its run',
    found: { record, job: failed, isJobLive: true, vanishedPod: observePod(running(pod)) },
    actions: [`end failed Deleted: pod ${pod.metadata?.name} was removed by force, with its finalizer, before its end was seen`],
  },
  { name: 'the pod of a Job ends its run', found: { record, job: complete, pods: [exited(pod, 0)] }, actions: ['end success', 'releasePod'] },
  {
    name: 'the second attempt of a Job is a pod of the runner',
    found: { record: aRecord({ spec: { ...spec, retries: 1 }, status: { attempt: 2 } }), job: failed },
    actions: ['createPod'],
  },
  {
    name: 'a Job goes before the record of its run, so that it is not taken for a new one',
    found: { record: ended, job: complete, nowMs: NOW_MS + RECORD_TTL_MS },
    actions: ['deleteJob: the record of its run goes', 'deleteRecord'],
  },
  {
    name: 'a Job whose record somebody deletes goes with it',
    found: { record: { ...ended, isBeingDeleted: true }, job: complete },
    actions: ['deleteJob: the record of its run goes', 'releaseRecord'],
  },
]
