import { recordStatusData } from '../../compiler/record-config-map.ts'
import type { RunEnd, RunSpec, StoredRecord } from '../../compiler/record.ts'
import { failedRun } from '../failures/failed-run.ts'
import { remedyFor } from '../failures/failure-table.ts'
import { logTailOf, onceOnly, uploadLog } from '../logs/ended-log.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import type { ReportedRun } from '../report/tell-collate.ts'
import type { Effects } from './effects.ts'
import { otherFinalizers } from './release.ts'

/**
 * Tells Collate how the run ended, then writes it on the record. In this order, so that an end that is taken costs one write; a
 * crash between the two tells it again, and finds it told. An end that could not be told is written unacknowledged and keeps the
 * record's finalizer until it is.
 */
export async function settleEnd(record: StoredRecord, end: RunEnd, pod: ObservedPod | undefined, effects: Effects): Promise<RunEnd> {
  const tail = onceOnly(async () => logTailOf(pod, effects))
  const told = await effects.reporter.tellEnd(subjectOf(record), withRemedy(end, record, effects), tail)
  if (told.isAcknowledged) await uploadLog(record, tail, { isGood: told.state === 'success' || told.state === 'partialSuccess', isLast: true }, effects)
  if (record.status.phase === 'Ended' && !told.isAcknowledged) return told
  const patch = {
    metadata: { resourceVersion: record.resourceVersion, ...(told.isAcknowledged ? { finalizers: otherFinalizers(record) } : {}) },
    data: recordStatusData({ ...record.status, phase: 'Ended', end: told }),
  }
  effects.cache.putRecord(await effects.cluster.mergePatch('configmaps', record.name, patch))
  // That of a schedule is not this run's alone.
  if (record.spec.startedBy === undefined) effects.payloads.forget(record.spec.payload.secretName)
  return told
}

/** The end with what to do about it. */
export function withRemedy(end: RunEnd, { spec }: { readonly spec: Pick<RunSpec, 'kind' | 'pipeline' | 'startedBy'> }, { policy }: Effects): RunEnd {
  const { failureClass, message, remedy } = end
  return failureClass === undefined || remedy !== undefined ? end : { ...end, remedy: remedyFor(failureClass, message, failedRun(spec, policy)) }
}

/** Tells Collate of a run whose record is gone, from what its pod knows. Throws when Collate does not take it: the pod stays. */
export async function reportOrphan(pod: ObservedPod, end: RunEnd, effects: Effects): Promise<void> {
  if (pod.pipelineFqn === '' || pod.runId === '') return
  const { runId, kind, pipelineFqn, pipelineId, pipelineName, pipelineType, createdAtMs } = pod
  const run = { runId, kind, pipelineFqn, pipelineId, pipelineName, acceptedAtMs: createdAtMs }
  const spec = { kind, pipeline: { id: pipelineId, name: pipelineName, fullyQualifiedName: pipelineFqn, type: pipelineType } }
  const told = await effects.reporter.tellEnd(run, withRemedy(end, { spec }, effects), () => logTailOf(pod, effects))
  if (!told.isAcknowledged) throw new Error(`the end of run ${pod.runId} could not be told to Collate; its pod ${pod.name} is kept until then`)
}

export function subjectOf({ spec }: StoredRecord): ReportedRun {
  const { runId, kind, pipeline, acceptedAtMs } = spec
  return { runId, kind, pipelineFqn: pipeline.fullyQualifiedName, pipelineId: pipeline.id, pipelineName: pipeline.name, acceptedAtMs }
}
