import { z } from 'zod'
import type { Issue } from './issue.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'
import { isTooDeep, MAX_DEPTH } from './stable-json.ts'
import { issuesFromZod } from './zod-issues.ts'

const LARGEST_INT32 = 2_147_483_647

/** Text for people and keys: no control characters, bounded so that a record stays small. */
const text = (maxLength: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(maxLength, `must have at most ${maxLength} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters or broken surrogates')

const count = (least: number) =>
  z.number().int('must be a whole number').min(least, `must be at least ${least}`).max(LARGEST_INT32, `must be at most ${LARGEST_INT32}`)

/** How the pod reaches Collate. Whatever else it holds goes to the pod unchanged. */
const serverConnection = z.looseObject({
  hostPort: z.string().regex(/^https?:\/\/\S+$/, 'must be the URL of the API, such as https://acme.getcollate.io/api'),
  securityConfig: z.looseObject({ jwtToken: z.string().min(1, 'must not be empty') }),
})

const airflowConfig = z.looseObject({
  retries: count(0).nullish(),
  retryDelay: count(0).nullish(),
  maxActiveRuns: count(1).nullish(),
  workflowTimeout: count(0).nullish(),
})

const ingestionPipeline = z.looseObject({
  id: z.guid('must be a UUID'),
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

const service = z.looseObject({ name: text(256), serviceType: text(256) })

/** Params of `pipeline/run`: OpenMetadata's own entities by name. Unknown fields are accepted, so that the server can be newer. */
export const runRequestSchema = z.looseObject({
  runner: text(256),
  runId: z.uuid('must be a UUID'),
  ingestionPipeline,
  service,
  configOverride: z.record(z.string(), z.unknown()).nullish(),
  /** Epoch milliseconds after which the run is not wanted any more. */
  notAfter: z.number().int('must be epoch milliseconds').nullish(),
})

export type RunRequest = z.infer<typeof runRequestSchema>

/** Judges what came over the link. All issues at once. */
export function parseRunRequest(input: unknown): Result<RunRequest, Issue[]> {
  if (isTooDeep(input)) return err([{ code: 'tooLarge', path: '', message: `must not nest deeper than ${MAX_DEPTH} levels` }])
  const parsed = runRequestSchema.safeParse(input)
  return parsed.success ? ok(parsed.data) : err(issuesFromZod(parsed.error, input))
}
