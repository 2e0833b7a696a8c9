import type { CoreV1Event, V1Node, V1Pod } from '@kubernetes/client-node'
import type { FailureClass } from '../../compiler/failure-class.ts'
import { ANNOTATION_PIPELINE_FQN, LABEL_PIPELINE_TYPE, LABEL_RECORD, LABEL_RUN_ID } from '../../compiler/labels.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import { failedRun } from '../failures/failed-run.ts'
import type { FailedRun } from '../failures/failure-cause.ts'
import { failureCause, remedyFor } from '../failures/failure-table.ts'
import { RETRY_POLICY } from '../failures/retry-policy.ts'
import { endOfPod } from '../observe/end-of-pod.ts'
import { observeEvent, type ObservedEvent } from '../observe/observed-event.ts'
import { hasStarted, hasTerminated } from '../observe/pod-state.ts'
import { observePod } from '../observe/observe-pod.ts'
import { pendingReason } from '../observe/pending.ts'
import type { TriedStart } from './try-start.ts'
import { nodeVerdict, taintsInTheWay, verdictText } from './node-verdict.ts'

/** All that is known of one run when somebody asks why. */
export interface Findings {
  readonly pod?: V1Pod
  readonly record?: StoredRecord
  /** Argo's own words, where the run is a Workflow. */
  readonly workflow?: { readonly name: string; readonly phase: string; readonly message: string }
  readonly events: readonly CoreV1Event[]
  /** undefined where the account may not read them. */
  readonly nodes: readonly V1Node[] | undefined
  /** What the API server would make of its pod, where it has none and has not ended. */
  readonly start?: TriedStart
  readonly policy: Policy
  readonly nowMs: number
}

export interface Explanation {
  readonly pod: string | null
  readonly workflow: string | null
  readonly record: string | null
  readonly runId: string | null
  readonly pipeline: string | null
  readonly pipelineType: string | null
  /** False: the pod is somebody else's, and nobody here knows its values. */
  readonly isOurs: boolean
  readonly state: 'queued' | 'waiting' | 'starting' | 'running' | 'success' | 'failed' | 'partialSuccess' | 'stopped'
  readonly failure: ExplainedFailure | null
  /** What else is to be seen. */
  readonly notes: readonly string[]
  readonly events: readonly ObservedEvent[]
}

export interface ExplainedFailure {
  readonly failureClass: FailureClass
  readonly cause: string
  /** Kubernetes' own words. */
  readonly message: string
  readonly remedy: string
  readonly isRetried: string
  readonly runbook: string
}

/** Why a run waits or failed. Pure: what is to be known has been read before. */
export function explain(findings: Findings): Explanation {
  const { pod, record, workflow } = findings
  const labels = pod?.metadata?.labels ?? {}
  const { state, failure, notes } = story(findings)
  return {
    pod: pod?.metadata?.name ?? null,
    workflow: workflow?.name ?? null,
    record: record?.name ?? labels[LABEL_RECORD] ?? null,
    runId: record?.spec.runId ?? labels[LABEL_RUN_ID] ?? null,
    pipeline: record?.spec.pipeline.fullyQualifiedName ?? pod?.metadata?.annotations?.[ANNOTATION_PIPELINE_FQN] ?? null,
    pipelineType: pipelineTypeOf(findings) ?? null,
    isOurs: isOurs(findings),
    state,
    failure: failure ?? null,
    notes: [...notes, ...workflowNotes(findings)],
    events: findings.events.map(observeEvent).toSorted((one, other) => one.lastSeenMs - other.lastSeenMs),
  }
}

type Story = { readonly state: Explanation['state']; readonly failure?: ExplainedFailure; readonly notes: readonly string[] }

function story(findings: Findings): Story {
  const { record, nowMs } = findings
  const end = record?.status.end
  if (end !== undefined) return ended(end.state, end.failureClass, end.message, findings)
  const pod = findings.pod === undefined ? undefined : { ...observePod(findings.pod), events: findings.events.map(observeEvent) }
  if (pod === undefined) return withoutPod(findings)
  if (hasTerminated(pod)) {
    const { state, failureClass, message } = endOfPod(pod, record?.status.kill, nowMs)
    return ended(state, failureClass, message, findings)
  }
  if (hasStarted(pod)) return { state: 'running', notes: [] }
  const pending = pendingReason(pod)
  if (pending === undefined) return { state: 'starting', notes: ['Nothing holds it up: it was just created, or its image is being pulled.'] }
  return withFailure('waiting', pending.failureClass, pending.message, findings)
}

const WITHOUT_POD = 'It has no pod: it waits for its turn, which "hybrid-runner runs" shows, or for its next attempt'

/** The record does not keep what refuses a pod: the API server is asked anew. */
function withoutPod(findings: Findings): Story {
  const { start } = findings
  if (start?.kind === 'refused') {
    const { failureClass, message } = start.pending
    const { notes, ...told } = withFailure('queued', failureClass, message, findings)
    return { ...told, notes: ['It has no pod: the API server would refuse it now. Asked by a dry run, with the policy given here.', ...notes] }
  }
  if (start?.kind === 'free') return { state: 'queued', notes: [`${WITHOUT_POD}. The API server would take its pod now.`] }
  const untried = start === undefined ? '' : ` It was not tried here: ${start.why}.`
  return {
    state: 'queued',
    notes: [`${WITHOUT_POD}; or the cluster refuses its pod (a quota, a webhook), which the log of the runner and the status in Collate tell.${untried}`],
  }
}

function ended(state: Explanation['state'], failureClass: FailureClass | undefined, message: string, findings: Findings): Story {
  return failureClass === undefined ? { state, notes: message === '' ? [] : [message] } : withFailure(state, failureClass, message, findings)
}

function withFailure(state: Explanation['state'], failureClass: FailureClass, message: string, findings: Findings): Story {
  const { pod, nodes } = findings
  const isUnschedulable = failureClass === 'Unschedulable' && state === 'waiting' && pod !== undefined
  const verdicts = isUnschedulable && nodes !== undefined ? nodes.map((node) => nodeVerdict(node, pod)) : []
  const taints = taintsInTheWay(verdicts)
  const run: FailedRun = { ...runOf(findings), ...(taints.length === 0 ? {} : { nodeTaints: taints }) }
  const failure: ExplainedFailure = {
    failureClass,
    cause: failureCause(failureClass, message),
    message,
    remedy: isOurs(findings) ? remedyFor(failureClass, message, run) : '',
    isRetried: RETRY_POLICY[failureClass].retried,
    runbook: `docs/failures.md#${failureClass.toLowerCase()}`,
  }
  const unreadable =
    isUnschedulable && nodes === undefined ? ['Your account may not read nodes; one that may is told which taints and labels are in the way.'] : []
  return { state, failure, notes: [...unreadable, ...verdicts.slice(0, MAX_NODES).map(verdictText), ...moreNodes(verdicts.length)] }
}

const MAX_NODES = 20

function moreNodes(count: number): string[] {
  return count > MAX_NODES ? [`and ${count - MAX_NODES} more nodes`] : []
}

function workflowNotes({ workflow }: Findings): string[] {
  if (workflow === undefined) return []
  return [
    `Workflow ${workflow.name} is ${workflow.phase === '' ? 'not looked at by Argo yet' : workflow.phase}${workflow.message === '' ? '' : `: ${workflow.message}`}`,
  ]
}

function isOurs({ record, pod, workflow }: Findings): boolean {
  return record !== undefined || workflow !== undefined || pod?.metadata?.labels?.[LABEL_RECORD] !== undefined
}

function pipelineTypeOf({ record, pod }: Findings): string | undefined {
  return record?.spec.pipeline.type ?? pod?.metadata?.labels?.[LABEL_PIPELINE_TYPE]
}

function runOf(findings: Findings): FailedRun {
  const { record, policy } = findings
  const type = pipelineTypeOf(findings) ?? 'default'
  const spec = record?.spec ?? {
    kind: type === 'automation' ? ('automation' as const) : ('pipeline' as const),
    pipeline: { id: '', name: '', fullyQualifiedName: '', type },
  }
  return failedRun(spec, policy)
}
