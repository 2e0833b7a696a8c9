import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cluster } from './cluster.ts'
import { startCluster } from './cluster.ts'
import { externalKubeconfig } from './external-cluster.ts'
import { BUSYBOX_IMAGE } from './images.ts'
import { callJson } from './kubernetes-api.ts'
import { createNamespace } from './namespaces.ts'
import type { TestNamespace } from './namespaces.ts'
import { createPod, podLog, RESTRICTED_CONTAINER, waitForPod } from './pods.ts'
import { writeServiceAccountKubeconfig } from './service-account.ts'
import { run } from './shell.ts'
import { PATIENCE_MS, waitFor } from './waiting.ts'
import { type AuditEvent, auditEvents } from '../scenario/audit-log.ts'

describe.skipIf(externalKubeconfig() !== undefined)('a cluster with a kubelet', () => {
  let cluster: Cluster
  let namespace: TestNamespace

  beforeAll(async () => {
    cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
    namespace = await createNamespace(cluster, 'cluster', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  })
  afterAll(async () => await namespace?.delete())

  const shell = async (name: string, script: string): Promise<{ readonly phase: string; readonly log: string }> => {
    const container = { name: 'main', image: BUSYBOX_IMAGE, command: ['sh', '-c', script], securityContext: RESTRICTED_CONTAINER }
    await createPod(cluster, namespace.name, name, { containers: [container] })
    const pod = await waitForPod(cluster, namespace.name, name, ['Succeeded', 'Failed'])
    return { phase: pod.status.phase, log: await podLog(cluster, namespace.name, name) }
  }

  test('runs a pod that passes the restricted standard, and gives its log', async () => {
    expect(await shell('hello', 'echo hello from uid $(id -u)')).toEqual({ phase: 'Succeeded', log: 'hello from uid 1000\n' })
  })

  test('refuses a pod that does not pass the restricted standard', async () => {
    const container = { name: 'main', image: BUSYBOX_IMAGE, command: ['true'] }
    await expect(createPod(cluster, namespace.name, 'root', { containers: [container] })).rejects.toThrow('violates PodSecurity "restricted')
  })

  test('a pod reaches a server on this machine by the host address', async () => {
    const server = createServer((_request, response) => response.end('from the host\n'))
    await new Promise<void>((resolve) => server.listen(0, cluster.hostIp, resolve))
    const { port } = server.address() as AddressInfo
    const { log } = await shell('to-host', `wget -q -O - http://${cluster.hostIp}:${port}/`)
    server.close()
    expect(log).toBe('from the host\n')
  })

  test('a pod reaches the API server by its service address', async () => {
    const { phase } = await shell('to-api', 'nc -w 5 10.96.0.1 443 < /dev/null')
    expect(phase).toBe('Succeeded')
  })

  test('a pod above its memory limit is killed by the kernel', async () => {
    const limits = { memory: '32Mi' }
    const container = { name: 'main', image: BUSYBOX_IMAGE, command: ['tail', '/dev/zero'], securityContext: RESTRICTED_CONTAINER, resources: { limits } }
    await createPod(cluster, namespace.name, 'greedy', { containers: [container] })
    const pod = await waitForPod(cluster, namespace.name, 'greedy', ['Failed'])
    expect(pod.status.containerStatuses?.[0]?.state.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
  })

  test('an image that was not loaded keeps a pod waiting with the reason', async () => {
    const container = { name: 'main', image: 'localhost/absent:1', imagePullPolicy: 'Never', securityContext: RESTRICTED_CONTAINER }
    const created = await createPod(cluster, namespace.name, 'absent', { containers: [container] })
    const path = `/api/v1/namespaces/${namespace.name}/pods/${created.metadata.name}`
    const reason = await waitFor(
      async () => {
        const pod = (await callJson(cluster.api, { method: 'GET', path })) as { status: { containerStatuses?: { state: { waiting?: { reason: string } } }[] } }
        return pod.status.containerStatuses?.[0]?.state.waiting?.reason === 'ContainerCreating'
          ? undefined
          : pod.status.containerStatuses?.[0]?.state.waiting?.reason
      },
      { what: 'the reason of the waiting pod' },
    )
    expect(reason).toBe('ErrImageNeverPull')
  })

  test("a service account's kubeconfig has the account's rights and no others", async () => {
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace.name}`
    const rbac = 'rbac.authorization.k8s.io'
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
    await callJson(cluster.api, {
      method: 'POST',
      path: `${path}/roles`,
      body: { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'reader' }, rules },
    })
    const roleRef = { apiGroup: rbac, kind: 'Role', name: 'reader' }
    const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: namespace.name }]
    await callJson(cluster.api, {
      method: 'POST',
      path: `${path}/rolebindings`,
      body: { apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name: 'reader' }, roleRef, subjects },
    })
    const kubeconfig = await writeServiceAccountKubeconfig(cluster, namespace.name, 'default')
    const [, token] = /token: (\S+)/.exec(await readFile(kubeconfig, 'utf8')) ?? []
    const status = async (resource: string): Promise<string> => {
      const config = [`header = "Authorization: Bearer ${token}"`, `url = "${cluster.apiServerUrl}/api/v1/namespaces/${namespace.name}/${resource}"`]
      return await run('curl', ['--config', '-', '--silent', '--insecure', '--output', '/dev/null', '--write-out', '%{http_code}'], {
        input: config.join('\n'),
      })
    }
    await expect.poll(async () => [await status('configmaps'), await status('secrets')], { timeout: PATIENCE_MS }).toEqual(['200', '403'])
  })

  test('the audit log tells each request with its user, verb, object and answer', async () => {
    await callJson(cluster.api, { method: 'GET', path: `/api/v1/namespaces/${namespace.name}/serviceaccounts/default` })
    const isMine = ({ verb, resource, user, code }: AuditEvent): boolean => verb === 'get' && resource === 'serviceaccounts' && user === 'admin' && code === 200
    expect(await waitFor(async () => (await auditEvents(cluster, namespace.name)).find(isMine), { what: 'the request in the audit log' })).toBeDefined()
  })
})
