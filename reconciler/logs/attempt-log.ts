import { MAIN_CONTAINER } from '../../compiler/pod/container.ts'
import { podName } from '../../compiler/names.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { failedRun } from '../failures/failed-run.ts'
import { remedyFor } from '../failures/failure-table.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { observePod } from '../observe/observe-pod.ts'
import { isOwnAttempt } from '../observe/own-attempt.ts'
import { pendingReason } from '../observe/pending.ts'

/** What there is to read of one attempt of a run. */
export type AttemptLog =
  | {
      readonly kind: 'readable'
      readonly podName: string
      readonly container: string
      readonly nodeName: string
      /** The program has ended: nothing will be added. */
      readonly isOver: boolean
      readonly startedAtMs: number | null
    }
  /** Nothing was written yet. */
  | { readonly kind: 'notYet'; readonly why: string }
  /** Nothing can be read, now or later. */
  | { readonly kind: 'gone'; readonly why: string }

export interface LogPlace {
  readonly cluster: Pick<Cluster, 'read' | 'streamPodLog'>
  readonly policy: Policy
}

/** Asks the API server, not the cache: what a log is read for is what is there now. */
export async function findAttemptLog(record: StoredRecord, attempt: number, { cluster, policy }: LogPlace): Promise<AttemptLog> {
  return attemptLogOf(await podOfAttempt(record, attempt, cluster), record, attempt, policy)
}

/** The pod of one attempt; undefined when there is none, or another record's under its name. */
async function podOfAttempt(record: StoredRecord, attempt: number, cluster: Pick<Cluster, 'read'>): Promise<ObservedPod | undefined> {
  const { startedBy } = record.spec
  const name = startedBy?.kind === 'Workflow' && attempt === 1 ? startedBy.name : podName(record.name, attempt)
  const pod = await cluster.read('pods', name)
  if (pod === undefined) return undefined
  const observed = observePod(pod)
  // Argo gives the pod of a Workflow with one step the Workflow's own name, and the Workflow as its owner.
  return isOwnAttempt(observed, record) || observed.ownerWorkflow === name ? observed : undefined
}

function attemptLogOf(pod: ObservedPod | undefined, record: StoredRecord, attempt: number, policy: Policy): AttemptLog {
  const mayStillStart = attempt === record.status.attempt && record.status.phase !== 'Ended'
  const main = pod?.containers.find(({ name }) => name === MAIN_CONTAINER)
  if (pod !== undefined && main !== undefined && main.state !== 'waiting') {
    const { name: container, state, startedAtMs } = main
    return { kind: 'readable', podName: pod.name, container, nodeName: pod.nodeName, isOver: state === 'terminated', startedAtMs }
  }
  if (mayStillStart) return { kind: 'notYet', why: whyNotYet(pod, record, policy) }
  return { kind: 'gone', why: whyGone(pod, record, attempt) }
}

function whyNotYet(pod: ObservedPod | undefined, record: StoredRecord, policy: Policy): string {
  if (pod === undefined) {
    const { retry } = record.status
    if (retry !== undefined) return `the run has not started again yet: attempt ${record.status.attempt} starts at ${timeText(retry.startAtMs)}`
    return 'the run has not started yet: it waits for its turn'
  }
  const pending = pendingReason(pod)
  if (pending === undefined) return `the run has not started yet: its pod ${pod.name} is being prepared`
  const remedy = remedyFor(pending.failureClass, pending.message, failedRun(record.spec, policy))
  return `the run has not started yet: ${pending.failureClass}: ${pending.message}\n${remedy}`
}

function whyGone(pod: ObservedPod | undefined, record: StoredRecord, attempt: number): string {
  const { end } = record.status
  const isLast = attempt === record.status.attempt
  const cause = isLast && end !== undefined ? `: the run ended as ${[end.state, end.failureClass, end.message].filter(Boolean).join(': ')}` : ''
  if (pod !== undefined) return `the program never started, so it wrote no log${cause}`
  if (isLast && end?.startedAtMs === null) return `no program of this run ever started, so there is no log${cause}`
  return `its pod is gone, and its log with it${cause}`
}

export function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
