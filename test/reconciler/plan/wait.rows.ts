import type { V1Pod } from '@kubernetes/client-node'
import { aPodOf, deletedAt, onGoneNode, onNode, running, unschedulable, waitingFor, withLostSandbox } from '../../support/a-pod.ts'
import { aRecord } from '../../support/a-record.ts'
import { PENDING_BUDGETS_MS } from '../../support/a-runner.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import type { PlanRow } from './plan.rows.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const record = aRecord()
const pod = aPodOf(record)
const time = (ms: number): Date => new Date(ms).toISOString() as unknown as Date

/** No node was found for it from NOW_MS on. */
const waits = withSince(unschedulable(pod, 'no room'), NOW_MS)
const ENDS_MS = NOW_MS + PENDING_BUDGETS_MS.unschedulable
/** Its node took it a minute after it was made. */
const taken = (reason: string, message: string): V1Pod => takenAt(waitingFor(pod, reason, message), NOW_MS + MINUTE_MS)
const withoutSandbox = takenAt(withLostSandbox(pod, NOW_MS + HOUR_MS + MINUTE_MS), NOW_MS + MINUTE_MS)
const until = (budgetMs: number): number => NOW_MS + MINUTE_MS + budgetMs

function withSince(one: V1Pod, sinceMs: number): V1Pod {
  return { ...one, status: { ...one.status, conditions: (one.status?.conditions ?? []).map((known) => ({ ...known, lastTransitionTime: time(sinceMs) })) } }
}

function takenAt(one: V1Pod, atMs: number): V1Pod {
  return { ...one, status: { ...one.status, startTime: time(atMs) } }
}

function withDeadline(one: V1Pod, seconds: number): V1Pod {
  return { ...one, spec: { containers: [], ...one.spec, activeDeadlineSeconds: seconds } }
}

function scaleUp(reason: string, atMs: number) {
  return { reason, message: 'pod triggered scale-up', times: 1, name: 'e', lastSeenMs: atMs }
}

const budgets: readonly PlanRow[] = [
  {
    name: 'a pod without a node is looked at again when it has waited as long as it may',
    found: { record, pods: [waits] },
    actions: ['reportPending Unschedulable: Unschedulable: no room'],
    requeueAfterMs: ENDS_MS - NOW_MS - MINUTE_MS,
  },
  {
    name: 'a pod without a node for as long as it may is given up',
    found: { record, pods: [waits], nowMs: ENDS_MS },
    actions: ['giveUp Unschedulable: Unschedulable: no room; given up after 3600 s (PENDING_UNSCHEDULABLE_SECONDS)'],
  },
  {
    name: 'a pod for which an autoscaler brings a node is given the time for it',
    found: { record, pods: [waits], nowMs: ENDS_MS, events: [scaleUp('TriggeredScaleUp', ENDS_MS - MINUTE_MS)] },
    actions: ['reportPending Unschedulable: Unschedulable: no room'],
    requeueAfterMs: 14 * MINUTE_MS,
  },
  {
    name: 'a pod for which Karpenter brings a node is given the time for it',
    found: { record, pods: [waits], nowMs: ENDS_MS, events: [scaleUp('Nominated', ENDS_MS)] },
    actions: ['reportPending Unschedulable: Unschedulable: no room'],
    requeueAfterMs: 15 * MINUTE_MS,
  },
  {
    name: 'a pod whose new node did not come is given up',
    found: { record, pods: [waits], nowMs: ENDS_MS, events: [scaleUp('TriggeredScaleUp', ENDS_MS - 15 * MINUTE_MS)] },
    actions: ['giveUp Unschedulable: Unschedulable: no room; given up after 3600 s (PENDING_UNSCHEDULABLE_SECONDS)'],
  },
  {
    name: 'a pod for which an autoscaler does nothing is given up',
    found: { record, pods: [waits], nowMs: ENDS_MS, events: [scaleUp('NotTriggerScaleUp', ENDS_MS)] },
    actions: ['giveUp Unschedulable: Unschedulable: no room; NotTriggerScaleUp: pod triggered scale-up; given up after 3600 s (PENDING_UNSCHEDULABLE_SECONDS)'],
  },
  {
    name: 'an image whose name cannot be read is given up after seconds, from when its node took the pod',
    found: { record, pods: [taken('InvalidImageName', 'bad')], nowMs: until(PENDING_BUDGETS_MS.imageInvalid) },
    actions: ['giveUp ImageInvalid: container main: InvalidImageName: bad; given up after 10 s (PENDING_IMAGE_INVALID_SECONDS)'],
  },
  {
    name: 'a pod whose sandbox is gone is given up a minute after that, however long its node has had it',
    found: { record, pods: [withoutSandbox], nowMs: until(PENDING_BUDGETS_MS.lostSandbox) + HOUR_MS },
    actions: [
      'giveUp Lost: node node-1 has lost the sandbox of the pod after it had made container main, and makes no other; given up after 60 s (PENDING_LOST_SANDBOX_SECONDS)',
    ],
  },
  {
    name: 'a pod whose sandbox is gone may get another within that minute',
    found: { record, pods: [withoutSandbox], nowMs: until(PENDING_BUDGETS_MS.lostSandbox) + HOUR_MS - 1 },
    actions: ['reportPending Lost: node node-1 has lost the sandbox of the pod after it had made container main, and makes no other'],
    requeueAfterMs: 1,
  },
  {
    name: 'an image that is not there is waited for a little',
    found: { record, pods: [taken('ErrImagePull', 'not found')], nowMs: until(PENDING_BUDGETS_MS.imageNotFound) - 1 },
    actions: ['reportPending ImagePull: container main: ErrImagePull: not found'],
    requeueAfterMs: 1,
  },
  {
    name: 'an image that is not there is given up then',
    found: { record, pods: [taken('ErrImagePull', 'not found')], nowMs: until(PENDING_BUDGETS_MS.imageNotFound) },
    actions: ['giveUp ImagePull: container main: ErrImagePull: not found; given up after 300 s (PENDING_IMAGE_NOT_FOUND_SECONDS)'],
  },
  {
    name: 'a registry that refuses the credentials is given longer',
    found: { record, pods: [taken('ErrImagePull', '401 unauthorized')], nowMs: until(PENDING_BUDGETS_MS.imageUnauthorized) },
    actions: ['giveUp ImagePull: container main: ErrImagePull: 401 unauthorized; given up after 600 s (PENDING_IMAGE_UNAUTHORIZED_SECONDS)'],
  },
  {
    name: 'a registry that cannot be reached is given longest',
    found: { record, pods: [taken('ErrImagePull', 'i/o timeout')], nowMs: until(PENDING_BUDGETS_MS.imageUnreachable) },
    actions: ['giveUp ImagePull: container main: ErrImagePull: i/o timeout; given up after 1800 s (PENDING_IMAGE_UNREACHABLE_SECONDS)'],
  },
  {
    name: 'a Secret that is missing is given up then',
    found: { record, pods: [taken('CreateContainerConfigError', 'secret "mine" not found')], nowMs: until(PENDING_BUDGETS_MS.configError) },
    actions: ['giveUp ConfigError: container main: CreateContainerConfigError: secret "mine" not found; given up after 300 s (PENDING_CONFIG_ERROR_SECONDS)'],
  },
  {
    name: 'a pod that waits for no reason that anybody tells is waited for',
    found: { record, pods: [taken('ContainerCreating', '')], nowMs: NOW_MS + 100 * PENDING_BUDGETS_MS.unschedulable },
    actions: [],
  },
]

const spec = { kind: 'automation', workflowType: 'TEST_CONNECTION' } as const
const test = aRecord({ spec })
const LATE_MS = NOW_MS + PENDING_BUDGETS_MS.atScreen

const atScreen: readonly PlanRow[] = [
  {
    name: 'a test connection whose pod has no node is given up after two minutes',
    found: { record: test, pods: [waits], nowMs: LATE_MS },
    actions: ['giveUp Unschedulable: Unschedulable: no room; given up after 120 s (PENDING_TEST_CONNECTION_SECONDS)'],
  },
  {
    name: 'a test connection is given up after two minutes also while its image is being pulled',
    found: { record: test, pods: [taken('ContainerCreating', '')], nowMs: LATE_MS },
    actions: ['giveUp NeverStarted: its pod had not begun to work in time; given up after 120 s (PENDING_TEST_CONNECTION_SECONDS)'],
  },
  { name: 'a test connection that works is not given up', found: { record: test, pods: [running(pod)], nowMs: LATE_MS }, actions: [] },
  {
    name: 'a test connection that waits for its turn is looked at again after two minutes',
    found: { record: test, holdsSlot: false },
    actions: [],
    requeueAfterMs: PENDING_BUDGETS_MS.atScreen - MINUTE_MS,
  },
  {
    name: 'a test connection whose turn did not come in two minutes ends',
    found: { record: test, holdsSlot: false, nowMs: LATE_MS, isPodAbsent: true },
    actions: ['end failed NeverStarted: its turn to start did not come in time; given up after 120 s (PENDING_TEST_CONNECTION_SECONDS)'],
  },
  {
    name: 'an automation that nobody waits for at a screen waits for its turn as other runs do',
    found: { record: aRecord({ spec: { ...spec, workflowType: 'REVERSE_INGESTION' } }), holdsSlot: false, nowMs: LATE_MS },
    actions: [],
  },
]

const QUOTA = 'pods "run" is forbidden: exceeded quota: compute'
const WEBHOOK = 'Internal error occurred: failed calling webhook "validate.example.com": connection refused'
const refused = { pending: { failureClass: 'Unschedulable', message: QUOTA }, sinceMs: NOW_MS } as const
const refusedByWebhook = { pending: { failureClass: 'Rejected', message: WEBHOOK }, sinceMs: NOW_MS } as const

const refusals: readonly PlanRow[] = [
  {
    name: 'a test connection that a quota held back for two minutes ends in the words of the quota',
    found: { record: test, refusal: refused, nowMs: LATE_MS, isPodAbsent: true },
    actions: [`end failed Unschedulable: ${QUOTA}; given up after 120 s (PENDING_TEST_CONNECTION_SECONDS)`],
  },
  {
    name: 'a test connection that a webhook held back for two minutes ends in the words of the API server',
    found: { record: test, refusal: refusedByWebhook, nowMs: LATE_MS, isPodAbsent: true },
    actions: [`end failed Rejected: ${WEBHOOK}; given up after 120 s (PENDING_TEST_CONNECTION_SECONDS)`],
  },
  {
    name: 'a run that a quota holds back is tried again until it has waited as long as for a node',
    found: { record, refusal: refused, nowMs: ENDS_MS - MINUTE_MS },
    actions: ['createPod'],
    requeueAfterMs: MINUTE_MS,
  },
  { name: 'a run that a quota has held back for long is asked for before it ends', found: { record, refusal: refused, nowMs: ENDS_MS }, actions: ['readPod'] },
  {
    name: 'a run that a quota has held back as long as it may ends',
    found: { record, refusal: refused, nowMs: ENDS_MS, isPodAbsent: true },
    actions: [`end failed Unschedulable: ${QUOTA}; given up after 3600 s (PENDING_UNSCHEDULABLE_SECONDS)`],
  },
  {
    name: 'a run that a webhook has held back as long as it may ends',
    found: { record, refusal: refusedByWebhook, nowMs: ENDS_MS, isPodAbsent: true },
    actions: [`end failed Rejected: ${WEBHOOK}; given up after 3600 s (PENDING_UNSCHEDULABLE_SECONDS)`],
  },
]

const overdue = withDeadline(takenAt(running(pod), NOW_MS), 600)
const OVERDUE_MS = NOW_MS + 12 * MINUTE_MS
const late = { kill: { atMs: NOW_MS, failureClass: 'DeadlineExceeded', reason: 'over' } } as const

const overdueRows: readonly PlanRow[] = [
  {
    name: 'a pod with a deadline is left to its node until well past it',
    found: { record, pods: [overdue], nowMs: NOW_MS + 10 * MINUTE_MS },
    actions: [],
    requeueAfterMs: 2 * MINUTE_MS,
  },
  {
    name: 'a pod that its node has not ended in time is given up',
    found: { record, pods: [overdue], nowMs: OVERDUE_MS },
    actions: ['giveUp DeadlineExceeded: the time of the run is over, and node node-1 has not ended its pod'],
  },
  {
    name: 'a pod given up for its deadline is deleted, and no end is told while it may still run',
    found: { record: aRecord({ status: late }), pods: [overdue], nowMs: OVERDUE_MS },
    actions: ['deletePod: over'],
  },
  {
    name: 'a deleted pod whose node does not answer is told to the operator',
    found: { record: aRecord({ status: late }), pods: [deletedAt(overdue, NOW_MS)], nowMs: NOW_MS + 2 * MINUTE_MS },
    actions: ['warnStuck'],
  },
  {
    name: 'a pod given up for its deadline whose node is gone ends the run so',
    found: { record: aRecord({ status: late }), pods: [onGoneNode(overdue)], nowMs: OVERDUE_MS },
    actions: ['end failed DeadlineExceeded: over', 'releasePod'],
  },
  {
    name: 'a pod that nobody has deleted and that has no deadline may run for ever',
    found: { record, pods: [onNode(running(pod))], nowMs: NOW_MS + 1e12 },
    actions: [],
  },
]

export const WAIT_ROWS: readonly PlanRow[] = [...budgets, ...atScreen, ...refusals, ...overdueRows]
