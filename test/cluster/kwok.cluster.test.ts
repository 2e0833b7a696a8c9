import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cluster } from './cluster.ts'
import { startCluster } from './cluster.ts'
import { externalKubeconfig } from './external-cluster.ts'
import { callJson } from './kubernetes-api.ts'
import { DURATION_ANNOTATION, FAILS_ANNOTATION, RUNS_ON_ANNOTATION } from './kwok.ts'
import { createNamespace } from './namespaces.ts'
import { waitForPod } from './pods.ts'
import type { PodObject } from './pods.ts'

describe.skipIf(externalKubeconfig() !== undefined)('a cluster with played nodes', () => {
  let cluster: Cluster
  let namespace: string

  beforeAll(async () => {
    cluster = await startCluster({ name: 'test-kwok', nodes: 'kwok', reuse: true })
    namespace = (await createNamespace(cluster, 'kwok')).name
  })
  afterAll(async () => {
    if (cluster?.startedHere) await cluster.stop()
  })

  const pathOf = (name: string): string => `/api/v1/namespaces/${namespace}/pods/${name}`

  async function played(annotations: Readonly<Record<string, string>>, finalizers: readonly string[] = []): Promise<string> {
    const name = `pod-${randomUUID()}`
    const spec = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'anything' }] }
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations, finalizers }, spec }
    await callJson(cluster.api, { method: 'POST', path: `/api/v1/namespaces/${namespace}/pods`, body })
    return name
  }

  const terminated = ({ status }: PodObject): unknown => status.containerStatuses?.[0]?.state.terminated

  test('a pod runs and succeeds', async () => {
    const pod = await waitForPod(cluster, namespace, await played({}), ['Succeeded', 'Failed'])
    expect([pod.status.phase, terminated(pod)]).toMatchObject(['Succeeded', { exitCode: 0, reason: 'Completed' }])
  })

  test('a pod runs for as long as its annotation says', async () => {
    const name = await played({ [DURATION_ANNOTATION]: '2s' })
    const pod = await waitForPod(cluster, namespace, name, ['Succeeded'])
    const { startedAt, finishedAt } = terminated(pod) as { readonly startedAt: string; readonly finishedAt: string }
    expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(2_000)
  })

  test('a pod fails when its annotation says so', async () => {
    const pod = await waitForPod(cluster, namespace, await played({ [FAILS_ANNOTATION]: 'yes' }), ['Succeeded', 'Failed'])
    expect([pod.status.phase, terminated(pod)]).toMatchObject(['Failed', { exitCode: 1, reason: 'Error' }])
  })

  test('a deleted pod ends first, and stays while it has a finalizer', async () => {
    const name = await played({ [RUNS_ON_ANNOTATION]: 'yes' }, ['test.example/hold'])
    await waitForPod(cluster, namespace, name, ['Running'])
    await callJson(cluster.api, { method: 'DELETE', path: pathOf(name) })
    const pod = await waitForPod(cluster, namespace, name, ['Failed'])
    expect(terminated(pod)).toMatchObject({ exitCode: 137 })
    await cluster.api({ method: 'PATCH', path: pathOf(name), body: { metadata: { finalizers: null } }, contentType: 'application/merge-patch+json' })
    expect((await cluster.api({ method: 'GET', path: pathOf(name) })).status).toBe(404)
  })
})
