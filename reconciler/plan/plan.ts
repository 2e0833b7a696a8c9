import type { StoredRecord } from '../../compiler/record.ts'
import { isFinished, type KnownRecord } from '../cache/finished-record.ts'
import { hasTerminated } from '../observe/pod-state.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { join, type Plan } from './action.ts'
import type { Observation } from './observation.ts'
import { awaitsJob, planAwaitingJob } from './plan-awaiting-job.ts'
import { planEnded, planFinished } from './plan-ended.ts'
import { planGoing } from './plan-going.ts'
import { planLeftover } from './plan-leftover.ts'
import { planOrphan } from './plan-orphan.ts'
import { planWithPod } from './plan-with-pod.ts'
import { planWithoutPod } from './plan-without-pod.ts'

/**
 * Decides what to do next for one run. Pure: same observation, same plan.
 *
 * Level-triggered: looks only at what stands on the record and what the pods show, never at what woke us.
 *
 * Guarantees: an end is planned only for a pod that has terminated or, with no pod, after the API server itself said so; a pod is
 * released (its finalizer taken off) only when its end, or the attempt after it, is on the record; an attempt starts only when every
 * earlier one has terminated; a pod of an ended run is deleted on sight.
 */
export function plan(observation: Observation): Plan {
  const { record, pods, nowMs } = observation
  if (observation.namespace === 'goes') return planGoing(record, pods, nowMs)
  if (record === undefined && observation.job !== undefined) return { actions: [{ kind: 'adoptJob', job: observation.job }] }
  if (record === undefined) return join(pods.map((pod) => planOrphan(pod, nowMs)))
  if (isToBeAsked(record, observation)) return { actions: [{ kind: 'checkNamespace', record }] }
  const strays = pods.filter((pod) => pod.ownerUid !== record.uid).map((pod) => planLeftover(pod, 'it belongs to an earlier record of this run'))
  const own = pods.filter((pod) => pod.ownerUid === record.uid)
  return join([...strays, planOwn(record, own, observation)])
}

function planOwn(record: KnownRecord, pods: readonly ObservedPod[], observation: Observation): Plan {
  if (isFinished(record)) return planFinished(record, pods, observation)
  return record.status.phase === 'Ended' ? planEnded(record, pods, observation) : planQueued(record, pods, observation)
}

/** Somebody deletes the record before its end is told: by hand, or with its whole namespace. */
function isToBeAsked(record: KnownRecord, { namespace }: Observation): record is StoredRecord {
  return record.isBeingDeleted && !isFinished(record) && namespace === 'unknown'
}

function planQueued(record: StoredRecord, pods: readonly ObservedPod[], observation: Observation): Plan {
  const { attempt } = record.status
  const others = pods.filter((pod) => pod.attempt !== attempt)
  // A pod of a later attempt: what is known of the record may be old.
  if (others.some((pod) => pod.attempt > attempt) && !observation.isRecordLive) return { actions: [{ kind: 'readRecord', record }] }
  const releases = others.map((pod) => planLeftover(pod, 'another attempt of its run has taken its place'))
  if (!others.every(hasTerminated)) return join(releases)
  const pod = pods.find((one) => one.attempt === attempt)
  if (pod !== undefined) return join([...releases, planWithPod(record, pod, observation)])
  return join([...releases, awaitsJob(record) ? planAwaitingJob(record, observation) : planWithoutPod(record, observation)])
}
