import type { Asker } from './asker.ts'
import { networkCode } from './network-code.ts'
import { quoted, saying, type SecretTrouble } from './secret-store.ts'
import type { TroubleLine } from './trouble-line.ts'

export interface AskedGoogleSecret {
  readonly name: string
  readonly project: string
  readonly asker: Asker
}

/** As far as it is looked at. */
interface GoogleError {
  readonly code?: unknown
  readonly message: string
  readonly details?: unknown
  readonly statusDetails?: unknown
  readonly status?: unknown
  readonly response?: { readonly status?: unknown }
}

/** What of a refusal decides what is told of it. */
interface Refusal {
  /** gRPC's number for what went wrong, which the REST API's answers carry, too. Of a refused token there is none. */
  readonly code: number | undefined
  /** Of who gives tokens. */
  readonly http: number | undefined
  readonly message: string
  /** Of an answer that is none of Google's own, such as a gateway's page, the library makes the whole text its message, which is not shown then. */
  readonly isOfGoogle: boolean
}

const INVALID_ARGUMENT = 3
const DEADLINE_EXCEEDED = 4
const NOT_FOUND = 5
const PERMISSION_DENIED = 7
const RESOURCE_EXHAUSTED = 8
const FAILED_PRECONDITION = 9
const INTERNAL = 13
const UNAVAILABLE = 14
const UNAUTHENTICATED = 16

const answer =
  (code: number, words = /^/) =>
  ({ code: given, message, isOfGoogle }: Refusal): boolean =>
    given === code && words.test(isOfGoogle ? message : '')

/** Of the libraries that look for credentials: those have no code of gRPC. */
const token =
  (words: RegExp, ...statuses: readonly number[]) =>
  ({ http = 0, message }: Refusal): boolean =>
    words.test(message) && (statuses.length === 0 || statuses.includes(http))

/** A proxy knows no address of the node, and is asked for it all the same. */
const BEHIND_PROXY = 'behind a proxy, set NO_PROXY to metadata.google.internal,169.254.169.254'
const CLOCKS = 'see that the clocks of the nodes are right'

function workloadIdentity({ account }: Asker): string {
  return `annotate ${account} with iam.gke.io/gcp-service-account, or grant the role to its own principal`
}

/** The first line that holds counts. Of what is denied, Google's words alone tell whether it is for the role. */
const LINES: readonly TroubleLine<AskedGoogleSecret, Refusal>[] = [
  {
    holds: answer(NOT_FOUND),
    problem: 'missing',
    tell: ({ name, project }) =>
      `there is no secret ${quoted(name)} with a version in Google Secret Manager (project ${project}); create it, with a version, or mend the reference in Collate`,
  },
  {
    holds: answer(PERMISSION_DENIED, /SERVICE_DISABLED|has not been used in project|API .*is disabled/),
    problem: 'denied',
    tell: ({ what, project }) => `the API secretmanager.googleapis.com of project ${project} is off, so that nobody reads ${what}: enable it`,
    isQuoted: true,
  },
  {
    holds: answer(PERMISSION_DENIED, /insufficient authentication scopes|ACCESS_TOKEN_SCOPE_INSUFFICIENT/),
    problem: 'denied',
    tell: ({ what, asker }) => `the pod asks for ${what} as its node, which may not by its scopes: let it ask as itself; ${workloadIdentity(asker)}`,
    isQuoted: true,
  },
  {
    holds: answer(PERMISSION_DENIED, /organization's policy|VPC_SERVICE_CONTROLS|vpcServiceControls/),
    problem: 'denied',
    tell: ({ what }) => `a VPC Service Controls perimeter keeps the pod from ${what}: let the network of the cluster into it`,
    isQuoted: true,
  },
  {
    holds: answer(PERMISSION_DENIED),
    problem: 'denied',
    tell: ({ what, asker }) => `the pod may not read ${what}: grant roles/secretmanager.secretAccessor on it to the Google account of ${asker.account}`,
    isQuoted: true,
  },
  {
    holds: answer(FAILED_PRECONDITION, /\bKMS\b|cryptoKey/i),
    problem: 'disabled',
    tell: ({ what }) => `Google may not decrypt ${what}: enable its key in Cloud KMS, and let the service agent of Secret Manager use it`,
    isQuoted: true,
  },
  {
    holds: answer(FAILED_PRECONDITION),
    problem: 'disabled',
    tell: ({ what }) => `the latest version of ${what} is disabled or destroyed; enable it, or add a new one`,
    isQuoted: true,
  },
  { holds: answer(RESOURCE_EXHAUSTED), problem: 'throttled', tell: ({ what }) => `Google is too busy to read ${what}, or its quota is used up` },
  {
    holds: answer(UNAUTHENTICATED),
    problem: 'expired-token',
    tell: ({ what }) => `Google does not accept the pod's token for ${what}: it has expired or was withdrawn; ${CLOCKS}`,
  },
  { holds: answer(INVALID_ARGUMENT), problem: 'invalid-name', tell: ({ what }) => `Google does not take the question for ${what}`, isQuoted: true },
  {
    holds: ({ code = 0 }) => [UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL].includes(code),
    problem: 'unreachable',
    tell: ({ what }) => `Google cannot read ${what} now`,
  },
  {
    holds: token(/invalid_grant|stale|expired/i),
    problem: 'expired-token',
    tell: ({ what }) => `the token of the pod that should read ${what} has expired; ${CLOCKS}`,
  },
  {
    holds: token(/^/, 403, 404),
    problem: 'denied',
    tell: ({ what, asker }, { http }) =>
      `Google gives the pod no token for ${what} (HTTP ${http}): grant roles/iam.workloadIdentityUser on the Google account to ${asker.account}`,
  },
  {
    holds: token(/credential/i),
    problem: 'no-credentials',
    tell: ({ what, asker }) => `the pod has no credentials to read ${what}; ${workloadIdentity(asker)}`,
  },
]

/** Why no project is known to look in. */
export function noProject(error: unknown, { name, asker }: Omit<AskedGoogleSecret, 'project'>): SecretTrouble {
  const code = networkCode(error)
  const why = code === undefined ? '' : ` (${code})`
  const mend = `${workloadIdentity(asker)}; or set GOOGLE_CLOUD_PROJECT in ${asker.variables}; ${BEHIND_PROXY}`
  return { problem: 'no-credentials', message: `neither credentials nor a project of Google are known to the pod${why} to look for ${quoted(name)}; ${mend}` }
}

/** Why Google Secret Manager gave no value. */
export function gcpTrouble(error: unknown, asked: AskedGoogleSecret): SecretTrouble {
  const what = `the secret ${quoted(asked.name)} in Google Secret Manager (project ${asked.project})`
  const network = networkCode(error)
  if (network !== undefined) {
    const mend = `let the pod out to secretmanager.googleapis.com, or give it HTTPS_PROXY; ${BEHIND_PROXY}`
    return { problem: 'unreachable', message: `Google does not answer (${network}) to the question for ${what}; ${mend}` }
  }
  const refusal = refusalIn(error instanceof Error ? error : { message: '' })
  const line = LINES.find(({ holds }) => holds(refusal))
  if (line === undefined) return { problem: 'other', message: `Google does not give ${what}: ${error instanceof Error ? error.name : 'unknown'}` }
  const says = line.isQuoted === true && refusal.isOfGoogle ? saying('Google', refusal.message) : ''
  return { problem: line.problem, message: `${line.tell({ ...asked, what }, refusal)}${says}` }
}

function refusalIn({ code, message, details, statusDetails, status, response }: GoogleError): Refusal {
  const http = [status, response?.status].find((one) => typeof one === 'number')
  return { code: typeof code === 'number' ? code : undefined, http, message, isOfGoogle: Array.isArray(details ?? statusDetails) }
}
