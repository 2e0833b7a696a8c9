import type { StoredRecord } from '../../compiler/record.ts'
import type { KnownRecord } from '../cache/finished-record.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { join, NOTHING, type Plan } from './action.ts'
import { lastRepeatMs } from './last-repeat.ts'
import type { Observation } from './observation.ts'
import { planLeftover } from './plan-leftover.ts'

/** How often an end that Collate would not take is told again. */
const ACKNOWLEDGE_RETRY_MS = 5_000

/** A run whose end is on its record, and which Collate does not know of yet: its pods go, the end is told until Collate has it. */
export function planEnded(record: StoredRecord, pods: readonly ObservedPod[], observation: Observation): Plan {
  const { end } = record.status
  if (end === undefined) return planFinished(record, pods, observation)
  const pod = pods.find(({ attempt }) => attempt === record.status.attempt)
  return join([...releasesOf(pods), { actions: [{ kind: 'acknowledge', record, end, pod }], requeueAfterMs: ACKNOWLEDGE_RETRY_MS }])
}

/** A run of which there is nothing to tell any more: what is left of its pods goes, then the record's time runs out. */
export function planFinished(record: KnownRecord, pods: readonly ObservedPod[], observation: Observation): Plan {
  const releases = releasesOf(pods)
  if (record.isBeingDeleted) return join([...releases, jobFirst(observation), { actions: [{ kind: 'releaseRecord', record }] }])
  return join([...releases, planExpiry(record, record.status.end?.endedAtMs ?? record.spec.acceptedAtMs, observation)])
}

function releasesOf(pods: readonly ObservedPod[]): Plan[] {
  return pods.map((pod) => planLeftover(pod, 'its run has ended'))
}

function planExpiry(record: KnownRecord, endedAtMs: number, observation: Observation): Plan {
  const { nowMs, recordTtlMs } = observation
  const expiresAtMs = Math.max(endedAtMs + recordTtlMs, lastRepeatMs(record))
  if (nowMs < expiresAtMs) return { actions: [], requeueAfterMs: expiresAtMs - nowMs }
  return join([jobFirst(observation), { actions: [{ kind: 'deleteRecord', record }] }])
}

/** A Job without a record is a run that nobody has seen: it goes before its record does. */
function jobFirst({ job }: Observation): Plan {
  return job === undefined || job.isBeingDeleted ? NOTHING : { actions: [{ kind: 'deleteJob', job, why: 'the record of its run goes' }] }
}
