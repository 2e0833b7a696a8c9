import type { PipelineToggleParams, ServiceResponse } from '../link/protocol.ts'
import { patchSchedule } from '../schedule/execute-schedule.ts'
import { answer } from './answer.ts'
import type { RequestContext } from './request-context.ts'
import { newestOf, superseded, toldWithNextRun, unreadable, withFreshState } from './schedule-state.ts'

/**
 * `pipeline/toggle`: whether the schedule fires. What was due while it was off is not made up for. Of a pipeline without a schedule nothing
 * is remembered: a later deploy says itself whether it is on, and one that is older than this is put right by the sync that is asked for.
 */
export async function togglePipeline(params: PipelineToggleParams, context: RequestContext): Promise<ServiceResponse> {
  const { id } = params.ingestionPipeline
  return context.schedules.inOrder.run(id, async () => withFreshState(async () => toggle(params, context), id, context))
}

async function toggle({ ingestionPipeline: { id, updatedAt }, enabled }: PipelineToggleParams, context: RequestContext): Promise<ServiceResponse> {
  const { effects, schedules, version } = context
  const refusal = unreadable(id, context)
  if (refusal !== undefined) return refusal
  const newest = newestOf(id, context)
  const nowMs = effects.now()
  const updatedAtMs = updatedAt ?? nowMs
  if (newest !== undefined && updatedAtMs < newest.status.updatedAtMs) return superseded(newest, context)
  if (newest === undefined || newest.status.phase === 'Retired') {
    // Its deploy may be on its way, and be older than this: what the server has by now is asked for.
    context.onDesiredChanged()
    return answer(404, 'ingestionPipeline: it has no schedule on this runner; deploy it first', version)
  }
  const activeSinceMs = enabled && !newest.status.isEnabled ? nowMs : newest.status.activeSinceMs
  const status = { ...newest.status, isEnabled: enabled, activeSinceMs, updatedAtMs }
  if (newest.status.isEnabled !== enabled || newest.status.updatedAtMs !== updatedAtMs) {
    await patchSchedule(newest, status, { cluster: effects.cluster, schedules: schedules.cache })
    schedules.wake(id)
  }
  return toldWithNextRun(enabled ? 'the schedule is on' : 'the schedule is off', { ...newest, status }, context)
}
