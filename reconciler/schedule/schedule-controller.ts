import { LABEL_ROLE } from '../../compiler/labels.ts'
import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import { SCHEDULE_ROLE } from '../../compiler/schedule/schedule-config-map.ts'
import { Watches } from '../cache/watches.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { listAllOfArgo } from '../cluster/list-all.ts'
import { ownObjects } from '../cluster/own-objects.ts'
import type { InOrder } from '../queue/in-order.ts'
import type { Outcome } from '../queue/work-queue.ts'
import { WorkQueue } from '../queue/work-queue.ts'
import { executeSchedule, type ScheduleDeed } from './execute-schedule.ts'
import { LeftOvers } from './left-overs.ts'
import { planSchedule, type ScheduleObservation, type SchedulePlan } from './plan-schedule.ts'
import type { ScheduleEffects } from './schedule-effects.ts'
import { schedulesInUse } from './schedules-in-use.ts'
import { isRefusal } from '../cluster/is-refusal.ts'
import { UnappliedSchedules } from './unapplied-schedules.ts'
import { VanishedSchedules } from './vanished-schedules.ts'
import { wantedCron } from './wanted-cron.ts'

export interface ScheduleControllerOptions {
  readonly effects: ScheduleEffects
  /** Shared with the requests: a revision must not go while a deploy brings it back. */
  readonly inOrder: InOrder
  readonly random: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

const CONCURRENCY = 4
const BACKOFF = { baseMs: 250, capMs: 30_000 }

/**
 * Records to CronJobs: three watches feed the caches, the caches wake pipelines, one worker a pipeline makes its CronJob what its
 * records say.
 */
export class ScheduleController {
  readonly #options: ScheduleControllerOptions
  /** There while this process leads. */
  #queue: WorkQueue | undefined
  readonly #unapplied = new UnappliedSchedules()
  readonly #vanished = new VanishedSchedules()
  readonly #watches: Watches
  /** Under Argo its CronWorkflows are watched. */
  readonly #leftOvers: LeftOvers | undefined
  #isSynced = false

  constructor(options: ScheduleControllerOptions) {
    const { effects, random, sleep } = options
    const { cluster, log, now } = effects
    this.#options = options
    this.#watches = new Watches({ cluster, log, now, random, sleep })
    this.#leftOvers = effects.policy.executor === 'argo' ? undefined : leftOversOf(effects)
  }

  /** Watches. Resolves when all schedules, their CronJobs and Jobs are known; nothing is reconciled before `start`. */
  async sync(): Promise<void> {
    const { schedules, jobs, policy } = this.#options.effects
    const own = ownObjects(policy.agentId)
    const revisions = this.#watches.follow('configmaps', `${own},${LABEL_ROLE}=${SCHEDULE_ROLE}`, schedules.revisionSink())
    const batch = [this.#watches.follow('cronjobs', own, schedules.cronSink('cronjobs')), this.#watches.follow('jobs', own, jobs.sink())]
    const argo = policy.executor === 'argo' ? [this.#watches.follow('cronworkflows', own, schedules.cronSink('cronworkflows'))] : []
    await Promise.all([revisions, ...batch, ...argo])
  }

  /** The runs are known too, so that a leader may reconcile: a revision that a run needs must not go. */
  start(): void {
    this.#isSynced = true
    this.wakeAll()
  }

  lead(): void {
    const { effects, inOrder, random } = this.#options
    this.#leftOvers?.forget()
    this.#queue = new WorkQueue({
      work: async (pipelineId) => inOrder.run(pipelineId, async () => this.#reconcile(pipelineId)),
      onError: (pipelineId, error, failures) => this.#onError(pipelineId, error, failures),
      concurrency: CONCURRENCY,
      backoff: BACKOFF,
      random,
      now: effects.now,
    })
    this.wakeAll()
  }

  /** Only watches from now on. Resolves when the works in hand are done. */
  async standBy(): Promise<void> {
    const queue = this.#queue
    this.#queue = undefined
    await queue?.stop()
    this.#unapplied.clearAll()
    this.#vanished.clearAll()
  }

  /** To be called for every change of a pipeline's schedule, its CronJob, its Jobs or its runs. */
  wake(pipelineId: string): void {
    if (this.#isSynced) this.#queue?.add(pipelineId)
  }

  /** To be called when the facts have changed: they reach every schedule. */
  wakeAll(): void {
    for (const pipelineId of this.#options.effects.schedules.pipelineIds()) this.wake(pipelineId)
  }

  /** To be called when somebody else has deleted the record of a schedule that was to fire. */
  recover(revision: StoredSchedule): void {
    if (this.#queue === undefined) return
    this.#options.effects.payloads.forget(revision.spec.payload.secretName)
    this.#vanished.add(revision, this.#options.effects.now())
    this.wake(revision.spec.pipeline.id)
  }

  /** The schedules that do not fire as they are to. */
  unapplied(): Pick<UnappliedSchedules, 'count' | 'troubles'> {
    return this.#unapplied
  }

  depth(): number {
    return this.#queue?.depth() ?? 0
  }

  /** Milliseconds since the watch that is silent longest gave a sign of life. */
  watchAgeMs(): number {
    return this.#watches.ageMs()
  }

  async stop(): Promise<void> {
    await this.standBy()
    this.#watches.stop()
  }

  async #reconcile(pipelineId: string): Promise<Outcome> {
    const { effects } = this.#options
    if (effects.schedules.isUnreadable(pipelineId)) return {}
    await this.#leftOvers?.known()
    const { actions, requeueAfterMs } = await this.#planWithAnswers(pipelineId)
    for (const action of actions) await executeSchedule(action, effects)
    this.#noteApplied(pipelineId, actions)
    const lookAgainMs = await this.#vanished.recover(pipelineId, effects)
    const waits = [requeueAfterMs, lookAgainMs].filter((wait) => wait !== undefined)
    return waits.length === 0 ? {} : { requeueAfterMs: Math.min(...waits) }
  }

  #noteApplied(pipelineId: string, actions: readonly ScheduleDeed[]): void {
    const complaint = actions.find((action) => action.kind === 'complain')
    if (complaint === undefined) this.#unapplied.clear(pipelineId)
    else this.#unapplied.note(pipelineId, complaint.revision.spec.pipeline.fullyQualifiedName, complaint.problem)
  }

  /** Plans, asks which payloads are there, and plans again. Each is asked for once. */
  async #planWithAnswers(pipelineId: string): Promise<{ readonly actions: readonly ScheduleDeed[]; readonly requeueAfterMs?: number }> {
    const { cluster, payloads } = this.#options.effects
    for (;;) {
      const plan: SchedulePlan = planSchedule(this.#observe(pipelineId))
      const question = plan.actions.find((action) => action.kind === 'askPayload')
      if (question === undefined) return { ...plan, actions: plan.actions.filter((action) => action.kind !== 'askPayload') }
      await payloads.ask(cluster, question.revision)
    }
  }

  #observe(pipelineId: string): ScheduleObservation {
    const { effects } = this.#options
    const nowMs = effects.now()
    const revisions = effects.schedules.revisions(pipelineId)
    const [kind, otherKind] = effects.policy.executor === 'argo' ? (['cronworkflows', 'cronjobs'] as const) : (['cronjobs', 'cronworkflows'] as const)
    const cron = effects.schedules.cron(kind, pipelineId)
    const leftOver = effects.schedules.cron(otherKind, pipelineId)
    return {
      revisions,
      ...(cron === undefined ? {} : { cron }),
      ...(leftOver === undefined ? {} : { leftOver }),
      inUse: schedulesInUse(revisions, effects, leftOver !== undefined),
      payloadOf: (revision: StoredSchedule) => effects.payloads.of(revision),
      wantedOf: (revision: StoredSchedule) => wantedCron(revision, effects.policy, effects.facts(), { nowMs, cron }),
      nowMs,
    }
  }

  #onError(pipelineId: string, error: unknown, failures: number): void {
    const isExpected = isClusterError(error, 'Conflict')
    if (isRefusal(error)) {
      const [revision] = this.#options.effects.schedules.revisions(pipelineId)
      this.#unapplied.note(pipelineId, revision?.spec.pipeline.fullyQualifiedName ?? pipelineId, error.message)
    }
    this.#options.effects.log[isExpected ? 'debug' : 'warn']({ pipelineId, failures, error }, 'a schedule could not be reconciled; trying again')
  }
}

function leftOversOf({ cluster, schedules, policy }: ScheduleEffects): LeftOvers {
  return new LeftOvers({
    list: async () => listAllOfArgo(cluster, 'cronworkflows', ownObjects(policy.agentId)),
    replace: (found) => schedules.cronSink('cronworkflows').replace(found),
  })
}
