export interface PodIdentity {
  /** Of the pod this process runs in, or of the machine. */
  readonly name: string
  /** The pod's uid, where it is known. */
  readonly uid?: string
}

/**
 * Who holds the lease, as the lease names it: `<pod>_<uid of the pod>`.
 *
 * A container that starts again finds its own name on the lease and goes on at once: the kubelet runs it again only when its
 * predecessor is gone. Where no uid is known, a random one makes each process another holder: nothing then proves that the
 * predecessor is gone, and its lease is waited for.
 */
export function holderIdentity({ name, uid }: PodIdentity, randomId: () => string): string {
  return `${name}_${uid ?? randomId()}`
}
