import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { waitFor } from '../cluster/waiting.ts'
import type { Collate } from '../collate/client.ts'
import { loadRunnerImage } from '../image/runner-image.ts'
import { loadIngestionImage } from '../ingestion-image/image.ts'
import { SERVER_VERSION, startServer } from '../scenario/place.ts'
import { runRequest } from '../scenario/run-request.ts'
import { type Release, releaseIn, releaseValues } from './release.ts'

const AGENT_ID = 'released'

let cluster: Cluster
let namespace: TestNamespace
let collate: Collate
let release: Release

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  namespace = await createNamespace(cluster, 'release', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  ;[collate] = await Promise.all([startServer(), loadRunnerImage(cluster), loadIngestionImage(cluster, [`om-${SERVER_VERSION}-cl-${SERVER_VERSION}`])])
  release = await releaseIn(cluster, namespace.name)
})

afterAll(async () => {
  await collate?.stop()
  await namespace?.delete()
})

async function list(resource: string): Promise<readonly { readonly metadata: { readonly name: string } }[]> {
  const answer = await callJson(cluster.api, { method: 'GET', path: `/api/v1/namespaces/${namespace.name}/${resource}` })
  return answer['items'] as readonly { readonly metadata: { readonly name: string } }[]
}

test('a release is installed, runs what Collate asks for, passes its own test, and leaves nothing when it is uninstalled', async () => {
  await release.install(releaseValues(cluster, collate, AGENT_ID))
  await collate.waitForRunner(AGENT_ID, 'Active')

  const runId = randomUUID()
  const hostPort = `http://${cluster.hostIp}:${collate.port}/api`
  const request = runRequest({ runner: AGENT_ID, hostPort, jwtToken: collate.tokens['bot'] ?? '', runId, pipelineName: 'nightly', simulate: {} })
  expect(await collate.call('pipeline/run', request, { agentId: AGENT_ID })).toMatchObject({ result: { code: 200, runId } })
  await collate.waitForStatus({ runId, state: 'success' })

  expect(await release.helm('test', '--logs')).toContain('Succeeded')
  await release.uninstall()
  const isEmpty = async (): Promise<true | undefined> => ((await list('pods')).length === 0 ? true : undefined)
  await waitFor(isEmpty, { what: 'the end of all pods', timeoutMs: 30_000 })
  expect((await list('configmaps')).map(({ metadata }) => metadata.name)).toEqual(['kube-root-ca.crt'])
})
