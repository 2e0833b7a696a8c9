import { z } from 'zod'
import { atMost, nonEmptyText } from './bounded-text.ts'
import type { Issue } from '../issue.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'
import { isTooDeep, MAX_DEPTH } from '../stable-json.ts'
import { issuesFromZod } from '../zod-issues.ts'

/** The largest count that Kubernetes and OpenMetadata both take. */
export const LARGEST_INT32 = 2_147_483_647

/** Text for people and keys: no control characters, bounded so that a record stays small. */
export const text = (maxLength: number) =>
  nonEmptyText()
    .check(atMost(maxLength))
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters or broken surrogates')

export const count = (least: number) =>
  z.number().int('must be a whole number').min(least, `must be at least ${least}`).max(LARGEST_INT32, `must be at most ${LARGEST_INT32}`)

/** Of OpenMetadata's entities, whose server takes any UUID, also one of no known version: wherever a pipeline is named, it is named alike. */
export const entityId = z.guid('must be a UUID')

/** How the pod reaches Collate. Whatever else it holds goes to the pod unchanged. */
export const serverConnection = z
  .looseObject({
    hostPort: z
      .string()
      .regex(/^https?:\/\/\S+$/, 'must be the URL of the API, such as https://acme.getcollate.io/api')
      .describe('URL of the REST API, such as `https://acme.getcollate.io/api`.'),
    securityConfig: z.looseObject({ jwtToken: nonEmptyText().describe("The bot's token, for the pod.") }).describe('How the pod logs in.'),
  })
  .describe('How the pod reaches Collate.')

/** What every request for a run holds, whatever it is that runs. */
export const runFields = {
  runner: text(256).describe('The runner that is meant. Another name than its own is refused with 409.'),
  runId: z.uuid('must be a UUID').describe('The key of the run, made up by the server.'),
  notAfter: z.number().int('must be epoch milliseconds').nullish().describe('Epoch milliseconds after which the run is not wanted any more.'),
} as const

export const configOverride = z
  .record(z.string(), z.unknown())
  .nullish()
  .describe("Laid over an application's own configuration, key by key, for this run only. Of applications alone.")

/** Judges what came over the link. All issues at once. */
export function parseRequest<Request>(schema: z.ZodType<Request>, input: unknown): Result<Request, Issue[]> {
  if (isTooDeep(input)) return err([{ code: 'tooLarge', path: '', message: `must not nest deeper than ${MAX_DEPTH} levels` }])
  const parsed = schema.safeParse(input)
  return parsed.success ? ok(parsed.data) : err(issuesFromZod(parsed.error, input))
}

/** The value at a path of a request that may have any shape. */
export function valueAt(request: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined),
    request,
  )
}
