import type { Cluster } from '../../reconciler/cluster/cluster.ts'
import { ClusterError } from '../../reconciler/cluster/cluster-error.ts'
import { Elector } from '../../reconciler/leader/elector.ts'
import type { FakeCluster } from './fake-cluster.ts'
import type { VirtualTime } from './virtual-time.ts'

export const LEASE_NAME = 'leader-of-test'
/** What the connection of the lease gives each call. */
const CALL_TIMEOUT_MS = 2_000

/** How one call fares on its way. */
export interface Passage {
  readonly thereMs: number
  readonly backMs: number
  readonly isAnswerLost: boolean
}

export const SMOOTH: Passage = { thereMs: 5, backMs: 5, isAnswerLost: false }

/** One process that competes for the lease, with clocks, a network and freezes of its own. */
export class Replica {
  readonly elector: Elector
  /** What became of it, in order: `leads`, `ends: reason`. */
  readonly story: string[] = []
  /** What it said in its log at info. */
  readonly told: object[] = []
  passage: () => Passage = () => SMOOTH
  wallSkewMs = 0
  /** How long the end of a term takes. */
  drainMs = 0
  #frozenUntilMs = 0
  #cutUntilMs = 0
  readonly #time: VirtualTime
  readonly #cluster: FakeCluster

  constructor(cluster: FakeCluster, time: VirtualTime, identity: string, monotonicOffsetMs = 0) {
    this.#time = time
    this.#cluster = cluster
    this.elector = new Elector({
      leases: { create: this.#overNetwork('create'), read: this.#overNetwork('read'), mergePatch: this.#overNetwork('mergePatch') },
      name: LEASE_NAME,
      labels: {},
      identity,
      lead: () => {
        this.story.push('leads')
        return { end: async (reason) => (await this.#sleep(this.drainMs), void this.story.push(`ends: ${reason}`)) }
      },
      monotonicMs: () => time.now() + monotonicOffsetMs,
      now: () => 1_800_000_000_000 + time.now() + this.wallSkewMs,
      sleep: async (ms, signal) => this.#sleep(ms, signal),
      log: { debug: () => undefined, info: (fields, message) => void this.told.push({ ...fields, message }), warn: () => undefined, error: () => undefined },
    })
  }

  /** From now on nothing of it runs for a while; then it goes on where it was. */
  freeze(ms: number): void {
    this.#frozenUntilMs = this.#time.now() + ms
  }

  isFrozen(): boolean {
    return this.#time.now() < this.#frozenUntilMs
  }

  /** For a while nothing it sends arrives. */
  cutOff(ms: number): void {
    this.#cutUntilMs = this.#time.now() + ms
  }

  async #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#time.sleep(ms, signal)
    await this.#thaw()
  }

  async #thaw(): Promise<void> {
    while (this.isFrozen()) await this.#time.sleep(this.#frozenUntilMs - this.#time.now())
  }

  #overNetwork<M extends 'create' | 'read' | 'mergePatch'>(method: M): Cluster[M] {
    const call = async (...args: readonly unknown[]): Promise<unknown> => {
      const { thereMs, backMs, isAnswerLost } = this.passage()
      const isLost = this.#time.now() < this.#cutUntilMs
      const timeout = this.#time.sleep(CALL_TIMEOUT_MS).then(() => ({ error: new ClusterError('Unavailable', 'no answer in time') }))
      const answer = async (): Promise<{ value?: unknown; error?: unknown }> => {
        await this.#time.sleep(thereMs)
        if (isLost) return timeout
        const outcome = await (Reflect.apply(this.#cluster[method], this.#cluster, args) as Promise<unknown>).then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        )
        await this.#time.sleep(backMs)
        return isAnswerLost ? timeout : outcome
      }
      const outcome: { value?: unknown; error?: unknown } = await Promise.race([answer(), timeout])
      await this.#thaw()
      // oxlint-disable-next-line typescript/only-throw-error -- what the cluster threw
      if (outcome.error !== undefined) throw outcome.error
      return outcome.value
    }
    return call as Cluster[M]
  }
}
