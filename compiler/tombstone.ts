import { DEFAULT_LOGGER_LEVEL, acceptance } from './resolve.ts'
import { recordName } from './names.ts'
import type { RunRecord } from './record.ts'

/** In place of a digest: no request has it. */
const NO_REQUEST = 'none'

/**
 * The record of a run that was stopped before its request came. It stands under the run's name, so that the request, when it comes
 * after all, finds the run stopped; it starts nothing, and expires like the record of any run that has ended.
 */
export function tombstoneFor(runId: string, agentId: string, nowMs: number): RunRecord {
  const name = recordName(runId, agentId)
  return {
    name,
    spec: {
      agentId,
      runId,
      kind: 'pipeline',
      pipeline: { id: '', name: '', fullyQualifiedName: '', type: '' },
      service: null,
      workflowType: null,
      loggerLevel: DEFAULT_LOGGER_LEVEL,
      maxActiveRuns: 1,
      retries: 0,
      retryDelaySeconds: 0,
      workflowTimeoutSeconds: null,
      streamsLogs: false,
      ...acceptance(null, nowMs),
      requestDigest: NO_REQUEST,
      payload: { secretName: name, delivery: 'env', secrets: 'none' },
    },
    status: {
      phase: 'Ended',
      attempt: 1,
      // Acknowledged: Collate itself has stopped it.
      end: { state: 'stopped', message: 'stopped before its request came', startedAtMs: null, endedAtMs: nowMs, isAcknowledged: true },
    },
  }
}

export function isTombstone({ spec }: Pick<RunRecord, 'spec'>): boolean {
  return spec.requestDigest === NO_REQUEST
}
