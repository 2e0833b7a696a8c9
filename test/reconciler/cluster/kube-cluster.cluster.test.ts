import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cluster } from '../../../reconciler/cluster/cluster.ts'
import { connectKubeCluster } from '../../../reconciler/cluster/kube-cluster.ts'
import { startCluster } from '../../cluster/cluster.ts'
import { createNamespace, type TestNamespace } from '../../cluster/namespaces.ts'
import { clusterContract } from '../../support/cluster.contract.ts'

describe('the cluster of a real API server', () => {
  let cluster: Cluster
  let namespace: TestNamespace
  const callers: string[] = []
  beforeAll(async () => {
    const running = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
    namespace = await createNamespace(running, 'contract')
    const before = process.env['KUBECONFIG']
    process.env['KUBECONFIG'] = running.kubeconfigPath
    cluster = connectKubeCluster({ namespace: namespace.name, onCall: ({ call }) => callers.push(call) })
    if (before === undefined) delete process.env['KUBECONFIG']
    else process.env['KUBECONFIG'] = before
  })
  afterAll(async () => namespace.delete())

  clusterContract(() => cluster)

  test('tells its version, and every finished call by its verb and kind', async () => {
    expect(await cluster.version()).toMatch(/^v1\.\d+\.\d+/)
    expect(callers).toContain('POST configmaps')
  })
})
