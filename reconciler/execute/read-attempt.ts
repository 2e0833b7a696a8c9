import type { V1Pod } from '@kubernetes/client-node'
import { LABEL_ATTEMPT, labelsForRecord } from '../../compiler/labels.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import { observePod } from '../observe/observe-pod.ts'
import { observeWorkflow } from '../observe/observed-workflow.ts'
import { isOwnAttempt } from '../observe/own-attempt.ts'
import type { Effects } from './effects.ts'

type Place = Pick<Effects, 'cluster' | 'cache' | 'log'>

/**
 * Asks the API server itself for the object of an attempt: is there one under this name, and is it this record's own? Then the cache
 * knows it afterwards.
 */
export async function readAttempt(resource: 'pods' | 'workflows', name: string, record: StoredRecord, place: Place): Promise<'own' | 'other' | 'none'> {
  const { cluster, cache } = place
  if (resource === 'workflows') {
    const workflow = await cluster.read('workflows', name)
    if (workflow === undefined) return 'none'
    if (!isOwnAttempt(observeWorkflow(workflow), record)) return 'other'
    cache.putWorkflow(workflow)
    return 'own'
  }
  const pod = await cluster.read('pods', name)
  if (pod === undefined) return 'none'
  if (!isOwnAttempt(observePod(pod), record)) return 'other'
  cache.putPod(await labelled(pod, record, place))
  return 'own'
}

/** The watch finds pods by their labels: those that somebody took off or changed are put back, so that the pod's end is seen. */
async function labelled(pod: V1Pod, record: StoredRecord, { cluster, log }: Place): Promise<V1Pod> {
  const { name = '', resourceVersion = '', labels: known = {} } = pod.metadata ?? {}
  const labels: Record<string, string> = { ...labelsForRecord(record), [LABEL_ATTEMPT]: String(record.status.attempt) }
  const missing = Object.keys(labels).filter((label) => known[label] !== labels[label])
  if (missing.length === 0) return pod
  log.warn({ run: record.spec.runId, pod: name, labels: missing }, 'somebody changed the labels of the pod; they are put back')
  const patch = { metadata: { resourceVersion, labels } }
  return cluster.mergePatch('pods', name, patch)
}
