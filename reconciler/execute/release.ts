import { END_RECORDED_FINALIZER } from '../../compiler/labels.ts'
import type { KnownRecord } from '../cache/finished-record.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import type { Effects } from './effects.ts'

/** Takes our finalizer off an attempt. Other finalizers stay; an object of the same name with another uid is not touched. */
export async function releasePod(pod: ObservedPod, { cluster, cache }: Effects): Promise<void> {
  const path = `/metadata/finalizers/${pod.finalizerIndex}`
  try {
    const steps = [
      { op: 'test', path: '/metadata/uid', value: pod.uid },
      { op: 'test', path, value: END_RECORDED_FINALIZER },
      { op: 'remove', path },
    ] as const
    if (pod.resource === 'pods') cache.putPod(await cluster.jsonPatch('pods', pod.name, steps))
    else cache.putWorkflow(await cluster.jsonPatch('workflows', pod.name, steps))
  } catch (error) {
    if (!isClusterError(error, 'NotFound')) throw error
    if (pod.resource === 'pods') cache.dropPod(pod.name, pod.uid)
    else cache.dropWorkflow(pod.name, pod.uid)
  }
}

/** Lets a record go that somebody deletes, once Collate has its end. */
export async function releaseRecord(record: KnownRecord, { cluster, cache }: Pick<Effects, 'cluster' | 'cache'>): Promise<void> {
  try {
    cache.putRecord(
      await cluster.mergePatch('configmaps', record.name, { metadata: { resourceVersion: record.resourceVersion, finalizers: otherFinalizers(record) } }),
    )
  } catch (error) {
    if (!isClusterError(error, 'NotFound')) throw error
    cache.dropRecord(record.name, record.uid)
  }
}

/** Deletes a record and with it, by garbage collection, its payload and pod. */
export async function deleteRecord(record: KnownRecord, effects: Pick<Effects, 'cluster' | 'cache'>): Promise<void> {
  if (record.finalizers.includes(END_RECORDED_FINALIZER)) await releaseRecord(record, effects)
  await effects.cluster.delete('configmaps', record.name, { uid: record.uid })
  effects.cache.dropRecord(record.name, record.uid)
}

export function otherFinalizers(record: KnownRecord): string[] {
  return record.finalizers.filter((finalizer) => finalizer !== END_RECORDED_FINALIZER)
}
