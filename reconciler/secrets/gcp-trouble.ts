import type { Asker } from './asker.ts'
import { networkCode } from './network-code.ts'
import { quoted, saying, type SecretTrouble } from './secret-store.ts'

export interface AskedGoogleSecret {
  readonly name: string
  readonly project: string
  readonly asker: Asker
}

/** As far as it is looked at. */
interface GoogleRefusal {
  readonly code?: unknown
  readonly message: string
  readonly details?: unknown
  readonly statusDetails?: unknown
}

/** Numbers that gRPC has for what went wrong; the REST API's answers carry them, too. */
const INVALID_ARGUMENT = 3
const DEADLINE_EXCEEDED = 4
const NOT_FOUND = 5
const PERMISSION_DENIED = 7
const RESOURCE_EXHAUSTED = 8
const FAILED_PRECONDITION = 9
const INTERNAL = 13
const UNAVAILABLE = 14
const UNAUTHENTICATED = 16

/** A proxy knows no address of the node, and is asked for it all the same. */
const BEHIND_PROXY = 'behind a proxy, set NO_PROXY to metadata.google.internal,169.254.169.254'

function workloadIdentity({ account }: Asker): string {
  return `annotate ${account} with iam.gke.io/gcp-service-account, or grant the role to its own principal`
}

/** Why no project is known to look in. */
export function noProject(error: unknown, { name, asker }: Omit<AskedGoogleSecret, 'project'>): SecretTrouble {
  const code = networkCode(error)
  const why = code === undefined ? '' : ` (${code})`
  const mend = `${workloadIdentity(asker)}; or set GOOGLE_CLOUD_PROJECT in ${asker.variables}; ${BEHIND_PROXY}`
  return { problem: 'no-credentials', message: `neither credentials nor a project of Google are known to the pod${why} to look for ${quoted(name)}; ${mend}` }
}

/** Why Google Secret Manager gave no value. */
export function gcpTrouble(error: unknown, asked: AskedGoogleSecret): SecretTrouble {
  const { name, project, asker } = asked
  const what = `the secret ${quoted(name)} in Google Secret Manager (project ${project})`
  const network = networkCode(error)
  if (network !== undefined) {
    const mend = `let the pod out to secretmanager.googleapis.com, or give it HTTPS_PROXY; ${BEHIND_PROXY}`
    return { problem: 'unreachable', message: `Google does not answer (${network}) to the question for ${what}; ${mend}` }
  }
  const refusal = (error instanceof Error ? error : { message: '' }) as GoogleRefusal
  const { code, message } = refusal
  // Of an answer that is none of Google's own, such as a gateway's page, the library makes the whole text its message.
  const isOfGoogle = Array.isArray(refusal.details ?? refusal.statusDetails)
  return byCode(typeof code === 'number' ? code : undefined, isOfGoogle ? message : '', what, asked) ?? ofCredentials(error, message, what, asker)
}

function byCode(code: number | undefined, message: string, what: string, { name, project, asker }: AskedGoogleSecret): SecretTrouble | undefined {
  const says = saying('Google', message)
  switch (code) {
    case NOT_FOUND: {
      const mend = 'create it, with a version, or mend the reference in Collate'
      return { problem: 'missing', message: `there is no secret ${quoted(name)} with a version in Google Secret Manager (project ${project}); ${mend}` }
    }
    case PERMISSION_DENIED: {
      if (/SERVICE_DISABLED|has not been used in project|is disabled/.test(message)) {
        return {
          problem: 'denied',
          message: `the API secretmanager.googleapis.com of project ${project} is off, so that nobody reads ${what}: enable it${says}`,
        }
      }
      const mend = `grant roles/secretmanager.secretAccessor on it to the Google account of ${asker.account}`
      return { problem: 'denied', message: `the pod may not read ${what}: ${mend}${says}` }
    }
    case FAILED_PRECONDITION:
      return { problem: 'disabled', message: `the latest version of ${what} is disabled or destroyed; enable it, or add a new one${says}` }
    case RESOURCE_EXHAUSTED:
      return { problem: 'throttled', message: `Google is too busy to read ${what}, or its quota is used up` }
    case UNAUTHENTICATED:
      return {
        problem: 'expired-token',
        message: `Google does not accept the pod's token for ${what}: it has expired or was withdrawn; see that the clocks of the nodes are right`,
      }
    case INVALID_ARGUMENT:
      return { problem: 'invalid-name', message: `Google does not take the question for ${what}${says}` }
    case UNAVAILABLE:
    case DEADLINE_EXCEEDED:
    case INTERNAL:
      return { problem: 'unreachable', message: `Google cannot read ${what} now` }
    default:
      return undefined
  }
}

/** Of the libraries that look for credentials: the metadata server's refusals, and that there are none. */
function ofCredentials(error: unknown, message: string, what: string, asker: Asker): SecretTrouble {
  const { status, response } = (error ?? {}) as { readonly status?: unknown; readonly response?: { readonly status?: unknown } }
  const http = [status, response?.status].find((one) => typeof one === 'number')
  if (/invalid_grant|stale|expired/i.test(message)) {
    return { problem: 'expired-token', message: `the token of the pod that should read ${what} has expired; see that the clocks of the nodes are right` }
  }
  if (http === 403 || http === 404) {
    const mend = `grant roles/iam.workloadIdentityUser on the Google account to ${asker.account}`
    return { problem: 'denied', message: `Google gives the pod no token for ${what} (HTTP ${http}): ${mend}` }
  }
  if (/default credentials|credential/i.test(message))
    return { problem: 'no-credentials', message: `the pod has no credentials to read ${what}; ${workloadIdentity(asker)}` }
  return { problem: 'other', message: `Google does not give ${what}: ${error instanceof Error ? error.name : 'unknown'}` }
}
