import { agentLabelValue, LABEL_AGENT, LABEL_PIPELINE_ID, LABEL_ROLE } from '../../compiler/labels.ts'
import { listAll } from '../cluster/list-all.ts'
import type { PipelineParams, ServiceResponse } from '../link/protocol.ts'
import { answer } from './answer.ts'
import type { RequestContext } from './request-context.ts'
import { requestKill } from './request-kill.ts'

/**
 * `pipeline/kill`: the wish to stop goes on the record of every run of the pipeline that has not ended, those that wait among them.
 * The records are read from the API server, not from what was heard: a run that was accepted a moment ago is one of them.
 */
export async function killPipeline({ ingestionPipeline: { id } }: PipelineParams, context: RequestContext): Promise<ServiceResponse> {
  let stopped = 0
  let busy = 0
  for (const name of await recordsOf(id, context)) {
    const { kind } = await requestKill(name, context)
    if (kind === 'requested') stopped += 1
    if (kind === 'busy') busy += 1
  }
  if (busy > 0) return answer(503, `stop requested for ${stopped} run(s); the records of ${busy} change too fast, try again`, context.version)
  return answer(200, `stop requested for ${stopped} run(s)`, context.version)
}

/** Names of the records of the pipeline's runs that may not have ended. */
async function recordsOf(pipelineId: string, { effects: { cluster, cache }, policy }: RequestContext): Promise<string[]> {
  const labelSelector = `${LABEL_AGENT}=${agentLabelValue(policy.agentId)},${LABEL_PIPELINE_ID}=${pipelineId},${LABEL_ROLE}=record`
  const names = (await listAll(cluster, 'configmaps', labelSelector)).map(({ metadata }) => metadata?.name ?? '')
  return names.filter((name) => cache.run(name).record?.status.phase !== 'Ended')
}
