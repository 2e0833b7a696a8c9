import { LABEL_ROLE } from '../compiler/labels.ts'
import { RUN_ROLE } from '../compiler/record-config-map.ts'
import { eventSink } from './cache/run-cache.ts'
import { Watches } from './cache/watches.ts'
import type { Kind } from './cluster/cluster.ts'
import { isClusterError } from './cluster/cluster-error.ts'
import { ownObjects } from './cluster/own-objects.ts'
import { needsWorkflows } from './cluster/needs-workflows.ts'
import type { ReflectorSink } from './cluster/reflector.ts'
import type { PendingBudgets } from './failures/pending-budgets.ts'
import type { Effects } from './execute/effects.ts'
import { refreshRun } from './execute/refresh-run.ts'
import type { Hold, Limits } from './queue/limits.ts'
import { placeIn } from './queue/standing.ts'
import { StartQueue } from './queue/start-queue.ts'
import { type Away, type Outcome, WorkQueue } from './queue/work-queue.ts'
import { TELLING_EVENTS } from './observe/observed-event.ts'
import { reconcile } from './reconcile.ts'
import { tellingAway } from './report/tell-collate.ts'
import type { Progress } from './http/health.ts'

export interface ControllerOptions {
  readonly effects: Effects
  readonly limits: Limits
  readonly recordTtlMs: number
  readonly pendingBudgets: PendingBudgets
  readonly random: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

const CONCURRENCY = 16
const BACKOFF = { baseMs: 250, capMs: 30_000 }

/**
 * Cluster to runs: the watches feed the cache, the cache wakes keys, the start queue says which of them may start, the work queue
 * has one worker a key reconcile them. Nothing is reconciled before the first lists are in: an empty list before that would look
 * like "no pod", and start a run twice.
 *
 * While it does not lead it watches and keeps the start queue as the leader's, and nothing is worked on: there is no work queue.
 */
export class Controller {
  readonly #options: ControllerOptions
  /** There while this process leads. */
  #queue: WorkQueue | undefined
  #starts: StartQueue
  readonly #watches: Watches
  /** Resolves when Argo's Workflows are known, once they are followed. */
  #workflows: Promise<void> | undefined
  #isSynced = false

  constructor(options: ControllerOptions) {
    const { effects, random, sleep } = options
    const { cluster, log, now } = effects
    this.#options = options
    this.#watches = new Watches({ cluster, log, now, random, sleep })
    this.#starts = this.#newStartQueue()
  }

  /** Resolves when the cluster's state is known and every run in it has been adopted. What there is to do is done once it leads. */
  async start(): Promise<void> {
    const { cache, policy } = this.#options.effects
    const labelSelector = ownObjects(policy.agentId)
    const records = this.#watches.follow('configmaps', `${labelSelector},${LABEL_ROLE}=${RUN_ROLE}`, cache.recordSink())
    const pods = this.#watches.follow('pods', labelSelector, cache.podSink())
    this.#watches.followHints('events', TELLING_EVENTS, eventSink(cache))
    await Promise.all([records, pods])
    // Who does not lead yet asks when it does: what was there before may have gone by then.
    if (policy.executor === 'argo' || this.#queue !== undefined) await this.#followWorkflows(this.#watches.signal)
    this.#isSynced = true
    this.#takeUp()
  }

  /**
   * Works on the runs from now on. What an earlier term believed is forgotten: another leader may have changed it. One of the other
   * executor may have left Workflows since this process began to watch, so that these are asked for first. Nothing is done once the signal is aborted.
   */
  async lead(signal: AbortSignal = this.#watches.signal): Promise<void> {
    const { effects, random } = this.#options
    effects.payloads.forgetAll()
    effects.toldPending.clear()
    effects.refusals.forgetAll()
    if (this.#isSynced) await this.#followWorkflows(signal)
    if (signal.aborted) return
    this.#starts = this.#newStartQueue()
    this.#queue = new WorkQueue({
      work: async (key, away) => this.#reconcile(key, away),
      onError: (key, error, failures) => this.#onError(key, error, failures),
      concurrency: CONCURRENCY,
      backoff: BACKOFF,
      random,
      now: effects.now,
    })
    if (this.#isSynced) this.#takeUp()
  }

  /** Only watches from now on. Resolves when the works in hand are done. */
  async standBy(): Promise<void> {
    const queue = this.#queue
    this.#queue = undefined
    await queue?.stop()
  }

  /** Has a run looked at. To be called for every change of a run. */
  wake(key: string): void {
    if (!this.#isSynced) return
    this.#track(key)
    this.#queue?.add(key)
    this.#admit()
  }

  isSynced(): boolean {
    return this.#isSynced
  }

  counts(): { readonly active: number; readonly waiting: number; readonly depth: number } {
    return { active: this.#starts.activeCount(), waiting: this.#starts.waitingCount(), depth: this.#queue?.depth() ?? 0 }
  }

  /** How many of those that wait each limit holds back. */
  heldBack(): Readonly<Record<Hold, number>> {
    return this.#starts.heldBack()
  }

  progress(): Progress {
    return { watchAgeMs: this.#watches.ageMs(), queueStalledMs: this.#queue?.stalledForMs() ?? 0 }
  }

  /** Ends the works in hand and the watches. Pods run on. */
  async stop(): Promise<void> {
    await this.standBy()
    this.#watches.stop()
  }

  #newStartQueue(): StartQueue {
    return new StartQueue(this.#options.limits)
  }

  /** All are placed before any may start: runs that have pods hold their slots first. */
  #takeUp(): void {
    const { cache, jobs } = this.#options.effects
    const keys = new Set([...cache.keys(), ...jobs.keys()])
    for (const key of keys) this.#track(key)
    for (const key of keys) this.#queue?.add(key)
    this.#admit()
  }

  /** Under Argo, or with Workflows left over from it: resolves when they are known, too. */
  async #followWorkflows(signal: AbortSignal): Promise<void> {
    const { effects, sleep } = this.#options
    const { cache, cluster, policy } = effects
    const labelSelector = ownObjects(policy.agentId)
    if (this.#workflows === undefined && !(await needsWorkflows({ cluster, executor: policy.executor, labelSelector, signal, sleep }))) return
    this.#workflows ??= this.#watches.follow('workflows', labelSelector, inTurn(effects.jobs.workflowSink(), cache.workflowSink()))
    await this.#workflows
  }

  async #reconcile(key: string, away: Away): Promise<Outcome> {
    const { recordTtlMs, pendingBudgets } = this.#options
    const effects = { ...this.#options.effects, reporter: tellingAway(this.#options.effects.reporter, away) }
    // Time alone may have made the run one that may start.
    this.#track(key)
    this.#admit()
    try {
      return await reconcile(key, { effects, holdsSlot: (run) => this.#starts.holdsSlot(run), recordTtlMs, pendingBudgets })
    } catch (error) {
      // The next try is to be planned on what is there, not on what the cache had.
      if (isClusterError(error, 'Conflict')) await refreshRun(key, effects)
      throw error
    }
  }

  #admit(): void {
    if (this.#queue === undefined) return
    for (const admitted of this.#starts.admit()) this.#queue.add(admitted)
  }

  /** Where the run stands in the start queue follows from its record and pods alone. */
  #track(key: string): void {
    const { cache, now } = this.#options.effects
    placeIn(this.#starts, key, cache.run(key), now())
  }

  #onError(key: string, error: unknown, failures: number): void {
    const { log } = this.#options.effects
    const isExpected = isClusterError(error, 'Conflict')
    log[isExpected ? 'debug' : 'warn']({ record: key, failures, error }, 'a run could not be reconciled; trying again')
  }
}

/** Has both take what comes, the first one first. */
function inTurn<K extends Kind>(first: ReflectorSink<K>, second: ReflectorSink<K>): ReflectorSink<K> {
  return {
    replace: (objects, asOf) => (first.replace(objects, asOf), second.replace(objects, asOf)),
    upsert: (object) => (first.upsert(object), second.upsert(object)),
    remove: (object) => (first.remove(object), second.remove(object)),
  }
}
