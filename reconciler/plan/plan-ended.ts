import type { StoredRecord } from '../../compiler/record.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { join, NOTHING, type Plan } from './action.ts'
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
  if (record.isBeingDeleted) return join([...releases, jobFirst(observation), { actions: [{ kind: 'releaseRecord', record }] }])
  return join([...releases, planExpiry(record, end?.endedAtMs ?? record.spec.acceptedAtMs, observation)])
}

function planExpiry(record: StoredRecord, endedAtMs: number, observation: Observation): Plan {
  const { nowMs, recordTtlMs } = observation
  const expiresAtMs = Math.max(endedAtMs + recordTtlMs, lastRepeatMs(record))
  if (nowMs < expiresAtMs) return { actions: [], requeueAfterMs: expiresAtMs - nowMs }
  return join([jobFirst(observation), { actions: [{ kind: 'deleteRecord', record }] }])
}

/** A Job without a record is a run that nobody has seen: it goes before its record does. */
function jobFirst({ job }: Observation): Plan {
  return job === undefined || job.isBeingDeleted ? NOTHING : { actions: [{ kind: 'deleteJob', job, why: 'the record of its run goes' }] }
}
