import { podName } from '../../../compiler/names.ts'
import {
  aPodOf,
  deletedAt,
  exited,
  ofEarlierRecord,
  onGoneNode,
  onNode,
  released,
  running,
  unschedulable,
  waitingFor,
  withCondition,
  withPodStatus,
} from '../../support/a-pod.ts'
import { aKilledRecord, anEndedRecord, aRecord } from '../../support/a-record.ts'
import { PENDING_BUDGETS_MS, RECORD_TTL_MS } from '../../support/a-runner.ts'
import type { Situation } from '../../support/a-situation.ts'
import { observePod } from '../../../reconciler/observe/observe-pod.ts'
import { GOING_ROWS } from './going.rows.ts'
import { JOB_ROWS } from './job.rows.ts'
import { RETRY_ROWS } from './retry.rows.ts'
import { WAIT_ROWS } from './wait.rows.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'

/** One branch of the plan: what is found, and what is to be done. */
export interface PlanRow {
  readonly name: string
  readonly found: Situation
  readonly actions: readonly string[]
  readonly requeueAfterMs?: number
}

const record = aRecord()
const pod = aPodOf(record)
const killed = aKilledRecord()
const deleted = aRecord({ isBeingDeleted: true })
const ended = anEndedRecord()
const untold = anEndedRecord({ state: 'failed', failureClass: 'OOMKilled', message: 'too much', isAcknowledged: false })
const name = podName(record.name, 1)
const later = NOW_MS + 20_000
const MINUTE_MS = 60_000
/** From the rows' time until a pod that was deleted at `later` is taken for stuck. */
const STUCK_MS = 2 * MINUTE_MS - (MINUTE_MS - 20_000)
const LAST_REPEAT_MS = record.spec.notAfterMs + MINUTE_MS
const TTL_LEFT_MS = NOW_MS + MINUTE_MS + RECORD_TTL_MS - (NOW_MS + MINUTE_MS)

const NO_ANSWER = { failureClass: 'Unschedulable', message: 'exceeded quota: secrets' } as const

const waiting: readonly PlanRow[] = [
  { name: 'a queued run without a slot waits', found: { record, holdsSlot: false, payload: 'unknown' }, actions: [] },
  { name: 'with a slot, it first has to be known whether its payload stands', found: { record, payload: 'unknown' }, actions: ['checkPayload'] },
  {
    name: 'while the cluster does not say whether its payload stands, that is told, and asked again',
    found: { record, payload: 'unknown', payloadRefusal: NO_ANSWER },
    actions: ['reportPending Unschedulable: exceeded quota: secrets'],
    requeueAfterMs: 15_000,
  },
  {
    name: 'while the cluster does not say whether its payload stands, it waits no longer than a repeat of its request may come',
    found: { record, payload: 'unknown', payloadRefusal: NO_ANSWER, nowMs: LAST_REPEAT_MS - 1_000 },
    actions: ['reportPending Unschedulable: exceeded quota: secrets'],
    requeueAfterMs: 1_000,
  },
  {
    name: 'when no repeat can come any more, it was accepted, and starts without an answer',
    found: { record, payload: 'unknown', payloadRefusal: NO_ANSWER, nowMs: LAST_REPEAT_MS },
    actions: ['createPod'],
  },
  {
    name: 'when it was started before, it was accepted, and starts without an answer',
    found: { record: aRecord({ status: { attempt: 2 } }), payload: 'unknown', payloadRefusal: NO_ANSWER },
    actions: ['createPod'],
  },
  { name: 'with slot and payload its pod is created', found: { record, payload: 'present' }, actions: ['createPod'] },
  {
    name: 'without its payload it waits for a repeat of the request',
    found: { record, payload: 'absent' },
    actions: [],
    requeueAfterMs: LAST_REPEAT_MS - NOW_MS - MINUTE_MS,
  },
  {
    name: 'just before a repeat would be too late it still waits, a second at least',
    found: { record, payload: 'absent', nowMs: LAST_REPEAT_MS - 1 },
    actions: [],
    requeueAfterMs: 1_000,
  },
  {
    name: 'when no repeat came in time, its pod is asked for before its end is told',
    found: { record, payload: 'absent', nowMs: LAST_REPEAT_MS },
    actions: ['readPod'],
  },
  {
    name: 'when no repeat came in time and there is no pod, it never started',
    found: { record, payload: 'absent', nowMs: LAST_REPEAT_MS, isPodAbsent: true },
    actions: [
      'end failed NeverStarted: its payload is not there: the request was cut off before it was acknowledged and was not repeated in time, or somebody deleted the Secret',
    ],
  },
  {
    name: 'a run with its payload starts however late it gets its slot',
    found: { record, payload: 'present', nowMs: LAST_REPEAT_MS + MINUTE_MS },
    actions: ['createPod'],
  },
]

const withPod: readonly PlanRow[] = [
  { name: 'a pod that was just created is left alone', found: { record, pods: [pod] }, actions: [] },
  {
    name: "a pod that cannot be scheduled is told in the scheduler's words",
    found: { record, pods: [unschedulable(pod, '0/3 nodes are available: 3 Insufficient memory.')] },
    actions: ['reportPending Unschedulable: Unschedulable: 0/3 nodes are available: 3 Insufficient memory.'],
    requeueAfterMs: PENDING_BUDGETS_MS.unschedulable - MINUTE_MS,
  },
  {
    name: 'a pod that waits for its image is told',
    found: { record, pods: [waitingFor(pod, 'ImagePullBackOff', 'Back-off pulling image')] },
    actions: ['reportPending ImagePull: container main: ImagePullBackOff: Back-off pulling image'],
    requeueAfterMs: PENDING_BUDGETS_MS.imageUnreachable - MINUTE_MS,
  },
  {
    name: 'a pod whose payload is gone can never run, and is given up',
    found: { record, pods: [waitingFor(pod, 'CreateContainerConfigError', `secret "${record.spec.payload.secretName}" not found`)] },
    actions: [
      `giveUp ConfigError: the payload of the run was deleted before its pod had read it (container main: CreateContainerConfigError: secret "${record.spec.payload.secretName}" not found); run the pipeline again`,
    ],
  },
  {
    name: 'a pod that misses a Secret of somebody else waits for it',
    found: { record, pods: [waitingFor(pod, 'CreateContainerConfigError', 'secret "mine" not found')] },
    actions: ['reportPending ConfigError: container main: CreateContainerConfigError: secret "mine" not found'],
    requeueAfterMs: PENDING_BUDGETS_MS.configError - MINUTE_MS,
  },
  { name: 'a container that is being created is no news', found: { record, pods: [waitingFor(pod, 'ContainerCreating', '')] }, actions: [] },
  {
    name: 'a running pod is left alone, also one that was unschedulable before',
    found: { record, pods: [running(unschedulable(pod, 'no room'))] },
    actions: [],
  },
  { name: 'a pod that ended well ends the run', found: { record, pods: [exited(pod, 0)] }, actions: ['end success', 'releasePod'] },
  {
    name: 'a pod whose program failed ends the run with its exit code',
    found: { record, pods: [exited(pod, 3, { message: 'no such table' })] },
    actions: ['end failed ExitCode: container main ended with exit code 3: no such table', 'releasePod'],
  },
  {
    name: 'a pod that was killed for its memory ends the run so',
    found: { record, pods: [exited(pod, 137, { reason: 'OOMKilled' })] },
    actions: ['end failed OOMKilled: container main was killed for using more memory than its limit of 4096Mi (exit code 137)', 'releasePod'],
  },
  {
    name: 'a pod past its deadline ends the run so',
    found: { record, pods: [withPodStatus(exited(pod, 137), { reason: 'DeadlineExceeded', message: 'Pod was active too long' })] },
    actions: ['end failed DeadlineExceeded: DeadlineExceeded: Pod was active too long', 'releasePod'],
  },
  {
    name: 'a pod deleted by hand that still runs is waited for',
    found: { record, pods: [deletedAt(running(pod), later)] },
    actions: [],
    requeueAfterMs: STUCK_MS,
  },
  {
    name: 'a pod deleted by hand that has stopped ends the run so',
    found: { record, pods: [deletedAt(exited(pod, 143), later)] },
    actions: [`end failed Deleted: pod ${name} was deleted before its program had ended`, 'releasePod'],
  },
  {
    name: 'a pod deleted by hand before any node had it ends the run so',
    found: { record, pods: [deletedAt(pod, later)] },
    actions: [`end failed Deleted: pod ${name} was deleted before its program had ended`, 'releasePod'],
  },
  {
    name: 'a pod deleted after it ended well still ended well',
    found: { record, pods: [deletedAt(exited(pod, 0), NOW_MS + MINUTE_MS)] },
    actions: ['end success', 'releasePod'],
  },
  {
    name: 'a pod whose node is gone is lost with it, whatever its containers say',
    found: { record, pods: [onGoneNode(running(pod))] },
    actions: ['end failed NodeLost: node node-1: DeletionByPodGC: PodGC: node no longer exists', 'releasePod'],
  },
  {
    name: 'a pod that a drain evicted ends the run so',
    found: {
      record,
      pods: [
        withCondition(deletedAt(exited(pod, 143), later), {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'EvictionByEvictionAPI',
          message: 'Eviction API: evicting',
        }),
      ],
    },
    actions: ['end failed Evicted: EvictionByEvictionAPI: Eviction API: evicting', 'releasePod'],
  },
  { name: 'a pod that already lost our finalizer still ends the run', found: { record, pods: [released(exited(pod, 0))] }, actions: ['end success'] },
  {
    name: 'the pod of another attempt does not stand for this one',
    found: { record: aRecord({ status: { attempt: 2 } }), pods: [released(exited(pod, 1))] },
    actions: ['createPod'],
  },
]

const killedRows: readonly PlanRow[] = [
  { name: 'a kill before the start asks first whether there is a pod', found: { record: killed, holdsSlot: false }, actions: ['readPod'] },
  {
    name: 'a kill before the start ends the run as stopped',
    found: { record: killed, holdsSlot: false, isPodAbsent: true },
    actions: ['end stopped: stopped on request of Collate'],
  },
  {
    name: 'a kill deletes a pod that waits',
    found: { record: killed, pods: [unschedulable(pod, 'no room')] },
    actions: ['deletePod: stopped on request of Collate'],
  },
  { name: 'a kill deletes a pod that runs', found: { record: killed, pods: [running(pod)] }, actions: ['deletePod: stopped on request of Collate'] },
  { name: 'a killed pod is deleted once', found: { record: killed, pods: [deletedAt(running(pod), later)] }, actions: [], requeueAfterMs: STUCK_MS },
  {
    name: 'a killed pod that has stopped ends the run as stopped',
    found: { record: killed, pods: [deletedAt(exited(pod, 143), later)] },
    actions: ['end stopped: stopped on request of Collate', 'releasePod'],
  },
  { name: 'a kill that came after a good end changes nothing', found: { record: killed, pods: [exited(pod, 0)] }, actions: ['end success', 'releasePod'] },
]

const deletedRows: readonly PlanRow[] = [
  { name: 'a record that is deleted before the start asks first whether there is a pod', found: { record: deleted }, actions: ['readPod'] },
  {
    name: 'a record that is deleted before the start ends its run',
    found: { record: deleted, isPodAbsent: true },
    actions: [`end failed Deleted: the record ${record.name} was deleted before the run had started`],
  },
  {
    name: 'a record that is deleted takes its running pod along',
    found: { record: deleted, pods: [running(pod)] },
    actions: ['deletePod: its record was deleted'],
  },
  {
    name: 'the pod of a deleted record that has stopped ends the run',
    found: { record: deleted, pods: [deletedAt(exited(pod, 143), later)] },
    actions: [`end failed Deleted: pod ${name} was deleted before its program had ended`, 'releasePod'],
  },
  { name: 'a deleted record whose end is told is let go', found: { record: { ...ended, isBeingDeleted: true } }, actions: ['releaseRecord'] },
  {
    name: 'a deleted record whose end is not told is kept until it is',
    found: { record: { ...untold, isBeingDeleted: true } },
    actions: ['acknowledge failed OOMKilled: too much'],
    requeueAfterMs: 5_000,
  },
]

const endedRows: readonly PlanRow[] = [
  { name: 'a record whose end is told waits for its time to go', found: { record: ended }, actions: [], requeueAfterMs: TTL_LEFT_MS },
  { name: 'an end that is not told is told again', found: { record: untold }, actions: ['acknowledge failed OOMKilled: too much'], requeueAfterMs: 5_000 },
  {
    name: 'a terminated pod of an ended run is released',
    found: { record: ended, pods: [exited(pod, 0)] },
    actions: ['releasePod'],
    requeueAfterMs: TTL_LEFT_MS,
  },
  {
    name: 'a released pod of an ended run is left to the garbage collector',
    found: { record: ended, pods: [released(exited(pod, 0))] },
    actions: [],
    requeueAfterMs: TTL_LEFT_MS,
  },
  {
    name: 'a running pod of an ended run is deleted on sight',
    found: { record: ended, pods: [running(pod)] },
    actions: ['deletePod: its run has ended'],
    requeueAfterMs: TTL_LEFT_MS,
  },
  {
    name: 'a pod is released even while the end is not told',
    found: { record: untold, pods: [exited(pod, 137)] },
    actions: ['releasePod', 'acknowledge failed OOMKilled: too much'],
    requeueAfterMs: 5_000,
  },
  { name: 'a record goes when its time is over', found: { record: ended, nowMs: NOW_MS + MINUTE_MS + RECORD_TTL_MS }, actions: ['deleteRecord'] },
  {
    name: 'a record whose end is not told never goes',
    found: { record: untold, nowMs: NOW_MS + 100 * RECORD_TTL_MS },
    actions: ['acknowledge failed OOMKilled: too much'],
    requeueAfterMs: 5_000,
  },
  {
    name: 'a record outlives the last moment at which its request may be repeated',
    found: { record: anEndedRecord({}, { spec: { notAfterMs: NOW_MS + 2 * RECORD_TTL_MS } }), nowMs: NOW_MS + 2 * RECORD_TTL_MS + MINUTE_MS - 1 },
    actions: [],
    requeueAfterMs: 1,
  },
]

const strayRows: readonly PlanRow[] = [
  {
    name: 'a pod without a record that has stopped is told, then released',
    found: { pods: [exited(pod, 3)] },
    actions: ['reportOrphan failed ExitCode: container main ended with exit code 3', 'releasePod'],
  },
  { name: 'a pod without a record that runs is deleted', found: { pods: [running(pod)] }, actions: ['deletePod: its record is gone'] },
  { name: 'a pod without a record that is on its way out is waited for', found: { pods: [deletedAt(onNode(pod), later)] }, actions: [] },
  { name: 'a released pod without a record is nobody’s', found: { pods: [released(exited(pod, 0))] }, actions: [] },
  { name: 'nothing at all asks for nothing', found: {}, actions: [] },
  {
    name: 'a stopped pod of an earlier record is released, and the run waits for its name',
    found: { record, pods: [ofEarlierRecord(exited(pod, 0))] },
    actions: ['releasePod'],
  },
  {
    name: 'a running pod of an earlier record is deleted',
    found: { record, pods: [ofEarlierRecord(running(pod))], holdsSlot: false },
    actions: ['deletePod: it belongs to an earlier record of this run'],
  },
]

const vanished = observePod(running(pod))
const LAST_SEEN_ENDED = observePod(exited(pod, 0))

const vanishedRows: readonly PlanRow[] = [
  { name: 'a pod that vanished is asked for before its end is told', found: { record, vanishedPod: vanished }, actions: ['readPod'] },
  {
    name: 'a pod that vanished while it ran ends the run and is not started again',
    found: { record, vanishedPod: vanished, isPodAbsent: true },
    actions: [`end failed Deleted: pod ${name} was removed by force, with its finalizer, before its end was seen`],
  },
  {
    name: 'a pod that vanished after it had ended keeps its end',
    found: { record, vanishedPod: LAST_SEEN_ENDED, isPodAbsent: true },
    actions: ['end success'],
  },
  {
    name: 'a killed pod that vanished is stopped',
    found: { record: killed, vanishedPod: vanished, isPodAbsent: true },
    actions: ['end stopped: stopped on request of Collate'],
  },
  {
    name: 'a pod of an earlier record that vanished is nobody’s',
    found: { record, vanishedPod: observePod(ofEarlierRecord(running(pod))) },
    actions: ['createPod'],
  },
]

export const PLAN_ROWS: readonly PlanRow[] = [
  ...waiting,
  ...withPod,
  ...vanishedRows,
  ...killedRows,
  ...deletedRows,
  ...endedRows,
  ...strayRows,
  ...RETRY_ROWS,
  ...WAIT_ROWS,
  ...GOING_ROWS,
  ...JOB_ROWS,
]
