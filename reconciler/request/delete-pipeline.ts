import type { PipelineParams, ServiceResponse } from '../link/protocol.ts'
import { patchSchedule } from '../schedule/execute-schedule.ts'
import { endRunsOf } from '../schedule/end-runs.ts'
import { buryPipeline } from './bury-pipeline.ts'
import type { RequestContext } from './request-context.ts'
import { retireSchedule } from './retire-schedule.ts'
import { newestOf, unreadable, withFreshState } from './schedule-state.ts'

/** `pipeline/delete`: its schedule is taken off and its active runs end. One that is not known is gone already; its deploy may come later. */
export async function deletePipeline({ ingestionPipeline }: PipelineParams, context: RequestContext): Promise<ServiceResponse> {
  const { id, fullyQualifiedName, updatedAt } = ingestionPipeline
  const updatedAtMs = updatedAt ?? context.effects.now()
  const work = async (): Promise<ServiceResponse> => {
    const refusal = unreadable(id, context)
    if (refusal !== undefined) return refusal
    const newest = newestOf(id, context)
    const isUnheardOf = newest === undefined && typeof updatedAt === 'number'
    const answered = isUnheardOf
      ? await buryPipeline({ id, fullyQualifiedName }, updatedAt, context)
      : await retireSchedule({ pipelineId: id, updatedAtMs, why: 'deleted' }, context)
    if (typeof updatedAt === 'number') await postpone(id, updatedAt, context)
    if (newest === undefined || updatedAtMs >= newest.status.updatedAtMs) await endRunsOf(id, 'stopped because its pipeline was deleted', context.effects)
    return answered
  }
  return context.schedules.inOrder.run(id, async () => withFreshState(work, id, context))
}

/** A later delete of what is deleted already turns away what was said before it, too. */
async function postpone(pipelineId: string, updatedAtMs: number, context: RequestContext): Promise<void> {
  const { effects, schedules } = context
  const newest = newestOf(pipelineId, context)
  if (newest === undefined || newest.status.phase !== 'Retired' || newest.status.updatedAtMs >= updatedAtMs) return
  const status = { ...newest.status, updatedAtMs, retired: { atMs: effects.now(), why: 'deleted' } } as const
  await patchSchedule(newest, status, { cluster: effects.cluster, schedules: schedules.cache })
}
