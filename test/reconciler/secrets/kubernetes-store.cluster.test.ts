import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../cluster/cluster.ts'
import { writeTokenKubeconfig } from '../../cluster/kubeconfig.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../../cluster/namespaces.ts'
import { writeServiceAccountKubeconfig } from '../../cluster/service-account.ts'
import { ApiProxy } from '../../faults/api-proxy.ts'
import { connectSecretReader } from '../../../reconciler/cluster/read-secret.ts'
import { kubernetesStore } from '../../../reconciler/secrets/kubernetes-store.ts'
import { secretStoreContract, type State, type StoreWorld } from './secret-store.contract.ts'

const ACCOUNT = 'ingestion'
const READER = 'secret-reader'
const RBAC = 'rbac.authorization.k8s.io'
const NEVER = AbortSignal.timeout(600_000)

let cluster: Cluster
let namespace: TestNamespace
let proxy: ApiProxy
const kubeconfigs = new Map<State, string>()

async function create(root: string, resource: string, body: object): Promise<void> {
  await callJson(cluster.api, { method: 'POST', path: `${root}/namespaces/${namespace.name}/${resource}`, body })
}

async function createSecret(name: string, data: Readonly<Record<string, string>>): Promise<void> {
  await create('/api/v1', 'secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data })
}

/** The account of ingestion pods, which may read Secrets and nothing else, and another that may do nothing. */
async function createAccounts(): Promise<void> {
  for (const name of [ACCOUNT, 'stranger']) await create('/api/v1', 'serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } })
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }]
  await create(`/apis/${RBAC}/v1`, 'roles', { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name: READER }, rules })
  await create(`/apis/${RBAC}/v1`, 'rolebindings', {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: READER },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: READER },
    subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace: namespace.name }],
  })
}

/** One for each state, each a file of its own. */
async function writeKubeconfigs(): Promise<void> {
  const own = await writeServiceAccountKubeconfig(cluster, namespace.name, ACCOUNT)
  kubeconfigs.set('allowed', own)
  kubeconfigs.set('denied', await writeServiceAccountKubeconfig(cluster, namespace.name, 'stranger'))
  proxy = new ApiProxy(cluster.apiServerUrl, cluster.caData)
  await proxy.listen()
  kubeconfigs.set('throttled', await proxy.writeKubeconfig(own))
  const elsewhere = { caData: cluster.caData, namespace: namespace.name, token: 'a-token' }
  for (const [state, server] of [
    ['unreachable', 'https://127.0.0.1:9'],
    ['expiredToken', cluster.apiServerUrl],
  ] as const) {
    const path = `${own}-${state}`
    await writeTokenKubeconfig(path, { ...elsewhere, server })
    kubeconfigs.set(state, path)
  }
}

async function startWorld(): Promise<StoreWorld> {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  namespace = await createNamespace(cluster, 'secret-store')
  await createAccounts()
  await writeKubeconfigs()
  return {
    manager: 'kubernetes',
    store: 'Kubernetes',
    missingName: 'no-such-secret',
    invalidName: '///',
    mostBytes: 64 * 1024,
    refuses: [],
    permission: new RegExp(`service account stranger of namespace ${namespace.name}.* verb get on secrets`),
    environment: async (state) => {
      const status = { kind: 'Status', code: 429, reason: 'TooManyRequests', message: 'too many requests' }
      if (state === 'throttled') proxy.answer({ method: 'GET', path: /secrets/ }, { status: 429, body: JSON.stringify(status) }, 2)
      return { KUBERNETES_NAMESPACE: namespace.name, HOME: '/nowhere', ...(state === 'noCredentials' ? {} : { KUBECONFIG: kubeconfigs.get(state) ?? '' }) }
    },
    plant: async (value) => {
      const name = `mine-${randomUUID()}`
      await createSecret(name, { value: Buffer.from(value).toString('base64') })
      return name
    },
    stop: async () => {
      await proxy?.stop()
      await namespace?.delete()
    },
  }
}

secretStoreContract(startWorld)

describe('a Secret of Kubernetes', () => {
  const read = async (name: string) => {
    process.env['KUBECONFIG'] = kubeconfigs.get('allowed') ?? ''
    return kubernetesStore(namespace.name, () => connectSecretReader(namespace.name)).read(name, NEVER)
  }
  const base64 = (text: string): string => Buffer.from(text).toString('base64')

  test('is found by a path under its sanitised name', async () => {
    await createSecret('my-database-password', { value: base64('of the path') })
    expect(await read('/my/Database/password')).toEqual({ ok: true, value: 'of the path' })
  })

  test('is found under its own name first', async () => {
    await createSecret('a.b', { value: base64('exact') })
    await createSecret('a-b', { value: base64('sanitised') })
    expect(await read('a.b')).toEqual({ ok: true, value: 'exact' })
  })

  test('without the key "value" has none, and the keys that it has are named', async () => {
    await createSecret('other-key', { password: base64('planted') })
    const result = await read('other-key')
    expect(result).toMatchObject({ ok: false, error: { problem: 'missing', message: expect.stringMatching(/no key "value", only "password"/) } })
  })
})

afterAll(() => kubeconfigs.clear())
