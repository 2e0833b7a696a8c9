/**
 * What can go wrong with a call to the cluster, as far as callers branch on it.
 *
 * AlreadyExists and Conflict are both HTTP 409 and are told apart by the API's reason. Unavailable covers all that says nothing
 * about the object: no connection, a time-out, a 5xx. A write that ends so may have been done. The three kinds of HTTP 403 are told
 * apart below: two of them pass.
 */
export const CLUSTER_ERROR_CODES = [
  'AlreadyExists',
  'Conflict',
  'Expired',
  'Forbidden',
  'Invalid',
  'NotFound',
  'QuotaExceeded',
  'Rejected',
  'Throttled',
  'Unauthorized',
  'Unavailable',
] as const

export type ClusterErrorCode = (typeof CLUSTER_ERROR_CODES)[number]

export class ClusterError extends Error {
  readonly code: ClusterErrorCode
  /** The API server's wish, from Retry-After. */
  readonly retryAfterMs: number | undefined
  /** HTTP's; undefined where there was no answer, or none that could be read. */
  readonly status: number | undefined

  constructor(code: ClusterErrorCode, message: string, options: { readonly cause?: unknown; readonly retryAfterMs?: number; readonly status?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ClusterError'
    this.code = code
    this.retryAfterMs = options.retryAfterMs
    this.status = options.status
  }
}

export function isClusterError(error: unknown, ...codes: readonly ClusterErrorCode[]): error is ClusterError {
  return error instanceof ClusterError && (codes.length === 0 || codes.includes(error.code))
}

/** Somebody else's admission webhook does not answer. The API server's own words come as an internal error: nobody has judged the object. */
export function isWebhookDown(error: unknown): error is ClusterError {
  return isClusterError(error, 'Unavailable') && error.message.includes('failed calling webhook')
}

/** The error a Kubernetes Status answer stands for. `status` is the HTTP status, `reason` the API's own. */
export function errorFromStatus(status: number, reason: string, message: string, retryAfterMs?: number): ClusterError {
  return new ClusterError(codeFromStatus(status, reason, message), message, { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
}

function codeFromStatus(status: number, reason: string, message: string): ClusterErrorCode {
  if (status === 409) return reason === 'AlreadyExists' ? 'AlreadyExists' : 'Conflict'
  if (status === 410) return 'Expired'
  if (status === 401) return 'Unauthorized'
  if (status === 403) return codeOfForbidden(message)
  if (status === 404) return 'NotFound'
  if (status === 429) return 'Throttled'
  if (status === 400 || status === 413 || status === 415 || status === 422) return 'Invalid'
  return 'Unavailable'
}

/**
 * One status and one reason stand for three things, which only the text tells apart (kubernetes apiserver, quota admission).
 *
 * Forbidden: the account may not, which also every account is told while the API server starts, before it has read its roles; or the
 * namespace is on its way out. QuotaExceeded: not now. Rejected: admission has looked at the object and will not have it.
 */
function codeOfForbidden(message: string): ClusterErrorCode {
  if (isForQuota(message)) return 'QuotaExceeded'
  return / cannot [a-z]+ resource |is being terminated/.test(message) ? 'Forbidden' : 'Rejected'
}

/**
 * Whether a quota refuses for now: it has no room, or Kubernetes has not counted yet what it limits. What a quota asks for and the object
 * does not have (`failed quota: ... must specify`) is no such refusal: it stays.
 */
export function isForQuota(message: string): boolean {
  return /exceeded quota|status unknown for quota/.test(message)
}
