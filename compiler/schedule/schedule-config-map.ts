import type { V1ConfigMap } from '@kubernetes/client-node'
import { z } from 'zod'
import type { Issue } from '../issue.ts'
import { jsonOf } from '../json-text.ts'
import { annotationsForRecord, LABEL_ROLE, labelsForRecord } from '../labels.ts'
import { payloadReferenceSchema, RECORD_SCHEMA_VERSION, schemaVersionIssue } from '../record-config-map.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'
import { issuesFromZod } from '../zod-issues.ts'
import { RETIREMENT_REASONS, SCHEDULE_PHASES } from './schedule-record.ts'
import type { ScheduleRecord, ScheduleStatus, StoredSchedule } from './schedule-record.ts'

/** Value of the role label of a schedule's record. */
export const SCHEDULE_ROLE = 'schedule'

/** The ConfigMap that stores a schedule. */
export function scheduleConfigMap(schedule: ScheduleRecord): V1ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: schedule.name,
      labels: { ...labelsForRecord(schedule), [LABEL_ROLE]: SCHEDULE_ROLE },
      annotations: annotationsForRecord(schedule),
    },
    data: { schemaVersion: String(RECORD_SCHEMA_VERSION), spec: JSON.stringify(schedule.spec, null, 2), ...scheduleStatusData(schedule.status) },
  }
}

/** The keys of `data` that hold the status, for a merge patch. */
export function scheduleStatusData(status: ScheduleStatus): Record<string, string> {
  return { status: JSON.stringify(status, null, 2) }
}

const specSchema = z.object({
  agentId: z.string(),
  pipeline: z.object({ id: z.string(), name: z.string(), fullyQualifiedName: z.string(), type: z.string() }),
  service: z.object({ name: z.string(), type: z.string().nullable() }).nullable(),
  loggerLevel: z.string(),
  schedule: z.string(),
  timeZone: z.string(),
  startAtMs: z.number().nullable(),
  endAtMs: z.number().nullable(),
  maxActiveRuns: z.number().int().min(1),
  retries: z.number().int().min(0),
  retryDelaySeconds: z.number().min(0),
  workflowTimeoutSeconds: z.number().int().min(1).nullable(),
  streamsLogs: z.boolean().default(false),
  requestDigest: z.string(),
  payload: payloadReferenceSchema,
})

const statusSchema = z.object({
  phase: z.enum(SCHEDULE_PHASES),
  isEnabled: z.boolean(),
  activeSinceMs: z.number(),
  updatedAtMs: z.number(),
  policyMark: z.string().exactOptional(),
  retired: z.object({ atMs: z.number(), why: z.enum(RETIREMENT_REASONS) }).exactOptional(),
})

const configMapSchema = z.object({
  metadata: z.object({
    name: z.string().min(1),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
    deletionTimestamp: z.unknown().optional(),
  }),
  data: z.object({ spec: jsonOf(specSchema), status: jsonOf(statusSchema) }),
})

/** Reads a schedule back. One of a newer schema version is an issue that names it. */
export function parseSchedule(configMap: unknown): Result<StoredSchedule, Issue[]> {
  const version = schemaVersionIssue(configMap)
  if (version !== undefined) return err([version])
  const parsed = configMapSchema.safeParse(configMap)
  if (!parsed.success) return err(issuesFromZod(parsed.error, configMap))
  const { metadata, data } = parsed.data
  const { name, uid, resourceVersion, deletionTimestamp } = metadata
  return ok({ name, uid, resourceVersion, isBeingDeleted: deletionTimestamp !== undefined && deletionTimestamp !== null, ...data })
}
