import type { V1Lease } from '@kubernetes/client-node'
import type { Cluster } from '../cluster/cluster.ts'
import { ClusterError, isClusterError } from '../cluster/cluster-error.ts'
import type { Log } from '../log.ts'
import { LEASE_DURATION_MS, type LeaseView, releasedSpec, renewedSpec, takenSpec, viewOfLease } from './lease.ts'
import { StandbyNews } from './standby-news.ts'

/** How often a holder renews when nothing asks for it earlier. */
const RENEW_MS = 3_000
/** Between two tries of a renewal that failed. */
const RETRY_MS = 500
/** How often those who wait look at the lease. */
const POLL_MS = 1_000
/** How much earlier than the others a holder takes its lease for lost: clocks do not all run at the same rate. */
const MARGIN_MS = 500

/** What a leader does as long as it leads. */
export interface Term {
  /** Resolves when nothing of it is going on any more. Bounded in time. */
  end(reason: string): Promise<void>
}

/** Asked before each write. */
export interface Fence {
  /** Resolves when the lease is held for at least so long, renewing it if need be; else throws a ClusterError. */
  ensureHeld(forMs: number): Promise<void>
}

export interface ElectorOptions {
  /** On a connection of its own: a renewal must not wait behind other calls. */
  readonly leases: Pick<Cluster, 'create' | 'read' | 'mergePatch'>
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** Names this process, and no other that may be alive. */
  readonly identity: string
  readonly lead: () => Term
  /** Never goes back and never jumps. */
  readonly monotonicMs: () => number
  /** Wall time, for people who read the lease. */
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly log: Log
}

/**
 * Takes the lease when it is free, leads while it holds it, and competes again when it has lost it.
 *
 * Guarantees: from the moment of a holder's last successful renewal it is sure of its lease for a little less than its duration,
 * counted from before the renewal was sent; others take the lease only when they have seen no change of it for its whole duration, a minute at most,
 * counted from after they saw the last one. Every clock is the process's own and monotonic, so that neither skew nor jumps matter.
 */
export class Elector implements Fence {
  readonly #options: ElectorOptions
  readonly #news: StandbyNews
  readonly #stopping = new AbortController()
  #stopReason = ''
  #ended: Promise<void> = Promise.resolve()
  #mayLead = false
  #nap = new AbortController()
  #seen: { readonly lease: LeaseView; readonly atMs: number } | undefined
  /** Until when the lease is surely ours; undefined while we do not lead. */
  #heldUntilMs: number | undefined
  #renewal: Promise<void> | undefined

  constructor(options: ElectorOptions) {
    this.#options = options
    this.#news = new StandbyNews(options.log)
  }

  /** Begins to watch the lease. It is not taken before `compete`. */
  start(): void {
    this.#ended = this.#run()
  }

  /** Takes the lease from now on when it is free. */
  compete(): void {
    this.#mayLead = true
    this.#nap.abort()
  }

  /** The lease is surely ours at this moment. */
  isLeading(): boolean {
    return this.#isHeldFor(0)
  }

  /** Ends the term, if there is one, and only then gives the lease back, so that the next leader need not wait. */
  async stop(reason: string): Promise<void> {
    this.#stopReason = reason
    this.#stopping.abort()
    await this.#ended
  }

  async ensureHeld(forMs: number): Promise<void> {
    if (this.#isHeldFor(forMs)) return
    if (this.#heldUntilMs !== undefined) await this.#renewOnce()
    if (!this.#isHeldFor(forMs)) throw new ClusterError('Unavailable', 'this process does not lead now, or cannot prove that it does: nothing is written')
  }

  #isHeldFor(ms: number): boolean {
    return this.#heldUntilMs !== undefined && this.#options.monotonicMs() + ms <= this.#heldUntilMs
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      // One of the last term may still be under way.
      await this.#renewal
      if (await this.#tryAcquire()) await this.#reign()
      else await this.#sleep(this.#untilNextLookMs(), signal)
    }
  }

  /** A lease that runs out is looked at just then. */
  #untilNextLookMs(): number {
    if (this.#seen === undefined || this.#seen.lease.holder === '') return POLL_MS
    const leftMs = this.#seen.atMs + this.#seen.lease.durationMs - this.#options.monotonicMs()
    return leftMs > 0 ? Math.min(POLL_MS, leftMs) : POLL_MS
  }

  async #tryAcquire(): Promise<boolean> {
    const { leases, name, identity, labels, now, log } = this.#options
    try {
      const found = await leases.read('leases', name)
      const lease = found === undefined ? undefined : this.#see(found)
      if (!this.#mayLead || this.#stopping.signal.aborted) return false
      if (!this.#isFree()) return this.#standBy(found !== undefined)
      const spec = takenSpec(identity, lease, now())
      const sentAtMs = this.#options.monotonicMs()
      const taken =
        found === undefined
          ? await leases.create('leases', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, labels: { ...labels } }, spec })
          : await leases.mergePatch('leases', name, { metadata: this.#precondition(), spec })
      this.#hold(taken, sentAtMs)
      log.info({ lease: name, holder: identity, before: lease?.holder }, 'this process leads')
      return true
    } catch (error) {
      const isBeaten = isClusterError(error, 'Conflict', 'AlreadyExists')
      log[isBeaten ? 'debug' : 'warn']({ lease: name, error }, 'the lease cannot be had now')
      return false
    }
  }

  /** Notes when a lease was last seen to change. */
  #see(found: V1Lease): LeaseView {
    const lease = viewOfLease(found)
    if (this.#seen?.lease.uid !== lease.uid || this.#seen.lease.resourceVersion !== lease.resourceVersion)
      this.#seen = { lease, atMs: this.#options.monotonicMs() }
    return lease
  }

  /** One that somebody has deleted counts until it would have run out: its holder may not know yet. */
  #isFree(): boolean {
    if (this.#seen === undefined) return true
    const { lease, atMs } = this.#seen
    return lease.holder === '' || lease.holder === this.#options.identity || this.#options.monotonicMs() >= atMs + lease.durationMs
  }

  #standBy(isThere: boolean): false {
    const { name, now, monotonicMs } = this.#options
    if (this.#seen !== undefined) this.#news.tell(name, this.#seen.lease, isThere, now() + this.#seen.atMs + this.#seen.lease.durationMs - monotonicMs())
    return false
  }

  #hold(lease: V1Lease, sentAtMs: number): void {
    this.#news.end()
    this.#see(lease)
    this.#heldUntilMs = sentAtMs + LEASE_DURATION_MS - MARGIN_MS
  }

  async #reign(): Promise<void> {
    const { lead, log, name } = this.#options
    const term = lead()
    const loss = await this.#renewUntilLost(this.#stopping.signal)
    if (loss !== undefined) {
      log.warn({ lease: name, reason: loss }, 'this process leads no more')
      return term.end(loss)
    }
    const drained = new AbortController()
    const renewing = this.#renewUntilLost(drained.signal)
    await term.end(this.#stopReason)
    drained.abort()
    if ((await renewing) === undefined) await this.#release()
  }

  /** Gives the reason of a loss, or nothing when the signal aborts first. */
  async #renewUntilLost(signal: AbortSignal): Promise<string | undefined> {
    for (;;) {
      const isRenewed = this.#dueInMs() > 0
      await this.#sleep(isRenewed ? this.#dueInMs() : Math.min(RETRY_MS, this.#leftMs()), signal)
      if (signal.aborted) return undefined
      if (this.#dueInMs() === 0 && this.#leftMs() > 0) await this.#atMost(this.#leftMs(), this.#renewOnce(), signal)
      if (this.#heldUntilMs === undefined) return 'the lease is not as this process left it'
      if (this.#leftMs() > 0) continue
      this.#heldUntilMs = undefined
      return 'the lease could not be renewed in time'
    }
  }

  #leftMs(): number {
    return Math.max(0, (this.#heldUntilMs ?? 0) - this.#options.monotonicMs())
  }

  /** Until the next renewal is due. */
  #dueInMs(): number {
    return Math.max(0, this.#leftMs() - (LEASE_DURATION_MS - MARGIN_MS - RENEW_MS))
  }

  async #atMost(ms: number, work: Promise<void>, signal: AbortSignal): Promise<void> {
    const done = new AbortController()
    await Promise.race([work, this.#options.sleep(ms, AbortSignal.any([signal, done.signal]))])
    done.abort()
  }

  /** One renewal at a time, for all who want one. */
  async #renewOnce(): Promise<void> {
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined))
    return this.#renewal
  }

  /** Never throws. Leaves `#heldUntilMs` as it was when it is not known what became of the renewal. */
  async #renew(): Promise<void> {
    const { leases, name, identity, now, log } = this.#options
    try {
      const sentAtMs = this.#options.monotonicMs()
      const renewed = await leases.mergePatch('leases', name, { metadata: this.#precondition(), spec: renewedSpec(identity, now()) })
      if (this.#heldUntilMs !== undefined) this.#hold(renewed, sentAtMs)
    } catch (error) {
      log.debug({ lease: name, error }, 'the lease could not be renewed')
      if (isClusterError(error, 'Conflict', 'NotFound')) await this.#lookAgain()
    }
  }

  /** The lease is not as we left it: a renewal whose answer was lost, somebody's edit, or another holder. */
  async #lookAgain(): Promise<void> {
    const { leases, name, identity } = this.#options
    try {
      const found = await leases.read('leases', name)
      if (found !== undefined && this.#see(found).holder === identity) return
      this.#heldUntilMs = undefined
      this.#nap.abort()
    } catch (error) {
      this.#options.log.debug({ lease: name, error }, 'the lease could not be read')
    }
  }

  #precondition(): { readonly resourceVersion?: string } {
    return this.#seen === undefined ? {} : { resourceVersion: this.#seen.lease.resourceVersion }
  }

  /** Best effort: a lease that could not be given back runs out. */
  async #release(): Promise<void> {
    const { leases, name, now, log } = this.#options
    this.#heldUntilMs = undefined
    try {
      await this.#renewal
      await leases.mergePatch('leases', name, { metadata: this.#precondition(), spec: releasedSpec(now()) })
    } catch (error) {
      log.warn({ lease: name, error }, 'the lease could not be given back; it runs out by itself')
    }
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.#nap = new AbortController()
    await this.#options.sleep(ms, AbortSignal.any([signal, this.#nap.signal]))
  }
}
