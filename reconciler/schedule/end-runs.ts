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

/** Writes on each active run of the pipeline that it is to stop. The reconciler does the rest. */
export async function endRunsOf(
  pipelineId: string,
  reason: string,
  { cluster, cache, now }: Pick<Effects, 'cluster' | 'cache' | 'now'>,
  isMeant: (run: StoredRecord) => boolean = () => true,
): Promise<void> {
  const runs = activeRunsOf(cache, pipelineId).filter((run) => run.status.kill === undefined && isMeant(run))
  for (const { name, resourceVersion, status } of runs) {
    const kill = { atMs: now(), reason }
    const patch = { metadata: { resourceVersion }, data: recordStatusData({ ...status, kill }) }
    cache.putRecord(await cluster.mergePatch('configmaps', name, patch))
  }
}
