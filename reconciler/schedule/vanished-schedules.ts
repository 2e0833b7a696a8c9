import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import { isRefusal } from '../cluster/is-refusal.ts'
import type { ScheduleEffects } from './schedule-effects.ts'

/** Kubernetes takes away what a record owned within seconds. A payload that is still there then is nobody's any more, and stays. */
const GONE_WITHIN_MS = 30_000
const LOOK_AGAIN_MS = 1_000

/**
 * Schedules whose record somebody else deleted. Only Collate can bring them back, and only when the payload has gone after its
 * record: one of the same name would be taken for the new record's, and go a moment later.
 */
export class VanishedSchedules {
  readonly #vanished = new Map<string, { readonly revision: StoredSchedule; readonly atMs: number }>()

  add(revision: StoredSchedule, atMs: number): void {
    this.#vanished.set(revision.spec.pipeline.id, { revision, atMs })
  }

  clearAll(): void {
    this.#vanished.clear()
  }

  /** Asks for a sync as soon as that may bring the schedule of this pipeline back. Gives when to look again. */
  async recover(pipelineId: string, effects: ScheduleEffects): Promise<number | undefined> {
    const { schedules, now, log, wantSync } = effects
    const vanished = this.#vanished.get(pipelineId)
    if (vanished === undefined) return undefined
    const { revision, atMs } = vanished
    if (!schedules.revisions(pipelineId).some(({ status }) => status.phase === 'Active')) {
      if ((await isPayloadThere(revision, effects)) && now() - atMs < GONE_WITHIN_MS) return LOOK_AGAIN_MS
      log.warn(
        { schedule: revision.name, pipeline: revision.spec.pipeline.fullyQualifiedName },
        'somebody deleted the record of a schedule; asking Collate for it',
      )
      wantSync()
    }
    this.#vanished.delete(pipelineId)
    return undefined
  }
}

/** Asked anew each time. A cluster that refuses to say may have it still. */
async function isPayloadThere(revision: StoredSchedule, { cluster, payloads }: ScheduleEffects): Promise<boolean> {
  try {
    await payloads.ask(cluster, revision)
    return payloads.of(revision) === 'present'
  } catch (error) {
    if (!isRefusal(error)) throw error
    return true
  } finally {
    payloads.forget(revision.spec.payload.secretName)
  }
}
