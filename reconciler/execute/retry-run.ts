import { recordStatusData } from '../../compiler/record-config-map.ts'
import { failureCause } from '../failures/failure-table.ts'
import { logTailOf, onceOnly, uploadLog } from '../logs/ended-log.ts'
import type { Action } from '../plan/action.ts'
import type { Outcome } from '../queue/work-queue.ts'
import type { Effects } from './effects.ts'
import { endRun } from './end-run.ts'
import { subjectOf, withRemedy } from './settle-end.ts'

const TELL_RETRY_MS = 5_000

/**
 * Ends an attempt and not its run. Collate is told first: a record that says attempt n means that Collate holds no failure of an
 * attempt before it, so that what is found there at the end of attempt n is attempt n's own word. While Collate cannot be told, the
 * run keeps its pod and its slot.
 */
export async function retryRun({ record, retry, end, pod }: Extract<Action, { kind: 'retry' }>, effects: Effects): Promise<Outcome> {
  const { spec, status, name } = record
  const over = { attempt: status.attempt, attempts: spec.retries + 1, nextStartAtMs: retry.startAtMs, end: withRemedy(end, record, effects) }
  const tail = onceOnly(async () => logTailOf(pod, effects))
  const answer = await effects.reporter.tellRetry(subjectOf(record), over, tail)
  if (answer === 'notNow') return { requeueAfterMs: TELL_RETRY_MS }
  if (answer === 'isOver') {
    await endRun(record, end, pod, effects)
    return {}
  }
  await uploadLog(record, tail, { isGood: false, isLast: false }, effects)
  const { kill: _, ...kept } = status
  const patch = {
    metadata: { resourceVersion: record.resourceVersion },
    data: recordStatusData({ ...kept, attempt: status.attempt + 1, retry }),
  }
  effects.toldPending.delete(name)
  effects.cache.putRecord(await effects.cluster.mergePatch('configmaps', name, patch))
  const { failureClass, message, startAtMs } = retry
  effects.log.warn(
    {
      run: spec.runId,
      attempt: status.attempt,
      attempts: over.attempts,
      failureClass,
      cause: failureCause(failureClass, message),
      reason: message,
      nextStartAt: new Date(startAtMs).toISOString(),
    },
    'attempt failed; the run is tried again',
  )
  return {}
}
