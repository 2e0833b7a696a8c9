import type { RunEnd, StoredRecord } from '../../compiler/record.ts'
import { failureCause } from '../failures/failure-table.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import type { Effects } from './effects.ts'
import { settleEnd } from './settle-end.ts'

/** Ends a run: Collate and the record have its end, the log and the metrics, too. */
export async function endRun(record: StoredRecord, end: RunEnd, pod: ObservedPod | undefined, effects: Effects): Promise<void> {
  const told = await settleEnd(record, end, pod, effects)
  effects.toldPending.delete(record.name)
  effects.refusals.forget(record.name)
  effects.onEnd(told)
  const { state, failureClass, message, remedy, isAcknowledged } = told
  const cause = failureClass === undefined ? undefined : failureCause(failureClass, message)
  effects.log.info(
    { run: record.spec.runId, pipeline: record.spec.pipeline.fullyQualifiedName, state, failureClass, cause, reason: message, remedy, isAcknowledged },
    'run ended',
  )
}
