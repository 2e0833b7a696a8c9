import type { StoredRecord } from '../../compiler/record.ts'
import { observePod } from '../observe/observed-pod.ts'
import { observeWorkflow } from '../observe/observed-workflow.ts'
import type { Effects } from './effects.ts'

/**
 * Asks the API server itself for the object of an attempt: is there one under this name, and is it this record's own? Then the cache
 * knows it afterwards.
 */
export async function readAttempt(
  resource: 'pods' | 'workflows',
  name: string,
  { uid }: StoredRecord,
  { cluster, cache }: Pick<Effects, 'cluster' | 'cache'>,
): Promise<'own' | 'other' | 'none'> {
  if (resource === 'workflows') {
    const workflow = await cluster.read('workflows', name)
    if (workflow === undefined) return 'none'
    if (observeWorkflow(workflow).ownerUid !== uid) return 'other'
    cache.putWorkflow(workflow)
    return 'own'
  }
  const pod = await cluster.read('pods', name)
  if (pod === undefined) return 'none'
  if (observePod(pod).ownerUid !== uid) return 'other'
  cache.putPod(pod)
  return 'own'
}
