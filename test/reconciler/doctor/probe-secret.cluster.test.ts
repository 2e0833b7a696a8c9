import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectKubeCluster } from '../../../reconciler/cluster/kube-cluster.ts'
import type { Finding } from '../../../reconciler/doctor/finding.ts'
import { probeSecret } from '../../../reconciler/doctor/probe-secret.ts'
import { type Cluster, startCluster } from '../../cluster/cluster.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../../cluster/namespaces.ts'
import { PATIENCE_MS, waitFor } from '../../cluster/waiting.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { loadRunnerImage, RUNNER_IMAGE_VALUES } from '../../image/runner-image.ts'
import { createAccounts, INGESTION_ACCOUNT } from '../../scenario/runner-account.ts'
import { runnerProgram } from '../../scenario/runner-program.ts'

const RBAC = 'rbac.authorization.k8s.io'

let cluster: Cluster
let namespace: TestNamespace

async function create(root: string, resource: string, body: object): Promise<void> {
  await callJson(cluster.api, { method: 'POST', path: `${root}/namespaces/${namespace.name}/${resource}`, body })
}

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  namespace = await createNamespace(cluster, 'probe', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  const [kubeconfig] = await Promise.all([createAccounts(cluster, namespace.name), loadRunnerImage(cluster)])
  // The doctor is the runner itself, with no more rights than it.
  process.env['KUBECONFIG'] = kubeconfig
  await create('/api/v1', 'secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'mine' },
    data: { value: Buffer.from('planted').toString('base64') },
  })
})
afterAll(async () => namespace?.delete())

async function probe(secret: string): Promise<Finding | undefined> {
  const image = `${RUNNER_IMAGE_VALUES.repository}:${RUNNER_IMAGE_VALUES.tag}`
  const policy = aPolicy({
    INGESTION_NAMESPACE: namespace.name,
    INGESTION_SERVICE_ACCOUNT_NAME: INGESTION_ACCOUNT,
    SECRETS_MANAGER: 'kubernetes',
    RUNNER_IMAGE: image,
  })
  const parts = { policy, secret, podName: `doctor-${randomUUID().slice(0, 8)}`, timeoutMs: PATIENCE_MS, now: Date.now, sleep: async (ms: number) => sleep(ms) }
  return (await probeSecret({ ...parts, cluster: connectKubeCluster({ namespace: namespace.name }) }))[0]
}

/** What the command is told of the cluster by. The image is nowhere, so that its pod never comes to an end by itself. */
function environmentOfDoctor(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    KUBECONFIG: process.env['KUBECONFIG'] ?? '',
    AGENT_ID: 'doctor',
    AUTH_TOKEN: 'a-token',
    SERVER_URL: 'ws://127.0.0.1:9',
    SERVER_HOST_API_URL: 'http://127.0.0.1:9/api',
    INGESTION_NAMESPACE: namespace.name,
    INGESTION_IMAGE: 'localhost/ingestion:1',
    RUNNER_IMAGE: 'localhost/not-there:1',
  }
}

async function podsLeft(): Promise<readonly unknown[]> {
  const { items } = await callJson(cluster.api, { method: 'GET', path: `/api/v1/namespaces/${namespace.name}/pods` })
  return (items as readonly { readonly metadata: { readonly deletionTimestamp?: string } }[]).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

describe('the doctor', () => {
  test('names the permission that the ingestion account lacks, and says when it has it', async () => {
    expect(await probe('mine')).toMatchObject({
      status: 'fail',
      message: expect.stringMatching(new RegExp(`service account ${INGESTION_ACCOUNT} of namespace ${namespace.name}.*verb get on secrets`)),
    })

    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }]
    await create(`/apis/${RBAC}/v1`, 'roles', { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name: 'reader' }, rules })
    await create(`/apis/${RBAC}/v1`, 'rolebindings', {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'reader' },
      roleRef: { apiGroup: RBAC, kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: INGESTION_ACCOUNT, namespace: namespace.name }],
    })
    const ok = { check: 'secret', status: 'ok', message: `the account ${INGESTION_ACCOUNT} can read the secret "mine"` }
    // The API server knows of a new Role a moment after it was made.
    await expect.poll(async () => probe('mine'), { timeout: PATIENCE_MS }).toEqual(ok)
    expect(await probe('not-mine')).toMatchObject({ status: 'fail', message: expect.stringContaining('there is no Secret "not-mine"') })
    expect(await podsLeft()).toEqual([])
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('leaves no pod when %s ends its wait', async (signal) => {
    const doctor = spawn(process.execPath, [await runnerProgram(), 'doctor', '--secret', 'mine'], {
      env: environmentOfDoctor(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = text(doctor.stdout)
    doctor.stderr.resume()
    const ended = once(doctor, 'exit')
    await waitFor(async () => ((await podsLeft()).length > 0 ? true : undefined), { what: 'the pod of the doctor' })
    doctor.kill(signal)
    expect((await ended)[0]).toBe(1)
    expect(await output).toContain('the secret "mine" was not looked at')
    expect(await podsLeft()).toEqual([])
  })
})
