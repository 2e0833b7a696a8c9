import type { RunEnd, RunSpec, StoredRecord } from '../../compiler/record.ts'

/**
 * What is kept of the record of a run whose end Collate has: all that is left to do is to let it go when its time is up. Thousands of
 * them lie in a cluster for as long as `RUN_TTL_SECONDS` says. Who wants more of one reads the record.
 */
export interface FinishedRecord extends Pick<StoredRecord, 'name' | 'uid' | 'resourceVersion' | 'isBeingDeleted' | 'finalizers'> {
  readonly spec: Pick<RunSpec, 'acceptedAtMs' | 'notAfterMs'> & { readonly pipeline: Pick<RunSpec['pipeline'], 'id'> }
  readonly status: { readonly phase: 'Ended'; readonly end: Pick<RunEnd, 'state' | 'endedAtMs' | 'isAcknowledged'> }
}

/** A record as the runner remembers it. */
export type KnownRecord = StoredRecord | FinishedRecord

/** Collate has the end of this run. */
export function isFinished(record: KnownRecord): record is FinishedRecord {
  return record.status.phase === 'Ended' && record.status.end?.isAcknowledged === true
}

/** Hardly any finished record has one, and an empty list of its own takes memory, too. */
const NO_FINALIZERS: readonly string[] = []

/** The record without what nobody asks of a finished one any more. */
export function remembered(record: StoredRecord): KnownRecord {
  if (!isFinished(record)) return record
  const { name, uid, resourceVersion, isBeingDeleted, finalizers, spec, status } = record
  const { state, endedAtMs, isAcknowledged } = status.end
  return {
    name,
    uid,
    resourceVersion,
    isBeingDeleted,
    finalizers: finalizers.length === 0 ? NO_FINALIZERS : finalizers,
    spec: { acceptedAtMs: spec.acceptedAtMs, notAfterMs: spec.notAfterMs, pipeline: { id: spec.pipeline.id } },
    status: { phase: 'Ended', end: { state, endedAtMs, isAcknowledged } },
  }
}
