import type { ClusterError, ClusterErrorCode } from '../cluster/cluster-error.ts'

const MENDS: Readonly<Partial<Record<ClusterErrorCode, (secret: string) => string>>> = {
  Forbidden: (secret) =>
    `allow this account create, patch and delete on the Secret ${secret} by a Role with resourceNames, as the chart does, and see that the namespace is not on its way out`,
  Unauthorized: () => "the account's token is not taken: mount a fresh one",
  NotFound: () => 'make the namespace, or take it out of ecrRegistryHelper and config.ingestionPods.namespace',
  Invalid: (secret) =>
    `a Secret of this name and another type is in the way, and the type cannot be changed: kubectl delete secret ${secret}, and run this again`,
  QuotaExceeded: () => 'raise the quota of Secrets in this namespace',
  Rejected: () => 'let the admission policy of this cluster allow the Secret',
  Unavailable: () => 'the API server does not answer: this is tried again with the next Job',
  Throttled: () => 'the API server has too much to do: this is tried again with the next Job',
}

/** Why the pull secret was not written, in the API server's words, and the mend. */
export function clusterFailure(error: ClusterError, secret: string): string {
  const mend = MENDS[error.code]?.(secret)
  return `refused (${error.code}): ${error.message}${mend === undefined ? '' : `. What to do: ${mend}`}`
}
