import type { StoredRecord } from '../../compiler/record.ts'
import type { Effects } from '../execute/effects.ts'
import { endedProgram, failedInitContainer, lostContainer, podNameOf } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { logTail } from './missing-tail.ts'

/** Last log lines of a program that failed: OpenMetadata's own diagnostics show as many. */
const TAIL_LIMITS = { maxLines: 500, maxBytes: 256 * 1024 }

/** A log that cannot be had (the node is gone, the container never ran) is no reason to hold back the end. */
export async function logTailOf(pod: ObservedPod | undefined, { cluster, log }: Pick<Effects, 'cluster' | 'log'>): Promise<string | undefined> {
  const ended = pod === undefined ? undefined : (endedProgram(pod) ?? failedInitContainer(pod) ?? lostContainer(pod))
  const name = pod === undefined ? null : podNameOf(pod)
  if (pod === undefined || ended === undefined || name === null) return undefined
  try {
    return await cluster.readPodLog(name, { container: ended.name, tailLines: TAIL_LIMITS.maxLines, limitBytes: TAIL_LIMITS.maxBytes })
  } catch (error) {
    log.warn({ run: pod.runId, pod: name, error }, 'no log lines could be read for the report')
    return undefined
  }
}

/** Asks at most once. */
export function onceOnly<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return async () => (answer ??= ask())
}

/**
 * Hands on what is left to do about the log of an attempt that has ended. Only the read of the last lines is awaited: the pod may be
 * gone a moment later.
 *
 * For runs that stream their log. One that ended well has sent all of it, but whether it said that no more will come cannot be seen,
 * so that is said for every one. Of any other its last lines are compared with what Collate holds.
 */
export async function uploadLog(
  { spec }: StoredRecord,
  readTail: () => Promise<string | undefined>,
  { isGood, isLast }: { readonly isGood: boolean; readonly isLast: boolean },
  { uploads }: Pick<Effects, 'uploads'>,
): Promise<void> {
  if (!spec.streamsLogs || spec.kind !== 'pipeline') return
  const text = isGood ? undefined : await readTail()
  uploads.add({
    runId: spec.runId,
    pipelineFqn: spec.pipeline.fullyQualifiedName,
    ...(text === undefined ? {} : { tail: logTail(text, TAIL_LIMITS) }),
    isLast,
  })
}
