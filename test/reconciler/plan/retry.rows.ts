import { aPodOf, deletedAt, exited, onGoneNode, released, running, withPodStatus } from '../../support/a-pod.ts'
import { aKilledRecord, aRecord } from '../../support/a-record.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import type { PlanRow } from './plan.rows.ts'

const MINUTE_MS = 60_000
const spec = { retries: 2, retryDelaySeconds: 300 }
const record = aRecord({ spec })
const pod = aPodOf(record)
const failed = exited(pod, 3)
/** As the plan makes it of `failed`: its program ended half a minute after NOW_MS. */
const retry = { startAtMs: NOW_MS + 30_000 + 300_000, firstStartedAtMs: NOW_MS, failureClass: 'ExitCode', message: 'no' } as const
const second = aRecord({ spec, status: { attempt: 2, retry } })
const last = aRecord({ spec, status: { attempt: 3, retry } })
const untilStart = retry.startAtMs - (NOW_MS + MINUTE_MS)
const exitCode3 = 'ExitCode: container main ended with exit code 3'

export const RETRY_ROWS: readonly PlanRow[] = [
  { name: 'a failed attempt of a run with retries is followed by another one', found: { record, pods: [failed] }, actions: ['retry 2 ExitCode'] },
  {
    name: 'an attempt whose node is gone is followed by another one',
    found: { record, pods: [onGoneNode(running(pod))] },
    actions: ['retry 2 NodeLost'],
  },
  {
    name: 'a pod that its node would not take is followed by another one',
    found: { record, pods: [withPodStatus(pod, { reason: 'OutOfcpu', message: 'Node did not have enough resource' })] },
    actions: ['retry 2 Rejected'],
  },
  {
    name: 'a program killed for its memory is not tried again with the same memory',
    found: { record, pods: [exited(pod, 137, { reason: 'OOMKilled' })] },
    actions: ['end failed OOMKilled: container main was killed for using more memory than its limit of 4096Mi (exit code 137)', 'releasePod'],
  },
  {
    name: 'a pod that somebody deleted is not tried again',
    found: { record, pods: [deletedAt(exited(pod, 143), NOW_MS + 20_000)] },
    actions: [`end failed Deleted: pod ${pod.metadata?.name} was deleted before its program had ended`, 'releasePod'],
  },
  {
    name: 'a run whose record was deleted is not tried again',
    found: { record: aRecord({ spec, isBeingDeleted: true }), pods: [failed] },
    actions: [`end failed ${exitCode3}`, 'releasePod'],
  },
  {
    name: 'a run that was killed is not tried again',
    found: { record: aKilledRecord({ spec }), pods: [failed] },
    actions: ['end stopped: stopped on request of Collate', 'releasePod'],
  },
  { name: 'a run that ended well is not tried again', found: { record, pods: [exited(pod, 0)] }, actions: ['end success', 'releasePod'] },
  {
    name: 'the last attempt ends the run',
    found: { record: last, pods: [exited(aPodOf(last), 3)] },
    actions: [`end failed ${exitCode3}`, 'releasePod'],
  },
  {
    name: 'a run whose time would be over by then is not tried again',
    found: { record: aRecord({ spec: { ...spec, workflowTimeoutSeconds: 330 } }), pods: [failed] },
    actions: [`end failed ${exitCode3}`, 'releasePod'],
  },
  {
    name: 'the pod of the attempt before is let go while the next one waits for its time',
    found: { record: second, pods: [failed], holdsSlot: false },
    actions: ['releasePod'],
    requeueAfterMs: untilStart,
  },
  {
    name: 'the next attempt does not start before its time, slot or not',
    found: { record: second, pods: [released(failed)] },
    actions: [],
    requeueAfterMs: untilStart,
  },
  {
    name: 'the next attempt waits for a slot when its time has come',
    found: { record: second, pods: [released(failed)], nowMs: retry.startAtMs, holdsSlot: false },
    actions: [],
  },
  {
    name: 'the next attempt starts when its time has come and it holds a slot',
    found: { record: second, pods: [released(failed)], nowMs: retry.startAtMs },
    actions: ['createPod'],
  },
  {
    name: 'an attempt does not start while the one before may still run',
    found: { record: second, pods: [running(pod)], nowMs: retry.startAtMs },
    actions: ['deletePod: another attempt of its run has taken its place'],
  },
  {
    name: 'a kill between two attempts asks first whether there is a pod',
    found: { record: aKilledRecord({ spec }, { attempt: 2, retry }), pods: [released(failed)], holdsSlot: false },
    actions: ['readPod'],
  },
  {
    name: 'a kill between two attempts ends the run as stopped, at once',
    found: { record: aKilledRecord({ spec }, { attempt: 2, retry }), pods: [released(failed)], holdsSlot: false, isPodAbsent: true },
    actions: ['end stopped: stopped on request of Collate'],
  },
  {
    name: 'a pod that is newer than what is known of the record has the record read',
    found: { record, pods: [running(aPodOf(second))] },
    actions: ['readRecord'],
  },
  {
    name: 'a pod of an attempt that the record does not know is deleted before the known one starts',
    found: { record, pods: [running(aPodOf(second))], isRecordLive: true },
    actions: ['deletePod: another attempt of its run has taken its place'],
  },
]
