import type { V1Pod } from '@kubernetes/client-node'
import { exited, running } from './a-pod.ts'
import type { World } from './a-runner.ts'
import type { FakeCluster } from './fake-cluster.ts'

/** Runs every pod to a good end as soon as it is created, and lets deleted ones go. Gives what stops it. */
export function startKubelet({ cluster, clock }: World): () => void {
  let isDue = false
  return cluster.changes.onEach(() => {
    if (isDue) return
    isDue = true
    queueMicrotask(() => {
      isDue = false
      stepPods(cluster, clock.nowMs)
    })
  })
}

/** Moves every pod one step on: new ones run, running ones end well, deleted ones are killed and let go. */
export function stepPods(cluster: FakeCluster, nowMs: number): void {
  for (const pod of cluster.all('pods')) {
    const next = stepOf(pod, nowMs)
    if (next !== undefined) cluster.put('pods', next)
  }
}

function stepOf(pod: V1Pod, nowMs: number): V1Pod | undefined {
  const { phase } = pod.status ?? {}
  const isOver = phase === 'Succeeded' || phase === 'Failed'
  if (pod.metadata?.deletionTimestamp !== undefined) {
    if (!isOver && pod.spec?.nodeName !== undefined) return exited(pod, 143, { atMs: nowMs })
    return pod.metadata.deletionGracePeriodSeconds === 0 ? undefined : { ...pod, metadata: { ...pod.metadata, deletionGracePeriodSeconds: 0 } }
  }
  if (isOver) return undefined
  return phase === 'Running' ? exited(pod, 0, { atMs: nowMs }) : running(pod)
}
