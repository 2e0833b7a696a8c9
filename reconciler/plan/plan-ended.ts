import type { StoredRecord } from '../../compiler/record.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { join, type Plan } from './action.ts'
import { lastRepeatMs } from './last-repeat.ts'
import type { Observation } from './observation.ts'
import { planLeftover } from './plan-leftover.ts'

/** How often an end that Collate would not take is told again. */
const ACKNOWLEDGE_RETRY_MS = 5_000

/** A run whose end is on its record: its pods go, the end is told until Collate has it, then the record's time runs out. */
export function planEnded(record: StoredRecord, pods: readonly ObservedPod[], observation: Observation): Plan {
  const { end } = record.status
  const releases = pods.map((pod) => planLeftover(pod, 'its run has ended'))
  if (end !== undefined && !end.isAcknowledged) {
    const pod = pods.find(({ attempt }) => attempt === record.status.attempt)
    return join([...releases, { actions: [{ kind: 'acknowledge', record, end, pod }], requeueAfterMs: ACKNOWLEDGE_RETRY_MS }])
  }
  if (record.isBeingDeleted) return join([...releases, { actions: [{ kind: 'releaseRecord', record }] }])
  return join([...releases, planExpiry(record, end?.endedAtMs ?? record.spec.acceptedAtMs, observation)])
}

function planExpiry(record: StoredRecord, endedAtMs: number, { nowMs, recordTtlMs }: Observation): Plan {
  const expiresAtMs = Math.max(endedAtMs + recordTtlMs, lastRepeatMs(record))
  return nowMs >= expiresAtMs ? { actions: [{ kind: 'deleteRecord', record }] } : { actions: [], requeueAfterMs: expiresAtMs - nowMs }
}
