import type { Kill, RunEnd, RunStatus } from '../../compiler/record.ts'
import { END_RULES } from './end-rules.ts'
import { unreadSecretsOf, withUnreadSecrets } from './unread-secrets.ts'
import { hasSucceededUnseen } from './workflow-end.ts'
import { endedProgram, startOfProgram } from './pod-state.ts'
import type { ObservedPod, Terminated } from './observed-pod.ts'

/**
 * The end of a run whose pod has terminated. Pure: same pod, same end.
 *
 * A program that came to its own end before anybody interfered has the say; then a kill that was asked for; then what Kubernetes
 * tells of the pod, by the table END_RULES.
 */
export function endOfPod(pod: ObservedPod, kill: RunStatus['kill'], nowMs: number): RunEnd {
  const main = endedProgram(pod)
  const times = { startedAtMs: startOfProgram(pod), endedAtMs: main?.finishedAtMs ?? pod.workflow?.finishedAtMs ?? nowMs, isAcknowledged: false }
  const unread = unreadSecretsOf(pod)
  if (main?.exitCode === 0 && !(secondsAfterDeletion(pod, main, kill) > 0)) return { state: 'success', message: '', ...times, ...doubtful(unread) }
  if (hasSucceededUnseen(pod)) return { state: 'success', message: '', ...times, ...doubtful(unread) }
  if (kill !== undefined) return { ...besideKill(endOfKill(kill), unread), ...times }
  return { state: 'failed', ...withUnreadSecrets(judge(pod), unread), ...times }
}

/** A program may end with 0 and have told Collate that it failed: a test connection does. */
function doubtful(unread: string | undefined): Pick<RunEnd, 'unreadSecrets'> {
  return unread === undefined ? {} : { unreadSecrets: unread }
}

/** Who stops a run asks for no reasons. A program that did not end in time may have waited for what it had no password for. */
function besideKill(end: ReturnType<typeof endOfKill>, unread: string | undefined): ReturnType<typeof endOfKill> {
  return end.state === 'failed' ? withUnreadSecrets(end, unread) : end
}

/** How a run ends that was stopped before its program had come to an end. */
export function endOfKill({ reason, failureClass }: Kill): Pick<RunEnd, 'state' | 'message' | 'failureClass'> {
  return failureClass === undefined ? { state: 'stopped', message: reason } : { state: 'failed', failureClass, message: reason }
}

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

function judge(pod: ObservedPod): Pick<RunEnd, 'message' | 'failureClass'> {
  for (const { failureClass, message } of END_RULES) {
    const words = message(pod)
    if (words !== undefined) return { failureClass, message: words }
  }
  throw new Error('the last rule of END_RULES holds for every pod')
}
