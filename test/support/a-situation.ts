import type { V1Pod } from '@kubernetes/client-node'
import type { StoredRecord } from '../../compiler/record.ts'
import type { ObservedEvent } from '../../reconciler/observe/observed-event.ts'
import type { ObservedPod } from '../../reconciler/observe/observed-pod.ts'
import { observePod } from '../../reconciler/observe/observe-pod.ts'
import type { ObservedJob } from '../../reconciler/observe/observed-job.ts'
import type { PendingReason } from '../../reconciler/observe/pending-reason.ts'
import type { Refusal } from '../../reconciler/observe/refusal.ts'
import type { Action } from '../../reconciler/plan/action.ts'
import type { Observation } from '../../reconciler/plan/observation.ts'
import { NOW_MS } from '../compiler/examples/run.ts'
import { PENDING_BUDGETS_MS, RECORD_TTL_MS } from './a-runner.ts'

/** What a runner may find of one run. */
export interface Situation {
  readonly record?: StoredRecord
  readonly pods?: readonly V1Pod[]
  /** What Kubernetes tells of each of the pods. */
  readonly events?: readonly ObservedEvent[]
  readonly vanishedPod?: ObservedPod
  readonly payload?: Observation['payload']
  readonly payloadRefusal?: PendingReason
  readonly holdsSlot?: boolean
  readonly isPodAbsent?: boolean
  readonly refusal?: Refusal
  readonly isRecordLive?: boolean
  readonly namespace?: Observation['namespace']
  readonly job?: ObservedJob
  readonly jobEvents?: Observation['jobEvents']
  readonly isJobLive?: boolean
  readonly nowMs?: number
}

export function observationOf({ record, vanishedPod, pods = [], events = [], ...situation }: Situation): Observation {
  return {
    ...(record === undefined ? {} : { record }),
    ...(vanishedPod === undefined ? {} : { vanishedPod }),
    pods: pods.map((pod) => ({ ...observePod(pod), events })),
    payload: 'present',
    holdsSlot: true,
    isPodAbsent: false,
    isRecordLive: false,
    namespace: 'stays',
    jobEvents: [],
    isJobLive: false,
    arePodsLive: false,
    nowMs: NOW_MS + 60_000,
    recordTtlMs: RECORD_TTL_MS,
    pendingBudgets: PENDING_BUDGETS_MS,
    ...situation,
  }
}

/** An action in one line. The names of pods and records are left out where there is but one. */
export function inWords(action: Action): string {
  switch (action.kind) {
    case 'deletePod':
    case 'deleteJob':
      return `${action.kind}: ${action.why}`
    case 'giveUp':
      return `giveUp ${action.kill.failureClass}: ${action.kill.reason}`
    case 'reportPending':
      return `reportPending ${action.pending.failureClass}: ${action.pending.message}`
    case 'retry':
      return `retry ${action.record.status.attempt + 1} ${action.retry.failureClass}`
    case 'end':
    case 'acknowledge':
    case 'reportOrphan':
      return `${action.kind} ${[action.end.state, action.end.failureClass].filter(Boolean).join(' ')}${action.end.message === '' ? '' : `: ${action.end.message}`}`
    default:
      return action.kind
  }
}
