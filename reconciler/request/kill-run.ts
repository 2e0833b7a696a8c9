import { recordName } from '../../compiler/names.ts'
import { recordStatusData } from '../../compiler/record-config-map.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import type { RunParams, ServiceResponse } from '../link/protocol.ts'
import { answer } from './answer.ts'
import type { RequestContext } from './request-context.ts'

const CONFLICT_RETRIES = 5

/**
 * `run/kill`: writes the wish on the record. The reconciler deletes the pod, waits until it is gone, and only then reports
 * `stopped`. A repeat, and a kill of a run that has ended, change nothing and are good.
 */
export async function killRun({ runId }: RunParams, context: RequestContext): Promise<ServiceResponse> {
  const { effects, version, policy } = context
  const name = recordName(runId, policy.agentId)
  for (let attempt = 0; attempt < CONFLICT_RETRIES; attempt += 1) {
    const live = await effects.cluster.read('configmaps', name)
    const record = live === undefined ? undefined : effects.cache.putRecord(live)
    if (record === undefined) return answer(404, `runId: runner ${policy.agentId} has no run ${runId}`, version, runId)
    if (record.status.phase === 'Ended') return answer(200, `run had ended before: ${record.status.end?.state ?? 'unknown'}`, version, runId)
    if (record.status.kill !== undefined) return answer(200, 'stop requested', version, runId)
    const kill = { atMs: effects.now(), reason: 'stopped on request of Collate' }
    try {
      const patch = { metadata: { resourceVersion: record.resourceVersion }, data: recordStatusData({ ...record.status, kill }) }
      effects.cache.putRecord(await effects.cluster.mergePatch('configmaps', name, patch))
      return answer(200, 'stop requested', version, runId)
    } catch (error) {
      if (!isClusterError(error, 'Conflict')) throw error
    }
  }
  return answer(503, 'the record of the run changes too fast; try again', version, runId)
}
