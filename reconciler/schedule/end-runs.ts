import { recordStatusData } from '../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import type { RunCache } from '../cache/run-cache.ts'
import type { Effects } from '../execute/effects.ts'

/** The runs of a pipeline that have not ended, as far as the cache knows. */
export function activeRunsOf(cache: RunCache, pipelineId: string): StoredRecord[] {
  return [...cache.keys()].flatMap((key) => {
    const { record } = cache.run(key)
    return record !== undefined && record.status.phase === 'Queued' && record.spec.pipeline.id === pipelineId ? [record] : []
  })
}

/** Writes on each active run of the pipeline that it is to stop. The reconciler does the rest. Gives how many were told. */
export async function endRunsOf(pipelineId: string, reason: string, { cluster, cache, now }: Pick<Effects, 'cluster' | 'cache' | 'now'>): Promise<number> {
  const runs = activeRunsOf(cache, pipelineId).filter(({ status }) => status.kill === undefined)
  for (const { name, resourceVersion, status } of runs) {
    const kill = { atMs: now(), reason }
    const patch = { metadata: { resourceVersion }, data: recordStatusData({ ...status, kill }) }
    cache.putRecord(await cluster.mergePatch('configmaps', name, patch))
  }
  return runs.length
}
