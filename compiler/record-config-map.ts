import type { V1ConfigMap } from '@kubernetes/client-node'
import { z } from 'zod'
import { FAILURE_CLASSES } from './failure-class.ts'
import type { Issue } from './issue.ts'
import { annotationsForRecord, END_RECORDED_FINALIZER, LABEL_ROLE, labelsForRecord } from './labels.ts'
import { jsonOf } from './json-text.ts'
import { RUN_KINDS, SECRETS_IN_PAYLOAD } from './record.ts'
import type { RunRecord, RunStatus, StoredRecord } from './record.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'
import { issuesFromZod } from './zod-issues.ts'

/** Version of the record's shape. A record with a newer one is another runner's and left alone. */
export const RECORD_SCHEMA_VERSION = 1

/** Value of the role label of a run's record. */
export const RUN_ROLE = 'record'

/** The ConfigMap that stores a record. Its data reads well in `kubectl get configmap -o yaml`. */
export function recordConfigMap(record: RunRecord): V1ConfigMap {
  const status = Object.entries(recordStatusData(record.status)).filter((entry): entry is [string, string] => entry[1] !== null)
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: record.name,
      labels: { ...labelsForRecord(record), [LABEL_ROLE]: RUN_ROLE },
      annotations: annotationsForRecord(record),
      ...(record.status.end?.isAcknowledged === true ? {} : { finalizers: [END_RECORDED_FINALIZER] }),
    },
    data: { schemaVersion: String(RECORD_SCHEMA_VERSION), spec: JSON.stringify(record.spec, null, 2), ...Object.fromEntries(status) },
  }
}

/** The keys of `data` that hold the status, for a merge patch: null takes a key away. */
export function recordStatusData(status: RunStatus): Record<string, string | null> {
  return {
    phase: status.phase,
    attempt: String(status.attempt),
    retry: status.retry === undefined ? null : JSON.stringify(status.retry, null, 2),
    kill: status.kill === undefined ? null : JSON.stringify(status.kill, null, 2),
    end: status.end === undefined ? null : JSON.stringify(status.end, null, 2),
  }
}

/** As it stands in records. Those of before the field `secrets` name no references. */
export const payloadReferenceSchema = z.object({
  secretName: z.string(),
  delivery: z.enum(['env', 'file']),
  secrets: z.enum(SECRETS_IN_PAYLOAD).default('none'),
})

const specSchema = z.object({
  agentId: z.string(),
  runId: z.uuid(),
  kind: z.enum(RUN_KINDS),
  pipeline: z.object({ id: z.string(), name: z.string(), fullyQualifiedName: z.string(), type: z.string() }),
  service: z.object({ name: z.string(), type: z.string().nullable() }).nullable(),
  workflowType: z.string().nullable(),
  loggerLevel: z.string(),
  maxActiveRuns: z.number().int().min(1),
  retries: z.number().int().min(0),
  retryDelaySeconds: z.number().min(0),
  workflowTimeoutSeconds: z.number().int().min(1).nullable(),
  // Records of before this field are read as those of runs that stream nothing.
  streamsLogs: z.boolean().default(false),
  acceptedAtMs: z.number(),
  notAfterMs: z.number(),
  requestDigest: z.string(),
  payload: payloadReferenceSchema,
  startedBy: z.object({ kind: z.enum(['Job', 'Workflow']), name: z.string(), uid: z.string() }).exactOptional(),
})

const retrySchema = z.object({
  startAtMs: z.number(),
  firstStartedAtMs: z.number().nullable(),
  failureClass: z.enum(FAILURE_CLASSES),
  message: z.string(),
})

const killSchema = z.object({ atMs: z.number(), reason: z.string(), failureClass: z.enum(FAILURE_CLASSES).exactOptional() })

const endSchema = z.object({
  state: z.enum(['success', 'failed', 'partialSuccess', 'stopped']),
  failureClass: z.enum(FAILURE_CLASSES).exactOptional(),
  message: z.string(),
  remedy: z.string().exactOptional(),
  unreadSecrets: z.string().exactOptional(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number(),
  isAcknowledged: z.boolean(),
})

const dataSchema = z.object({
  spec: jsonOf(specSchema),
  phase: z.enum(['Queued', 'Ended']),
  attempt: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be a whole number from 1')
    .transform(Number),
  retry: jsonOf(retrySchema).exactOptional(),
  kill: jsonOf(killSchema).exactOptional(),
  end: jsonOf(endSchema).exactOptional(),
})

const metadataSchema = z.object({
  name: z.string().min(1),
  uid: z.string().min(1),
  resourceVersion: z.string().min(1),
  deletionTimestamp: z.unknown().optional(),
  finalizers: z.array(z.string()).nullish(),
})

const configMapSchema = z.object({ metadata: metadataSchema, data: dataSchema })

/** Reads a record back, whether it came from a list, a watch or a file. A record of a newer schema version is an issue that names it. */
export function parseRecord(configMap: unknown): Result<StoredRecord, Issue[]> {
  const version = schemaVersionIssue(configMap)
  if (version !== undefined) return err([version])
  const parsed = configMapSchema.safeParse(configMap)
  if (!parsed.success) return err(issuesFromZod(parsed.error, configMap))
  const { metadata, data } = parsed.data
  const { spec, ...status } = data
  return ok({
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    isBeingDeleted: metadata.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null,
    finalizers: metadata.finalizers ?? [],
    spec,
    status,
  })
}

const versionSchema = z.object({ data: z.object({ schemaVersion: z.string() }) })

/** Why data of this schema version is not read, if it is not. */
export function schemaVersionIssue(configMap: unknown): Issue | undefined {
  const path = 'data.schemaVersion'
  const parsed = versionSchema.safeParse(configMap)
  if (!parsed.success) return { code: 'missing', path, message: 'is missing: this is no record' }
  const version = parsed.data.data.schemaVersion
  if (version === String(RECORD_SCHEMA_VERSION)) return undefined
  if (/^\d{1,9}$/.test(version) && Number(version) > RECORD_SCHEMA_VERSION) {
    const message = `is ${version}, newer than ${RECORD_SCHEMA_VERSION}, which is the newest that this runner reads; the record is left alone`
    return { code: 'notSupported', path, message }
  }
  return { code: 'invalid', path, message: `must be "${RECORD_SCHEMA_VERSION}"` }
}
