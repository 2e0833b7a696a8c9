import type { Effects } from './effects.ts'

/**
 * Reads the record and the pods of a run live, after a conflict: the cache has shown what the cluster does not hold any more. The
 * watch brings the same sooner or later; with a watch that has died it is later.
 */
export async function refreshRun(key: string, { cluster, cache }: Pick<Effects, 'cluster' | 'cache'>): Promise<void> {
  const { record, pods } = cache.run(key)
  const live = await cluster.read('configmaps', key)
  if (live !== undefined) cache.putRecord(live)
  else if (record !== undefined) cache.dropRecord(key, record.uid)
  for (const { name, uid } of pods) {
    const pod = await cluster.read('pods', name)
    if (pod === undefined) cache.dropPod(name, uid)
    else cache.putPod(pod)
  }
}
