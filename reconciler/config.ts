import type { Environment } from '../compiler/environment.ts'
import { hostname } from 'node:os'
import { z } from 'zod'
import type { Issue } from '../compiler/issue.ts'
import { type ParsedPolicy, parsePolicy, type Policy } from '../compiler/policy.ts'
import type { CustomConfigFiles } from '../compiler/policy/custom-config.ts'
import { variable } from '../compiler/policy/variable.ts'
import { err, ok, type Result } from '../compiler/result.ts'
import { type BudgetName, PENDING_BUDGETS, type PendingBudgets } from './failures/pending-budgets.ts'
import type { PodIdentity } from './leader/holder-identity.ts'
import { connectPath } from './link/protocol.ts'
import { limitsFrom, limitVariables } from './queue/limit-variables.ts'
import type { Limits } from './queue/limits.ts'
import { LOG_LEVELS, type LogLevel } from './log.ts'
import { type NetworkConfig, networkConfig, networkVariables, withLowerCase } from './network/network-variables.ts'

/** The process's own configuration. Names and defaults are those of the vendor's chart where it has one. */
export interface Config extends ParsedPolicy {
  readonly link: { readonly url: string; readonly reconnectDelaySeconds: number }
  readonly apiUrl: string
  readonly network: NetworkConfig
  /** Of calls to the Kubernetes API. */
  readonly kubeApi: { readonly perSecond: number; readonly burst: number }
  readonly healthPort: number
  readonly metrics: { readonly port: number; readonly path: string }
  readonly limits: Limits
  readonly runTtlSeconds: number
  readonly pendingBudgets: PendingBudgets
  readonly logLevel: LogLevel
  /** The pod this process runs in; the machine's name outside of a cluster. */
  readonly pod: PodIdentity
  readonly hostIp: string | undefined
  /** Of the chart, about its values. */
  readonly valuesWarnings: readonly string[]
}

const port = (fallback: number) =>
  z.coerce.number({ error: 'must be a port, 0 to 65535' }).int('must be a whole number').min(0).max(65535, 'must be a port, 0 to 65535').default(fallback)

const number = (fallback: number, minimum: number, what: string) =>
  z.coerce
    .number({ error: `must be ${what}` })
    .int(`must be ${what}`)
    .min(minimum, `must be ${what}`)
    .default(fallback)

/** Whoever set another delay for the vendor's runner has a runner here too, and is told. */
const SHORTEST_DELAY_SECONDS = 0.1
const LONGEST_DELAY_SECONDS = 60

/** A run whose pod waits longer than this is given up. */
const budget = (name: BudgetName) => {
  const { defaultSeconds, reason } = PENDING_BUDGETS[name]
  return variable(number(defaultSeconds, 0, 'a whole number of seconds, 0 or more'), `How long a run may wait for ${reason}.`)
}

/** The agent's own variables; those of the pods are the policy's. */
export const agentEnvironment = z.object({
  SERVER_URL: variable(
    z.url({ protocol: /^wss?$/, error: 'must be the address of Collate for the link: wss://<serverHost>' }),
    'Address of Collate for the link: `wss://<serverHost>`.',
  ),
  SERVER_HOST_API_URL: variable(
    z.url({ protocol: /^https?$/, error: "must be the address of Collate's REST API: https://<serverHost>/api" }),
    "Address of Collate's REST API: `https://<serverHost>/api`.",
  ),
  SERVER_LINK_PATH: variable(z.string().startsWith('/', 'must begin with /').optional(), 'Path of the link.', {
    fallback: '`/api/v1/ingestionRunners/<agentId>/connect`',
  }),
  AUTH_TOKEN: variable(
    z.string().optional(),
    "The ingestion bot's token, or `secret:<name>`: then it is read from the store of `SECRETS_MANAGER`, under the runner's own account.",
    { fallback: 'one of the two is required', mayHoldSecret: true },
  ),
  AUTH_TOKEN_FILE: variable(
    z.string().optional(),
    'A file that holds the token or such a reference; read again when it changes and when Collate refuses the token, so a rotation needs no restart.',
    {
      fallback: 'one of the two is required',
    },
  ),
  RECONNECT_DELAY_SECONDS: variable(
    z.coerce.number({ error: 'must be a number of seconds' }).min(0, 'must be 0 seconds or more').default(5),
    `Mean wait before the link is tried again, from ${SHORTEST_DELAY_SECONDS} to ${LONGEST_DELAY_SECONDS}; what is beyond counts as that. Full jitter, from nothing to twice as long. After 36 tries in vain it doubles, up to 60 s.`,
  ),
  ...limitVariables,
  RUN_TTL_SECONDS: variable(number(86_400, 0, 'a whole number of seconds, 0 or more'), 'How long the record and pod of an ended run stay.'),
  INGESTION_HOST_IP: variable(
    z.union([z.ipv4(), z.ipv6()], 'must be an IP address').optional(),
    'The address from which ingestion pods reach the outside, such as that of the NAT gateway; Collate shows it to those who open a firewall.',
  ),
  KUBE_API_QPS: variable(
    number(100, 1, 'a whole number of calls a second, 1 or more'),
    'Calls to the Kubernetes API a second in the long run. A run costs six, so 100 are about 16 runs a second.',
  ),
  KUBE_API_BURST: variable(number(200, 1, 'a whole number of calls, 1 or more'), 'Calls to the Kubernetes API that may go at once after a quiet time.'),
  ...networkVariables,
  PENDING_UNSCHEDULABLE_SECONDS: budget('unschedulable'),
  PENDING_IMAGE_INVALID_SECONDS: budget('imageInvalid'),
  PENDING_IMAGE_NOT_FOUND_SECONDS: budget('imageNotFound'),
  PENDING_IMAGE_UNAUTHORIZED_SECONDS: budget('imageUnauthorized'),
  PENDING_IMAGE_UNREACHABLE_SECONDS: budget('imageUnreachable'),
  PENDING_CONFIG_ERROR_SECONDS: budget('configError'),
  PENDING_LOST_SANDBOX_SECONDS: budget('lostSandbox'),
  PENDING_TEST_CONNECTION_SECONDS: budget('atScreen'),
  APP_SERVER_PORT: variable(port(8585), 'Port of `/livez` and `/readyz`.'),
  METRICS_SERVER_PORT: variable(port(8989), 'Port of the metrics.'),
  METRICS_SERVER_PATH: variable(z.string().startsWith('/', 'must begin with /').default('/metrics'), 'Path of the metrics.'),
  POD_NAME: variable(z.string().optional(), 'Name of the pod; the holder of the lease is named after it.', { fallback: 'the host name' }),
  POD_UID: variable(z.string().optional(), 'uid of the pod: a container that starts again goes on at once instead of waiting for its own lease to run out.'),
  VALUES_WARNINGS: variable(
    z.string().optional(),
    "What the chart's values say in vain or under an old name, one a line; set by the chart, and logged at the start.",
    {
      fallback: 'none',
    },
  ),
  LOG_LEVEL: variable(
    z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
    `How much is logged: ${LOG_LEVELS.map((level) => `\`${level}\``).join(', ')}.`,
  ),
})

/**
 * Reads the whole environment once. All problems come back together, those of the policy among them; an empty variable counts as absent.
 *
 * @param files the content of the files that the environment names (`readCustomConfig`)
 */
export function parseConfig(environment: Environment, files: Result<CustomConfigFiles, Issue[]> = ok({})): Result<Config, Issue[]> {
  const present = withLowerCase(Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value] as const] : []))))
  const own = agentEnvironment.safeParse(present)
  const policy = parsePolicy(environment, files.ok ? files.value : {})
  const issues = [
    ...(own.success ? [] : issuesOf(own.error, present)),
    ...tokenIssues(present),
    ...(files.ok ? [] : files.error),
    ...(policy.ok ? [] : policy.error),
  ]
  if (!own.success || !policy.ok || issues.length > 0) return err(issues)
  const warnings = [...policy.value.warnings, ...delayWarnings(own.data.RECONNECT_DELAY_SECONDS)]
  return ok({ ...policy.value, warnings, ...configFrom(own.data, policy.value.policy.agentId) })
}

function withinDelays(seconds: number): number {
  return Math.min(Math.max(seconds, SHORTEST_DELAY_SECONDS), LONGEST_DELAY_SECONDS)
}

function delayWarnings(seconds: number): Issue[] {
  const counted = withinDelays(seconds)
  return counted === seconds
    ? []
    : [
        {
          code: 'invalid',
          path: 'RECONNECT_DELAY_SECONDS',
          message: `counts as ${counted} seconds; give a number from ${SHORTEST_DELAY_SECONDS} to ${LONGEST_DELAY_SECONDS}`,
        },
      ]
}

function configFrom(own: z.infer<typeof agentEnvironment>, agentId: string): Omit<Config, keyof ParsedPolicy> {
  return {
    link: {
      url: own.SERVER_URL.replace(/\/$/, '') + (own.SERVER_LINK_PATH ?? connectPath(agentId)),
      reconnectDelaySeconds: withinDelays(own.RECONNECT_DELAY_SECONDS),
    },
    apiUrl: own.SERVER_HOST_API_URL.replace(/\/$/, ''),
    network: networkConfig(own),
    kubeApi: { perSecond: own.KUBE_API_QPS, burst: own.KUBE_API_BURST },
    healthPort: own.APP_SERVER_PORT,
    metrics: { port: own.METRICS_SERVER_PORT, path: own.METRICS_SERVER_PATH },
    limits: limitsFrom(own),
    runTtlSeconds: own.RUN_TTL_SECONDS,
    pendingBudgets: budgetsFrom(own),
    logLevel: own.LOG_LEVEL,
    pod: { name: own.POD_NAME ?? hostname(), ...(own.POD_UID === undefined ? {} : { uid: own.POD_UID }) },
    hostIp: own.INGESTION_HOST_IP,
    valuesWarnings: (own.VALUES_WARNINGS ?? '').split('\n').filter((line) => line !== ''),
  }
}

function budgetsFrom(own: z.infer<typeof agentEnvironment>): PendingBudgets {
  return {
    unschedulable: own.PENDING_UNSCHEDULABLE_SECONDS * 1000,
    imageInvalid: own.PENDING_IMAGE_INVALID_SECONDS * 1000,
    imageNotFound: own.PENDING_IMAGE_NOT_FOUND_SECONDS * 1000,
    imageUnauthorized: own.PENDING_IMAGE_UNAUTHORIZED_SECONDS * 1000,
    imageUnreachable: own.PENDING_IMAGE_UNREACHABLE_SECONDS * 1000,
    configError: own.PENDING_CONFIG_ERROR_SECONDS * 1000,
    lostSandbox: own.PENDING_LOST_SANDBOX_SECONDS * 1000,
    atScreen: own.PENDING_TEST_CONNECTION_SECONDS * 1000,
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
  const isTold = config.valuesWarnings.some((message) => message.startsWith('config.useSecureProtocols'))
  const plain = !isTold && (config.link.url.startsWith('ws://') || config.apiUrl.startsWith('http://'))
  const warning: Issue = {
    code: 'invalid',
    path: 'SERVER_URL',
    message: 'the link is not encrypted; the token crosses the network in clear text. Set config.useSecureProtocols to true',
  }
  const ofChart = config.valuesWarnings.map((message): Issue => ({ code: 'unknownKey', path: 'values.yaml', message }))
  return [...ofChart, ...config.warnings, ...(plain ? [warning] : []), ...uncheckedSecrets(config.policy)]
}

function uncheckedSecrets({ secretsCheck, runnerImage }: Policy): Issue[] {
  if (secretsCheck === 'off' || runnerImage !== null) return []
  const message =
    "is not set, so nothing looks at the secret references of runs before they start; name the runner's own image, as the chart does, or set SECRETS_CHECK to off"
  return [{ code: 'missing', path: 'RUNNER_IMAGE', message }]
}
