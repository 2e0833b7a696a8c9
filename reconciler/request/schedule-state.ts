import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import { nextRunMs, whyNeverDue } from '../schedule/next-run.ts'
import { newestFirst } from '../schedule/plan-schedule.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import type { ServiceResponse } from '../link/protocol.ts'
import { answer } from './answer.ts'
import type { RequestContext } from './request-context.ts'

const CONFLICT_RETRIES = 5

/** The last word on the pipeline's schedule: its newest revision, be it that it was taken off. */
export function newestOf(pipelineId: string, { schedules }: RequestContext): StoredSchedule | undefined {
  return schedules.cache
    .revisions(pipelineId)
    .filter(({ status, isBeingDeleted }) => status.retired?.why !== 'replaced' && !isBeingDeleted)
    .toSorted(newestFirst)[0]
}

/** The answer to what was said before what is known. */
export function superseded(newest: StoredSchedule, { version }: RequestContext): ServiceResponse {
  const since = new Date(newest.status.updatedAtMs).toISOString()
  return answer(200, `superseded: the pipeline was changed at ${since}, which is later; nothing was done`, version)
}

/** A pipeline with a revision of a newer schema is another version's to change. */
export function unreadable(pipelineId: string, { schedules, version }: RequestContext): ServiceResponse | undefined {
  if (!schedules.cache.isUnreadable(pipelineId)) return undefined
  return answer(409, 'the schedule of this pipeline was written by a newer runner; update this runner', version)
}

/** An answer that tells when the schedule fires next, in epoch milliseconds, or why it never does. */
export function toldWithNextRun(
  reason: string,
  schedule: Pick<StoredSchedule, 'spec' | 'status' | 'name'> | undefined,
  context: RequestContext,
): ServiceResponse {
  const nowMs = context.effects.now()
  const nextRun = schedule === undefined ? null : nextRunMs(schedule, nowMs)
  const why = schedule === undefined ? undefined : whyNeverDue(schedule, nowMs)
  return { ...answer(200, why === undefined ? reason : `${reason}; ${why}`, context.version), data: { nextRun } }
}

/** Does a work that writes against a version; tries it again on what the cluster has when somebody else wrote in between. */
export async function withFreshState(work: () => Promise<ServiceResponse>, pipelineId: string, context: RequestContext): Promise<ServiceResponse> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isClusterError(error, 'Conflict', 'NotFound') || tries >= CONFLICT_RETRIES) throw error
      await readAnew(pipelineId, context)
    }
  }
}

async function readAnew(pipelineId: string, { effects, schedules }: RequestContext): Promise<void> {
  for (const { name, uid } of schedules.cache.revisions(pipelineId)) {
    const live = await effects.cluster.read('configmaps', name)
    if (live === undefined) schedules.cache.dropRevision(name, uid)
    else schedules.cache.putRevision(live)
  }
}
