import type { FailureClass } from '../../compiler/failure-class.ts'
import type { Kill, RunEnd, RunStatus } from '../../compiler/record.ts'
import { endedProgram, isNodeGone, type ObservedPod, startOfProgram, type Terminated } from './observed-pod.ts'

type Judgement = { readonly failureClass: FailureClass; readonly message: string }

/**
 * The end of a run whose pod has terminated. Pure: same pod, same end.
 *
 * A program that came to its own end before anybody interfered has the say; then a kill that was asked for; then what Kubernetes
 * tells of the pod, the most specific first.
 */
export function endOfPod(pod: ObservedPod, kill: RunStatus['kill'], nowMs: number): RunEnd {
  const main = endedProgram(pod)
  const times = { startedAtMs: startOfProgram(pod), endedAtMs: main?.finishedAtMs ?? nowMs, isAcknowledged: false }
  if (main?.exitCode === 0 && !(secondsAfterDeletion(pod, main, kill) > 0)) return { state: 'success', message: '', ...times }
  if (kill !== undefined) return { ...endOfKill(kill), ...times }
  return { state: 'failed', ...judge(pod, main), ...times }
}

/** How a run ends that was stopped before its program had come to an end. */
export function endOfKill({ reason, failureClass }: Kill): Pick<RunEnd, 'state' | 'message' | 'failureClass'> {
  return failureClass === undefined ? { state: 'stopped', message: reason } : { state: 'failed', failureClass, message: reason }
}

/** What is left of a program that the kubelet ended: by SIGTERM, or by SIGKILL when the grace period was over. */
const ENDED_BY_SIGNAL: readonly number[] = [143, 137]

/**
 * How long after the wish to delete its pod the program ended; NaN when nobody had that wish. Kubernetes' times are whole seconds.
 *
 * Of a pod that is seen only after the kubelet has removed it, the time of the wish is known from a kill on the record, or not at all.
 */
function secondsAfterDeletion(pod: ObservedPod, main: Terminated, kill: RunStatus['kill']): number {
  if (pod.deletionRequestedAtMs === null || main.finishedAtMs === null) return Number.NaN
  const requestedAtMs = pod.isRemovedByKubelet && kill !== undefined ? Math.min(kill.atMs, pod.deletionRequestedAtMs) : pod.deletionRequestedAtMs
  return Math.floor(main.finishedAtMs / 1000) - Math.floor(requestedAtMs / 1000)
}

function judge(pod: ObservedPod, main: Terminated | undefined): Judgement {
  return nodeLost(pod) ?? disrupted(pod) ?? endedByKubelet(pod) ?? endedByProgram(pod, main) ?? deleted(pod) ?? lost(pod)
}

function nodeLost(pod: ObservedPod): Judgement | undefined {
  return isNodeGone(pod) ? { failureClass: 'NodeLost', message: `node ${pod.nodeName}: ${disruptionText(pod)}` } : undefined
}

const DISRUPTIONS: Readonly<Record<string, FailureClass>> = {
  PreemptionByScheduler: 'Preempted',
  DeletionByTaintManager: 'Evicted',
  EvictionByEvictionAPI: 'Evicted',
  TerminationByKubelet: 'Evicted',
}

function disrupted(pod: ObservedPod): Judgement | undefined {
  const reason = pod.conditions.find(({ type }) => type === 'DisruptionTarget')?.reason
  const failureClass = reason === undefined ? undefined : DISRUPTIONS[reason]
  return failureClass === undefined ? undefined : { failureClass, message: disruptionText(pod) }
}

function disruptionText(pod: ObservedPod): string {
  const condition = pod.conditions.find(({ type }) => type === 'DisruptionTarget')
  return condition === undefined ? '' : `${condition.reason}: ${condition.message}`
}

/** Reasons that the kubelet writes on the pod itself. Those that begin with OutOf, and the affinity ones, are its refusal to admit the pod. */
function endedByKubelet(pod: ObservedPod): Judgement | undefined {
  const message = `${pod.reason}: ${pod.message}`
  if (pod.reason === 'DeadlineExceeded') return { failureClass: 'DeadlineExceeded', message }
  if (pod.reason === 'Evicted') return { failureClass: 'Evicted', message }
  if (pod.reason === 'NodeLost') return { failureClass: 'NodeLost', message }
  if (/^(OutOf|NodeAffinity|UnexpectedAdmissionError|Taint)/.test(pod.reason)) return { failureClass: 'Rejected', message }
  return undefined
}

function endedByProgram(pod: ObservedPod, main: Terminated | undefined): Judgement | undefined {
  if (main === undefined || main.reason === 'ContainerStatusUnknown') return undefined
  if (main.reason === 'OOMKilled')
    return { failureClass: 'OOMKilled', message: `container ${main.name} was killed for using more memory than its limit (exit code ${main.exitCode})` }
  // Within the same second nobody can tell which came first: a failure is laid to the deletion, a good end stays one.
  if (ENDED_BY_SIGNAL.includes(main.exitCode) || secondsAfterDeletion(pod, main, undefined) >= 0) {
    const judgement = deleted(pod)
    if (judgement !== undefined) return judgement
  }
  return { failureClass: 'ExitCode', message: `container ${main.name} ended with exit code ${main.exitCode}${main.message === '' ? '' : `: ${main.message}`}` }
}

function deleted(pod: ObservedPod): Judgement | undefined {
  return pod.deletionRequestedAtMs === null ? undefined : { failureClass: 'Deleted', message: `pod ${pod.name} was deleted before its program had ended` }
}

function lost(pod: ObservedPod): Judgement {
  return { failureClass: 'Lost', message: `pod ${pod.name} is ${pod.phase} without a word of what became of its program ${pod.reason} ${pod.message}`.trim() }
}
