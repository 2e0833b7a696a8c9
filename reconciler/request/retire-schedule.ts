import type { RetirementReason } from '../../compiler/schedule/schedule-record.ts'
import type { ServiceResponse } from '../link/protocol.ts'
import { patchSchedule } from '../schedule/execute-schedule.ts'
import { newestFirst } from '../schedule/plan-schedule.ts'
import { answer } from './answer.ts'
import type { RequestContext } from './request-context.ts'
import { newestOf, superseded } from './schedule-state.ts'

export interface RetireOrder {
  readonly pipelineId: string
  readonly updatedAtMs: number
  readonly why: RetirementReason
}

/**
 * Takes the schedule of a pipeline off: written on every revision, the newest first, so that an older one never takes its place.
 * What is written stays for a while, to turn away what was said before.
 */
export async function retireSchedule({ pipelineId, updatedAtMs, why }: RetireOrder, context: RequestContext): Promise<ServiceResponse> {
  const { effects, schedules, version } = context
  const newest = newestOf(pipelineId, context)
  if (newest === undefined) return answer(200, 'the pipeline has no schedule on this runner', version)
  if (updatedAtMs < newest.status.updatedAtMs) return superseded(newest, context)
  const active = schedules.cache.revisions(pipelineId).filter(({ status }) => status.phase === 'Active')
  for (const revision of active.toSorted(newestFirst)) {
    const isNewest = revision.name === newest.name
    const status = {
      ...revision.status,
      phase: 'Retired',
      updatedAtMs: isNewest ? updatedAtMs : revision.status.updatedAtMs,
      retired: { atMs: effects.now(), why: isNewest ? why : 'replaced' },
    } as const
    await patchSchedule(revision, status, { cluster: effects.cluster, schedules: schedules.cache })
  }
  schedules.wake(pipelineId)
  return answer(
    200,
    why === 'deleted' ? 'the schedule of the pipeline is taken off, its active run ends' : 'the schedule of the pipeline is taken off',
    version,
  )
}
