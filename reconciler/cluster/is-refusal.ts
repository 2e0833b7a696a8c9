import { isClusterError } from './cluster-error.ts'

/** The cluster itself says no: it will not be otherwise before somebody changes something. */
export function isRefusal(error: unknown): error is Error {
  return isClusterError(error, 'QuotaExceeded', 'Forbidden', 'Invalid', 'Rejected')
}
