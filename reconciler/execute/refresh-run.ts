import type { ObservedPod } from '../observe/observed-pod.ts'
import type { Effects } from './effects.ts'

/**
 * Reads the record of a run and what runs it live, after a conflict: the cache has shown what the cluster does not hold any more.
 * The watch brings the same sooner or later; with a watch that has died it is later.
 */
export async function refreshRun(key: string, effects: Pick<Effects, 'cluster' | 'cache'>): Promise<void> {
  const { cluster, cache } = effects
  const { record, pods } = cache.run(key)
  const live = await cluster.read('configmaps', key)
  if (live !== undefined) cache.putRecord(live)
  else if (record !== undefined) cache.dropRecord(key, record.uid)
  for (const pod of pods) await refreshPod(pod, effects)
}

async function refreshPod({ resource, name, uid }: ObservedPod, { cluster, cache }: Pick<Effects, 'cluster' | 'cache'>): Promise<void> {
  if (resource === 'pods') {
    const live = await cluster.read('pods', name)
    if (live === undefined) cache.dropPod(name, uid)
    else cache.putPod(live)
    return
  }
  const live = await cluster.read('workflows', name)
  if (live === undefined) cache.dropWorkflow(name, uid)
  else cache.putWorkflow(live)
}
