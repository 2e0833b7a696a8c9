import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cluster } from '../../../reconciler/cluster/cluster.ts'
import { connectKubeCluster } from '../../../reconciler/cluster/kube-cluster.ts'
import { type Cluster as RunningCluster, startCluster } from '../../cluster/cluster.ts'
import { BUSYBOX_IMAGE } from '../../cluster/images.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../../cluster/namespaces.ts'
import { createPod, waitForPod } from '../../cluster/pods.ts'
import { clusterContract } from '../../support/cluster.contract.ts'
import { type LogSide, podLogContract, type Script } from '../../support/pod-log.contract.ts'

describe('the cluster of a real API server', () => {
  let cluster: Cluster
  let namespace: TestNamespace
  let running: RunningCluster
  const callers: string[] = []
  beforeAll(async () => {
    running = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
    namespace = await createNamespace(running, 'contract')
    const before = process.env['KUBECONFIG']
    process.env['KUBECONFIG'] = running.kubeconfigPath
    cluster = connectKubeCluster({ namespace: namespace.name, onCall: ({ call }) => callers.push(call) })
    if (before === undefined) delete process.env['KUBECONFIG']
    else process.env['KUBECONFIG'] = before
  })
  afterAll(async () => namespace.delete())

  clusterContract(() => cluster)
  podLogContract(() => ({ cluster, ...scriptedPods(running, namespace.name) }))

  test('tells its version, and every finished call by its verb and kind', async () => {
    expect(await cluster.version()).toMatch(/^v1\.\d+\.\d+/)
    expect(callers).toContain('POST configmaps')
  })
})

/** Pods that play a script with the shell of busybox. */
function scriptedPods(cluster: RunningCluster, namespace: string): Omit<LogSide, 'cluster'> {
  const shell = (script: Script): string => script.map((step) => ('print' in step ? `cat <<'END'\n${step.print}END\n` : `sleep ${step.waitSeconds}\n`)).join('')
  return {
    run: async (script) => {
      const name = `log-${randomUUID()}`
      const path = `/api/v1/namespaces/${namespace}/configmaps`
      await callJson(cluster.api, { method: 'POST', path, body: { metadata: { name }, data: { script: shell(script) } } })
      const container = { name: 'main', image: BUSYBOX_IMAGE, command: ['sh', '/script/script'], volumeMounts: [{ name: 'script', mountPath: '/script' }] }
      await createPod(cluster, namespace, name, { containers: [container], volumes: [{ name: 'script', configMap: { name } }] })
      await waitForPod(cluster, namespace, name, ['Running', 'Succeeded'])
      return name
    },
    ended: async (name) => void (await waitForPod(cluster, namespace, name, ['Succeeded', 'Failed'])),
    makeUnscheduled: async () => {
      const name = `log-${randomUUID()}`
      await createPod(cluster, namespace, name, { schedulerName: 'nobody', containers: [{ name: 'main', image: BUSYBOX_IMAGE }] })
      return name
    },
  }
}
