import { recordName } from '../../compiler/names.ts'
import type { RunLogParams } from '../link/protocol.ts'
import type { Log } from '../log.ts'
import type { LogPlace } from './attempt-log.ts'
import { followRun } from './follow-run.ts'
import type { LogPosition } from './log-position.ts'

export interface LogFollowersOptions {
  readonly place: LogPlace
  /** Rejects when there is no link. */
  readonly send: (params: RunLogParams) => Promise<void>
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
  readonly log: Log
}

/** Each holds a connection to the API server, one to the kubelet behind it, and at most a batch of log. */
const MAX_FOLLOWERS = 32
/** A change that nobody tells of, such as one that the cache has not seen, is found after so long. */
const LOOK_AGAIN_MS = 5_000

interface Follower {
  readonly stop: AbortController
  readonly ended: Promise<void>
}

/** What a follower is told of its run. A change that comes while it looks at the run is not lost: it looks once more. */
interface Bell {
  hasRung: boolean
  onRing: () => void
}

/** The runs whose logs the server follows, one follower each. They live as long as the connection that asked for them. */
export class LogFollowers {
  readonly #options: LogFollowersOptions
  readonly #followers = new Map<string, Follower>()
  /** By the key of the run. */
  readonly #bells = new Map<string, Bell>()

  constructor(options: LogFollowersOptions) {
    this.#options = options
  }

  /** Follows a run from a position; takes the place of who follows it already. Gives false when there are too many. */
  follow(runId: string, position: LogPosition): boolean {
    const before = this.#followers.get(runId)
    if (before === undefined && this.#followers.size >= MAX_FOLLOWERS) return false
    before?.stop.abort()
    const stop = new AbortController()
    const ended = (before?.ended ?? Promise.resolve()).then(async () => this.#run(runId, position, stop.signal))
    const follower = { stop, ended }
    this.#followers.set(runId, follower)
    void ended.finally(() => {
      if (this.#followers.get(runId) === follower) this.#followers.delete(runId)
    })
    return true
  }

  unfollow(runId: string): void {
    this.#followers.get(runId)?.stop.abort()
    this.#followers.delete(runId)
  }

  /** The connection is gone, or the runner stops. */
  stopAll(): void {
    for (const runId of this.#followers.keys()) this.unfollow(runId)
  }

  /** Something about a run has changed. To be called for every change, by the key of the run. */
  wake(key: string): void {
    const bell = this.#bells.get(key)
    if (bell === undefined) return
    bell.hasRung = true
    bell.onRing()
  }

  count(): number {
    return this.#followers.size
  }

  async #run(runId: string, position: LogPosition, signal: AbortSignal): Promise<void> {
    const { place, send, sleep, random, log } = this.#options
    const key = recordName(runId, place.policy.agentId)
    const bell: Bell = { hasRung: false, onRing: () => undefined }
    this.#bells.set(key, bell)
    try {
      await followRun(runId, position, { place, send, sleep, random, signal, untilChanged: async () => this.#untilRung(bell, signal) })
    } catch (error) {
      if (!signal.aborted) log.warn({ run: runId, error }, 'a log is followed no more')
    } finally {
      if (this.#bells.get(key) === bell) this.#bells.delete(key)
    }
  }

  async #untilRung(bell: Bell, signal: AbortSignal): Promise<void> {
    if (!bell.hasRung) {
      const rung = new AbortController()
      bell.onRing = () => rung.abort()
      await this.#options.sleep(LOOK_AGAIN_MS, AbortSignal.any([signal, rung.signal]))
    }
    bell.hasRung = false
  }
}
