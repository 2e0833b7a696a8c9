import { z } from 'zod'
import type { Issue } from '../compiler/issue.ts'
import { type ParsedPolicy, parsePolicy } from '../compiler/policy.ts'
import { err, ok, type Result } from '../compiler/result.ts'
import { connectPath } from './link/protocol.ts'
import { LOG_LEVELS, type LogLevel } from './log.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The process's own configuration. Names and defaults are those of the vendor's chart where it has one. */
export interface Config extends ParsedPolicy {
  readonly link: { readonly url: string; readonly reconnectDelaySeconds: number }
  readonly apiUrl: string
  readonly token: { readonly value: string | undefined; readonly file: string | undefined }
  readonly healthPort: number
  readonly metrics: { readonly port: number; readonly path: string }
  readonly maxActiveRuns: number
  readonly runTtlSeconds: number
  readonly logLevel: LogLevel
}

const port = (fallback: number) =>
  z.coerce.number({ error: 'must be a port, 0 to 65535' }).int('must be a whole number').min(0).max(65535, 'must be a port, 0 to 65535').default(fallback)

const number = (fallback: number, minimum: number, what: string) =>
  z.coerce
    .number({ error: `must be ${what}` })
    .int(`must be ${what}`)
    .min(minimum, `must be ${what}`)
    .default(fallback)

const environmentSchema = z.object({
  SERVER_URL: z.url({ protocol: /^wss?$/, error: 'must be the address of Collate for the link: wss://<serverHost>' }),
  SERVER_HOST_API_URL: z.url({ protocol: /^https?$/, error: "must be the address of Collate's REST API: https://<serverHost>/api" }),
  SERVER_LINK_PATH: z.string().startsWith('/', 'must begin with /').optional(),
  AUTH_TOKEN: z.string().optional(),
  AUTH_TOKEN_FILE: z.string().optional(),
  RECONNECT_DELAY_SECONDS: z.coerce
    .number({ error: 'must be a number of seconds' })
    .positive('must be more than 0 seconds')
    .max(60, 'must be at most 60 seconds')
    .default(5),
  APP_SERVER_PORT: port(8585),
  METRICS_SERVER_PORT: port(8989),
  METRICS_SERVER_PATH: z.string().startsWith('/', 'must begin with /').default('/metrics'),
  MAX_ACTIVE_RUNS: number(100, 1, 'a whole number of runs, 1 or more'),
  RUN_TTL_SECONDS: number(86_400, 0, 'a whole number of seconds, 0 or more'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
})

/** Reads the whole environment once. All problems come back together, those of the policy among them; an empty variable counts as absent. */
export function parseConfig(environment: Environment): Result<Config, Issue[]> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const own = environmentSchema.safeParse(present)
  const policy = parsePolicy(environment)
  const issues = [...(own.success ? [] : issuesOf(own.error, present)), ...tokenIssues(present), ...(policy.ok ? [] : policy.error)]
  if (!own.success || !policy.ok || issues.length > 0) return err(issues)
  return ok({ ...policy.value, ...configFrom(own.data, policy.value.policy.agentId) })
}

function configFrom(own: z.infer<typeof environmentSchema>, agentId: string): Omit<Config, keyof ParsedPolicy> {
  return {
    link: { url: own.SERVER_URL.replace(/\/$/, '') + (own.SERVER_LINK_PATH ?? connectPath(agentId)), reconnectDelaySeconds: own.RECONNECT_DELAY_SECONDS },
    apiUrl: own.SERVER_HOST_API_URL.replace(/\/$/, ''),
    token: { value: own.AUTH_TOKEN, file: own.AUTH_TOKEN_FILE },
    healthPort: own.APP_SERVER_PORT,
    metrics: { port: own.METRICS_SERVER_PORT, path: own.METRICS_SERVER_PATH },
    maxActiveRuns: own.MAX_ACTIVE_RUNS,
    runTtlSeconds: own.RUN_TTL_SECONDS,
    logLevel: own.LOG_LEVEL,
  }
}

function issuesOf(error: z.ZodError, present: Environment): Issue[] {
  return error.issues.map(({ path, message }) => {
    const name = String(path[0])
    return present[name] === undefined ? { code: 'missing', path: name, message: `is missing; it ${message}` } : { code: 'invalid', path: name, message }
  })
}

function tokenIssues({ AUTH_TOKEN, AUTH_TOKEN_FILE }: Environment): Issue[] {
  if (AUTH_TOKEN !== undefined || AUTH_TOKEN_FILE !== undefined) return []
  return [{ code: 'missing', path: 'AUTH_TOKEN', message: "is missing; give the ingestion bot's token, or name a file that holds it in AUTH_TOKEN_FILE" }]
}

/** What is set and weakens the set-up, or has no effect. */
export function configWarnings(config: Config): Issue[] {
  const plain = config.link.url.startsWith('ws://') || config.apiUrl.startsWith('http://')
  const warning: Issue = {
    code: 'invalid',
    path: 'SERVER_URL',
    message: 'the link is not encrypted; the token crosses the network in clear text. Set config.useSecureProtocols to true',
  }
  return [...config.warnings, ...(plain ? [warning] : [])]
}
