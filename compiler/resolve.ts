import type { Policy } from './policy.ts'
import type { RunSpec } from './record.ts'
import type { RunRequest } from './request/run-request.ts'
import { sha256Hex } from './sha256.ts'
import { stableJson } from './stable-json.ts'

/** What the record says before its payload is known. */
export type ResolvedSpec = Omit<RunSpec, 'payload'>

/** A run request with every default applied; nothing optional left. */
export interface ResolvedRun {
  readonly spec: ResolvedSpec
  readonly sourceConfig: Readonly<Record<string, unknown>>
  readonly serverConnection: Readonly<Record<string, unknown>>
  readonly configOverride: Readonly<Record<string, unknown>>
  readonly raiseOnError: boolean
  readonly enableStreamableLogs: boolean
  /** As the request has it; undefined for what reads no service. */
  readonly serviceConnection: unknown
}

/** Applications read what they like, and no service. */
const APPLICATION_TYPE = 'application'

export const DEFAULT_LOGGER_LEVEL = 'INFO'
export const DEFAULT_RETRY_DELAY_SECONDS = 300
const DEFAULT_NOT_AFTER_MS = 15 * 60 * 1000
const LONGEST_NOT_AFTER_MS = 7 * 24 * 60 * 60 * 1000

/** Applies OpenMetadata's own defaults. `nowMs` becomes the time of acceptance. */
export function resolveRun(request: RunRequest, policy: Pick<Policy, 'agentId'>, nowMs: number): ResolvedRun {
  const { ingestionPipeline: pipeline, service } = request
  const limits = pipeline.airflowConfig ?? {}
  const run = {
    agentId: policy.agentId,
    runId: request.runId.toLowerCase(),
    kind: 'pipeline',
    pipeline: { id: pipeline.id.toLowerCase(), name: pipeline.name, fullyQualifiedName: pipeline.fullyQualifiedName, type: pipeline.pipelineType },
    service: service ? { name: service.name, type: service.serviceType ?? null } : null,
    workflowType: null,
    loggerLevel: pipeline.loggerLevel ?? DEFAULT_LOGGER_LEVEL,
    maxActiveRuns: limits.maxActiveRuns ?? 1,
    retries: limits.retries ?? 0,
    retryDelaySeconds: limits.retryDelay ?? DEFAULT_RETRY_DELAY_SECONDS,
    // Zero means no timeout, as null does: so it is with OpenMetadata's other executors.
    workflowTimeoutSeconds: limits.workflowTimeout || null,
  } as const
  const content = {
    sourceConfig: pipeline.sourceConfig,
    configOverride: request.configOverride ?? {},
    raiseOnError: pipeline.raiseOnError ?? true,
    enableStreamableLogs: pipeline.enableStreamableLogs ?? false,
  }
  return {
    spec: {
      ...run,
      streamsLogs: content.enableStreamableLogs,
      ...acceptance(request.notAfter, nowMs),
      requestDigest: digestOf({ ...run, ...content }),
    },
    serverConnection: pipeline.openMetadataServerConnection,
    serviceConnection: pipeline.pipelineType === APPLICATION_TYPE ? undefined : service?.['connection'],
    ...content,
  }
}

/** When the request was accepted, and until when it may come: at most a week later, for its record stays that long. */
export function acceptance(notAfter: number | null | undefined, nowMs: number): Pick<RunSpec, 'acceptedAtMs' | 'notAfterMs'> {
  return { acceptedAtMs: nowMs, notAfterMs: Math.min(notAfter ?? nowMs + DEFAULT_NOT_AFTER_MS, nowMs + LONGEST_NOT_AFTER_MS) }
}

/**
 * Tells a repeat from another request under the same run id.
 *
 * Covers all that shapes the run and nothing else: not the server connection (its token rotates), not `notAfter`, and no field
 * that changes by itself between two sends, such as the pipeline's list of past runs.
 */
export function digestOf(content: unknown): string {
  return sha256Hex(stableJson(content))
}
