import { recordStatusData } from '../../compiler/record-config-map.ts'
import type { RunEnd, StoredRecord } from '../../compiler/record.ts'
import { failedRun } from '../failures/failed-run.ts'
import { remedyFor } from '../failures/failure-table.ts'
import { endedProgram, failedInitContainer, type ObservedPod, podNameOf } from '../observe/observed-pod.ts'
import type { ReportedRun } from '../report/tell-collate.ts'
import type { Effects } from './effects.ts'
import { otherFinalizers } from './release.ts'

/** Last log lines of a program that failed: OpenMetadata's own diagnostics show as many. */
const LOG_TAIL_LINES = 500
const LOG_TAIL_BYTES = 256 * 1024

/**
 * Tells Collate how the run ended, then writes it on the record. In this order, so that an end that is taken costs one write; a
 * crash between the two tells it again, and finds it told. An end that could not be told is written unacknowledged and keeps the
 * record's finalizer until it is.
 */
export async function settleEnd(record: StoredRecord, end: RunEnd, pod: ObservedPod | undefined, effects: Effects): Promise<RunEnd> {
  const told = await effects.reporter.tellEnd(subjectOf(record), withRemedy(end, record, effects), () => logTailOf(pod, effects))
  if (record.status.phase === 'Ended' && !told.isAcknowledged) return told
  const patch = {
    metadata: { resourceVersion: record.resourceVersion, ...(told.isAcknowledged ? { finalizers: otherFinalizers(record) } : {}) },
    data: recordStatusData({ ...record.status, phase: 'Ended', end: told }),
  }
  effects.cache.putRecord(await effects.cluster.mergePatch('configmaps', record.name, patch))
  effects.payloads.forget(record.spec.payload.secretName)
  return told
}

/** The end with what to do about it. */
export function withRemedy(end: RunEnd, record: StoredRecord, { policy }: Effects): RunEnd {
  const { failureClass, message, remedy } = end
  return failureClass === undefined || remedy !== undefined ? end : { ...end, remedy: remedyFor(failureClass, message, failedRun(record.spec, policy)) }
}

/** Tells Collate of a run whose record is gone, from what its pod knows. Throws when Collate does not take it: the pod stays. */
export async function reportOrphan(pod: ObservedPod, end: RunEnd, effects: Effects): Promise<void> {
  if (pod.pipelineFqn === '' || pod.runId === '') return
  const { runId, kind, pipelineFqn, pipelineId, pipelineName, createdAtMs } = pod
  const run = { runId, kind, pipelineFqn, pipelineId, pipelineName, acceptedAtMs: createdAtMs }
  const told = await effects.reporter.tellEnd(run, end, () => logTailOf(pod, effects))
  if (!told.isAcknowledged) throw new Error(`the end of run ${pod.runId} could not be told to Collate; its pod ${pod.name} is kept until then`)
}

export function subjectOf({ spec }: StoredRecord): ReportedRun {
  const { runId, kind, pipeline, acceptedAtMs } = spec
  return { runId, kind, pipelineFqn: pipeline.fullyQualifiedName, pipelineId: pipeline.id, pipelineName: pipeline.name, acceptedAtMs }
}

/** A log that cannot be had (the node is gone, the container never ran) is no reason to hold back the end. */
export async function logTailOf(pod: ObservedPod | undefined, { cluster, log }: Effects): Promise<string | undefined> {
  const ended = pod === undefined ? undefined : (endedProgram(pod) ?? failedInitContainer(pod))
  const name = pod === undefined ? null : podNameOf(pod)
  if (pod === undefined || ended === undefined || name === null) return undefined
  try {
    return await cluster.readPodLog(name, { container: ended.name, tailLines: LOG_TAIL_LINES, limitBytes: LOG_TAIL_BYTES })
  } catch (error) {
    log.warn({ run: pod.runId, pod: name, error }, 'no log lines could be read for the report')
    return undefined
  }
}
