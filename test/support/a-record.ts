import type { V1ConfigMap } from '@kubernetes/client-node'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import type { RunEnd, RunSpec, RunStatus, StoredRecord } from '../../compiler/record.ts'
import { aPolicy } from '../compiler/examples/policy.ts'
import { NOW_MS, runOf } from '../compiler/examples/run.ts'
import { aMetadataRun } from '../compiler/examples/run-request.ts'

const MINUTE_MS = 60_000

interface RecordChanges extends Partial<Omit<StoredRecord, 'spec' | 'status'>> {
  readonly spec?: Partial<RunSpec>
  readonly status?: Partial<RunStatus>
}

/** The record of a run without retries that was accepted at NOW_MS and is taken until a quarter of an hour later. */
export function aRecord({ spec, status, ...changes }: RecordChanges = {}): StoredRecord {
  const record = runOf(aMetadataRun(), aPolicy()).stored
  return { ...record, ...changes, spec: { ...record.spec, retries: 0, ...spec }, status: { ...record.status, ...status } }
}

export function aKilledRecord(changes: RecordChanges = {}, status: Partial<RunStatus> = {}): StoredRecord {
  return aRecord({ ...changes, status: { ...status, kill: { atMs: NOW_MS, reason: 'stopped on request of Collate' } } })
}

export function anEndedRecord(end: Partial<RunEnd> = {}, changes: RecordChanges = {}): StoredRecord {
  const whole: RunEnd = { state: 'success', message: '', startedAtMs: NOW_MS, endedAtMs: NOW_MS + MINUTE_MS, isAcknowledged: true, ...end }
  return aRecord({ ...changes, status: { phase: 'Ended', end: whole }, ...(whole.isAcknowledged ? { finalizers: [] } : {}) })
}

/** The record as an object of the cluster. */
export function storedAs(record: StoredRecord): V1ConfigMap {
  const configMap = recordConfigMap(record)
  const { uid, resourceVersion, finalizers } = record
  const deletion = record.isBeingDeleted ? { deletionTimestamp: new Date(NOW_MS).toISOString() as unknown as Date } : {}
  return { ...configMap, metadata: { ...configMap.metadata, uid, resourceVersion, finalizers: [...finalizers], ...deletion } }
}
