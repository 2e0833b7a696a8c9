import type { PipelineParams, ServiceResponse } from '../link/protocol.ts'
import { endRunsOf } from '../schedule/end-runs.ts'
import type { RequestContext } from './request-context.ts'
import { retireSchedule } from './retire-schedule.ts'
import { newestOf, unreadable, withFreshState } from './schedule-state.ts'

/** `pipeline/delete`: its schedule is taken off and its active runs end. One that is not known is gone already. */
export async function deletePipeline({ ingestionPipeline }: PipelineParams, context: RequestContext): Promise<ServiceResponse> {
  const { id, updatedAt } = ingestionPipeline
  const updatedAtMs = updatedAt ?? context.effects.now()
  const work = async (): Promise<ServiceResponse> => {
    const refusal = unreadable(id, context)
    if (refusal !== undefined) return refusal
    const newest = newestOf(id, context)
    const answered = await retireSchedule({ pipelineId: id, updatedAtMs, why: 'deleted' }, context)
    if (newest === undefined || updatedAtMs >= newest.status.updatedAtMs) await endRunsOf(id, 'stopped because its pipeline was deleted', context.effects)
    return answered
  }
  return context.schedules.inOrder.run(id, async () => withFreshState(work, id, context))
}
