import { DEFAULT_LOGGER_LEVEL } from '../resolve.ts'
import { scheduleRecordName } from '../names.ts'
import type { ScheduleRecord } from './schedule-record.ts'

/** In place of a digest: no content has it. */
const NO_CONTENT = 'none'

/** A pipeline that is deleted before its deploy was seen. */
export interface UnknownPipeline {
  readonly id: string
  readonly fullyQualifiedName: string
}

/**
 * The record of a pipeline that was deleted before this runner knew of it. It fires nothing, turns away a deploy of before the delete,
 * and expires like any revision that was deleted.
 */
export function scheduleTombstone({ id, fullyQualifiedName }: UnknownPipeline, agentId: string, updatedAtMs: number, nowMs: number): ScheduleRecord {
  const name = scheduleRecordName(id, agentId, NO_CONTENT)
  return {
    name,
    spec: {
      agentId,
      pipeline: { id, name: '', fullyQualifiedName, type: '' },
      service: null,
      loggerLevel: DEFAULT_LOGGER_LEVEL,
      schedule: '',
      timeZone: 'UTC',
      startAtMs: null,
      endAtMs: null,
      maxActiveRuns: 1,
      retries: 0,
      retryDelaySeconds: 0,
      workflowTimeoutSeconds: null,
      streamsLogs: false,
      requestDigest: NO_CONTENT,
      payload: { secretName: name, delivery: 'env', secrets: 'none' },
    },
    status: { phase: 'Retired', isEnabled: false, activeSinceMs: nowMs, updatedAtMs, retired: { atMs: nowMs, why: 'deleted' } },
  }
}
