import type { StoredRecord } from '../../compiler/record.ts'
import { isFinished } from '../cache/finished-record.ts'
import { ClusterError } from '../cluster/cluster-error.ts'
import { requestKill } from '../request/request-kill.ts'
import type { RunCache } from '../cache/run-cache.ts'
import type { Effects } from '../execute/effects.ts'

/** The runs of a pipeline that have not ended, as far as the cache knows. */
export function activeRunsOf(cache: RunCache, pipelineId: string): StoredRecord[] {
  return [...cache.keys()].flatMap((key) => {
    const { record } = cache.run(key)
    return record !== undefined && !isFinished(record) && record.status.phase === 'Queued' && record.spec.pipeline.id === pipelineId ? [record] : []
  })
}

/** Writes on each active run of the pipeline that it is to stop. The reconciler does the rest. Throws when one could not be written now. */
export async function endRunsOf(
  pipelineId: string,
  reason: string,
  effects: Pick<Effects, 'cluster' | 'cache' | 'now'>,
  isMeant: (run: StoredRecord) => boolean = () => true,
): Promise<void> {
  const runs = activeRunsOf(effects.cache, pipelineId).filter((run) => run.status.kill === undefined && isMeant(run))
  for (const { name } of runs) {
    const { kind } = await requestKill(name, { effects }, reason)
    if (kind === 'busy') throw new ClusterError('Conflict', `the record ${name} changes too fast`)
  }
}
