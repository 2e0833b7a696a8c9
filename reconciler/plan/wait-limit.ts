import { isAskedAtScreen } from '../../compiler/workflow/automation.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import type { Refusal } from '../observe/refusal.ts'
import { type BudgetName, budgetFor, PENDING_BUDGETS, type PendingBudgets } from '../failures/pending-budgets.ts'
import { newestOf } from '../observe/observed-event.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import type { PendingReason } from '../observe/pending-reason.ts'

/** Until when a run may wait for its start, and what it lives on. */
export interface WaitLimit {
  readonly endsAtMs: number
  readonly budget: BudgetName
  /** What it was given, in words. */
  readonly words: string
}

/** Events of cluster-autoscaler and Karpenter on a pod for which they bring a node. */
const SCALE_UP_EVENTS = ['TriggeredScaleUp', 'Nominated']

/** As long as cluster-autoscaler itself waits for a node that it has asked for. */
const SCALE_UP_MS = 15 * 60_000

/**
 * The limit for a pod that waits for this reason. It counts from a time that the cluster itself tells, so that a runner that is
 * started anew does not give the time anew.
 */
export function podWaitLimit(pod: ObservedPod, { failureClass, message }: PendingReason, budgets: PendingBudgets): WaitLimit {
  const budget = budgetFor(failureClass, message)
  const endsAtMs = waitsSinceMs(pod, budget) + budgets[budget]
  if (budget !== 'unschedulable') return limit(budget, endsAtMs, budgets)
  const scaleUp = newestOf(pod.events, SCALE_UP_EVENTS)
  return limit(budget, Math.max(endsAtMs, scaleUp === undefined ? 0 : scaleUp.lastSeenMs + SCALE_UP_MS), budgets)
}

/** The limit for a run that somebody waits for at a screen, whatever holds it up; undefined for the others. */
export function screenWaitLimit({ spec }: StoredRecord, budgets: PendingBudgets): WaitLimit | undefined {
  return isAskedAtScreen(spec) ? limit('atScreen', spec.acceptedAtMs + budgets.atScreen, budgets) : undefined
}

/**
 * The limit for a run that cannot be started: the first that is over of a screen's and of that for room in the cluster, which it is
 * given from the first refusal on, whatever refused. The cluster tells no time of what it did not create, so a runner that is started
 * anew gives that time anew.
 */
export function startWaitLimit(record: StoredRecord, refusal: Refusal | undefined, budgets: PendingBudgets): WaitLimit | undefined {
  const room = refusal === undefined ? undefined : limit('unschedulable', refusal.sinceMs + budgets.unschedulable, budgets)
  const screen = screenWaitLimit(record, budgets)
  if (room === undefined || screen === undefined) return screen ?? room
  return screen.endsAtMs <= room.endsAtMs ? screen : room
}

/** When the scheduler first found no node, or the sandbox was gone; of any other pod that has a node, when that took it. */
function waitsSinceMs(pod: ObservedPod, budget: BudgetName): number {
  const unscheduled = pod.conditions.find(({ type }) => type === 'PodScheduled')
  const since = { unschedulable: unscheduled?.sinceMs, lostSandbox: pod.lostSandbox?.sinceMs }
  return (budget === 'unschedulable' || budget === 'lostSandbox' ? since[budget] : pod.takenByNodeAtMs) ?? pod.createdAtMs
}

function limit(budget: BudgetName, endsAtMs: number, budgets: PendingBudgets): WaitLimit {
  return { endsAtMs, budget, words: `given up after ${budgets[budget] / 1000} s (${PENDING_BUDGETS[budget].variable})` }
}
