import { z } from 'zod'
import type { Issue } from '../issue.ts'
import { configOverride, count, entityId, parseRequest, runFields, serverConnection, text } from './request-fields.ts'
import type { Result } from '../result.ts'

const airflowConfig = z.looseObject({
  retries: count(0).nullish().describe('Further attempts after a failure; 0 by default.'),
  retryDelay: count(0).nullish().describe('Seconds before a further attempt; 300 by default.'),
  maxActiveRuns: count(1).nullish().describe('Runs of this pipeline that may be active at once; 1 by default.'),
  workflowTimeout: count(0).nullish().describe('Seconds after which the run ends; 0 and null: never.'),
})

const ingestionPipeline = z.looseObject({
  id: entityId.describe("The pipeline's id."),
  name: text(256).describe('Its name.'),
  fullyQualifiedName: text(4096).describe('Its name in full.'),
  pipelineType: text(63).describe(
    '`metadata`, `usage`, `lineage`, `profiler`, `autoClassification`, `TestSuite`, `dataInsight`, `elasticSearchReindex`, `dbt`, `application`, or one of tomorrow.',
  ),
  sourceConfig: z.looseObject({ config: z.looseObject({}).nullish().describe('For the pod.') }).describe('What the pipeline does; goes to the pod.'),
  openMetadataServerConnection: serverConnection,
  airflowConfig: airflowConfig.nullish().describe('Limits of its runs.'),
  loggerLevel: z
    .enum(['DEBUG', 'INFO', 'WARN', 'ERROR'], 'must be one of DEBUG, INFO, WARN, ERROR')
    .nullish()
    .describe('How much the pod logs; `INFO` by default.'),
  raiseOnError: z.boolean().nullish().describe('Whether errors in the work make the run fail; `true` by default.'),
  enableStreamableLogs: z.boolean().nullish().describe('Whether the pod sends its log to Collate as it grows; `false` by default.'),
})

/** Which types need which of its fields says `refusalsForRun`. */
const service = z.looseObject({
  name: text(256).describe('Its name.'),
  serviceType: text(256).nullish().describe('Such as `Mysql`. Pipelines that read the service need it.'),
})

/** Params of `pipeline/run`: OpenMetadata's own entities by name. Unknown fields are accepted, so that the server can be newer. */
export const runRequestSchema = z.looseObject({
  ...runFields,
  ingestionPipeline: ingestionPipeline.describe('The pipeline, whole.'),
  service: service.nullish().describe("The pipeline's service, whole, with its connection. Needed by all types but `application`."),
  configOverride,
})

export type RunRequest = z.infer<typeof runRequestSchema>

/** Judges the params of `pipeline/run`. All issues at once. */
export function parseRunRequest(input: unknown): Result<RunRequest, Issue[]> {
  return parseRequest(runRequestSchema, input)
}
