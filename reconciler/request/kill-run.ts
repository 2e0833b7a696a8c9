import { recordName } from '../../compiler/names.ts'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import { tombstoneFor } from '../../compiler/tombstone.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { UNREADABLE } from '../logs/find-run.ts'
import type { RunParams, ServiceResponse } from '../link/protocol.ts'
import { answer } from './answer.ts'
import type { RequestContext } from './request-context.ts'
import { requestKill } from './request-kill.ts'

/**
 * `run/kill`: writes the wish on the record. A kill of a run that has ended changes nothing and is good. A kill of a run that is
 * not known leaves a tombstone: its request may still be on its way, and must find it stopped.
 */
export async function killRun({ runId }: RunParams, context: RequestContext): Promise<ServiceResponse> {
  const { version, policy } = context
  const name = recordName(runId, policy.agentId)
  const kill = await requestKill(name, context)
  switch (kill.kind) {
    case 'requested':
      return answer(200, 'stop requested', version, runId)
    case 'ended':
      return answer(200, `run had ended before: ${kill.state}`, version, runId)
    case 'busy':
      return answer(503, 'the record of the run changes too fast; try again', version, runId)
    case 'unreadable':
      return answer(409, `runId: ${UNREADABLE}`, version, runId)
    case 'absent':
      return buryRun(runId, context)
  }
}

async function buryRun(runId: string, { effects, version, policy }: RequestContext): Promise<ServiceResponse> {
  try {
    effects.cache.putRecord(await effects.cluster.create('configmaps', recordConfigMap(tombstoneFor(runId, policy.agentId, effects.now()))))
    return answer(200, `runner ${policy.agentId} has no such run; it will not start when its request comes`, version, runId)
  } catch (error) {
    if (isClusterError(error, 'AlreadyExists')) return answer(503, 'the request of this run came at the same moment; try again', version, runId)
    throw error
  }
}
