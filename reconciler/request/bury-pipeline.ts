import { scheduleConfigMap } from '../../compiler/schedule/schedule-config-map.ts'
import { scheduleTombstone, type UnknownPipeline } from '../../compiler/schedule/schedule-tombstone.ts'
import { ClusterError, isClusterError } from '../cluster/cluster-error.ts'
import type { ServiceResponse } from '../link/protocol.ts'
import { answer } from './answer.ts'
import type { RequestContext } from './request-context.ts'

/** A delete of a pipeline that is not known: its deploy may still be on its way, and must find it deleted. Costs one write. */
export async function buryPipeline(pipeline: UnknownPipeline, updatedAtMs: number, context: RequestContext): Promise<ServiceResponse> {
  const { effects, schedules, policy, version } = context
  const tombstone = scheduleTombstone(pipeline, policy.agentId, updatedAtMs, effects.now())
  try {
    schedules.cache.putRevision(await effects.cluster.create('configmaps', scheduleConfigMap(tombstone)))
  } catch (error) {
    if (!isClusterError(error, 'AlreadyExists')) throw error
    const live = await effects.cluster.read('configmaps', tombstone.name)
    if (live !== undefined) schedules.cache.putRevision(live)
    throw new ClusterError('Conflict', `the pipeline ${pipeline.fullyQualifiedName} was deleted at the same moment`)
  }
  schedules.wake(pipeline.id)
  return answer(200, 'the pipeline has no schedule on this runner; what was said before this delete will be turned away', version)
}
