import type { Cluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'

/** A node that is ready, and has nobody behind it. */
export interface GhostNode {
  readonly name: string
  /** Says of a pod on this node what a kubelet would say of one that runs. */
  playRunning(namespace: string, pod: string): Promise<void>
  remove(): Promise<void>
}

const GHOST_TAINT = { key: 'example.com/ghost', value: 'true', effect: 'NoSchedule' }

/** What a pod needs to be put on the ghost node of this name, and on no other; pods that do not say so never get there. */
export function placementOnGhost(name: string): object {
  return { nodeSelector: { 'example.com/pool': name }, tolerations: [{ key: GHOST_TAINT.key, operator: 'Exists' }] }
}

export async function createGhostNode({ api }: Cluster, name: string): Promise<GhostNode> {
  const path = `/api/v1/nodes/${name}`
  const labels = { 'example.com/pool': name }
  await callJson(api, {
    method: 'POST',
    path: '/api/v1/nodes',
    body: { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: { taints: [GHOST_TAINT] } },
  })
  await patchStatus(api, path, nodeStatus())
  // A new node is tainted as not ready until the node controller has seen that it is.
  const isFree = async (): Promise<true | undefined> => {
    const { spec } = (await callJson(api, { method: 'GET', path })) as { readonly spec?: { readonly taints?: readonly { readonly key: string }[] } }
    return spec?.taints?.every(({ key }) => key === GHOST_TAINT.key) === true ? true : undefined
  }
  await waitFor(isFree, { what: `node ${name} taken for ready` })
  // As a kubelet does: a node that is not heard of for most of a minute is taken for lost.
  const beating = setInterval(() => void patchStatus(api, path, nodeStatus()).catch(() => undefined), 5_000)
  return {
    name,
    playRunning: async (namespace, pod) => patchStatus(api, `/api/v1/namespaces/${namespace}/pods/${pod}`, podStatus()),
    remove: async () => {
      clearInterval(beating)
      await api({ method: 'DELETE', path })
    },
  }
}

async function patchStatus(api: Cluster['api'], path: string, status: object): Promise<void> {
  await callJson(api, { method: 'PATCH', path: `${path}/status`, body: { status }, contentType: 'application/merge-patch+json' })
}

function nodeStatus(): object {
  const now = new Date().toISOString()
  const room = { cpu: '4', memory: '8Gi', pods: '10' }
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'a node of a test', lastHeartbeatTime: now, lastTransitionTime: now }
  return { capacity: room, allocatable: room, conditions: [ready] }
}

function podStatus(): object {
  const startedAt = new Date().toISOString()
  const main = { name: 'main', image: 'ghost', imageID: 'ghost', ready: true, started: true, restartCount: 0, state: { running: { startedAt } } }
  return { phase: 'Running', startTime: startedAt, containerStatuses: [main] }
}
