import type { V1Lease, V1LeaseSpec } from '@kubernetes/client-node'

/** How long a lease is good for after it was written; also told in the lease, for those who wait for it. */
export const LEASE_DURATION_MS = 6_000

/**
 * The longest that a lease is honoured for without a renewal. No runner writes more than 6 seconds; ten times that leaves room for
 * other versions, and an edit by hand that says an hour does not keep everybody from leading for an hour.
 */
export const LONGEST_HONOURED_MS = 60_000

/** What the elector needs of a lease. Its times are the holder's own clock, and only for people to read. */
export interface LeaseView {
  readonly uid: string
  /** Changes with every write, whoever makes it. */
  readonly resourceVersion: string
  /** Empty when nobody holds it. */
  readonly holder: string
  /** As far as it is honoured. */
  readonly durationMs: number
  readonly transitions: number
}

export function viewOfLease({ metadata, spec }: V1Lease): LeaseView {
  return {
    uid: metadata?.uid ?? '',
    resourceVersion: metadata?.resourceVersion ?? '',
    holder: spec?.holderIdentity ?? '',
    durationMs: Math.min((spec?.leaseDurationSeconds ?? LEASE_DURATION_MS / 1000) * 1000, LONGEST_HONOURED_MS),
    transitions: spec?.leaseTransitions ?? 0,
  }
}

/** A lease as it reads once taken by `holder`. Transitions count the changes of holders. */
export function takenSpec(holder: string, before: LeaseView | undefined, nowMs: number): V1LeaseSpec {
  const transitions = before === undefined ? 0 : before.transitions + (before.holder === holder ? 0 : 1)
  return { ...renewedSpec(holder, nowMs), acquireTime: microTime(nowMs), leaseTransitions: transitions }
}

/** What a renewal writes. */
export function renewedSpec(holder: string, nowMs: number): V1LeaseSpec {
  return { holderIdentity: holder, leaseDurationSeconds: LEASE_DURATION_MS / 1000, renewTime: microTime(nowMs) }
}

/** A merge patch's view of a lease that nobody holds: the next one need not wait. */
export function releasedSpec(nowMs: number): object {
  return { holderIdentity: null, leaseDurationSeconds: 1, renewTime: microTime(nowMs) }
}

/** Kubernetes' MicroTime has six digits of a second, neither more nor fewer. */
function microTime(ms: number): NonNullable<V1LeaseSpec['renewTime']> {
  return new Date(ms).toISOString().replace('Z', '000Z') as unknown as NonNullable<V1LeaseSpec['renewTime']>
}
