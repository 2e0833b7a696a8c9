import { z } from 'zod'

const count = z.number().int().nullish()
const epochMs = z.number().int().nonnegative()

/** As OpenMetadata's own classes are written to JSON: what is null is left out. */
function withoutNulls<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null)) as Value
}

const failure = z.strictObject({ name: z.string(), error: z.string(), stackTrace: z.string().nullish() }).transform(withoutNulls)

const stepSummary = z
  .strictObject({
    name: z.string(),
    records: count,
    updated_records: count,
    warnings: count,
    errors: count,
    filtered: count,
    failures: z.array(failure).nullish(),
    progress: z.record(z.string(), z.unknown()).nullish(),
    operationMetrics: z.record(z.string(), z.unknown()).nullish(),
    sourceTimeMs: z.number().nullish(),
    sinkTimeMs: z.number().nullish(),
  })
  .transform(withoutNulls)

export const PIPELINE_STATES = ['queued', 'running', 'success', 'failed', 'partialSuccess', 'stopped'] as const

/**
 * The body of a status write. As in OpenMetadata nothing else may be in it, and null stands for absent, also when it is read back.
 *
 * Stricter than OpenMetadata's own schema in one point: run id, state and timestamp must be there, because a row without one of
 * them can never be read back.
 */
export const pipelineStatus = z
  .strictObject({
    runId: z.uuid(),
    pipelineState: z.enum(PIPELINE_STATES),
    timestamp: epochMs,
    startDate: epochMs.nullish(),
    endDate: epochMs.nullish(),
    status: z.array(stepSummary).nullish(),
    config: z.record(z.string(), z.unknown()).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  })
  .transform(withoutNulls)
export type PipelineStatus = z.infer<typeof pipelineStatus>
