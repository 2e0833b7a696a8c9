import { z } from 'zod'
import type { Issue } from '../issue.ts'
import { configOverride, count, entityId, parseRequest, runFields, serverConnection, text } from './request-fields.ts'
import type { Result } from '../result.ts'

const airflowConfig = z.looseObject({
  retries: count(0).nullish(),
  retryDelay: count(0).nullish(),
  maxActiveRuns: count(1).nullish(),
  workflowTimeout: count(0).nullish(),
})

const ingestionPipeline = z.looseObject({
  id: entityId,
  name: text(256),
  fullyQualifiedName: text(4096),
  pipelineType: text(63),
  sourceConfig: z.looseObject({ config: z.looseObject({}).nullish() }),
  openMetadataServerConnection: serverConnection,
  airflowConfig: airflowConfig.nullish(),
  loggerLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR'], 'must be one of DEBUG, INFO, WARN, ERROR').nullish(),
  raiseOnError: z.boolean().nullish(),
  enableStreamableLogs: z.boolean().nullish(),
})

/** Which types need which of its fields says `refusalsForRun`. */
const service = z.looseObject({ name: text(256), serviceType: text(256).nullish() })

/** Params of `pipeline/run`: OpenMetadata's own entities by name. Unknown fields are accepted, so that the server can be newer. */
export const runRequestSchema = z.looseObject({ ...runFields, ingestionPipeline, service: service.nullish(), configOverride })

export type RunRequest = z.infer<typeof runRequestSchema>

/** Judges the params of `pipeline/run`. All issues at once. */
export function parseRunRequest(input: unknown): Result<RunRequest, Issue[]> {
  return parseRequest(runRequestSchema, input)
}
