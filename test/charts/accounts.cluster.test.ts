/** What docs/security.md says of the accounts of a release, asked of a real API server as these accounts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { type ApiRequest, callJson, type KubernetesApi } from '../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { writeServiceAccountKubeconfig } from '../cluster/service-account.ts'
import { waitFor } from '../cluster/waiting.ts'
import { tokenApi } from '../scenario/token-api.ts'
import { type Release, releaseIn } from './release.ts'
import { RELEASED_NAME } from './released-account.ts'

let cluster: Cluster
/** Of the release and of its ingestion pods. */
let own: TestNamespace
let apart: TestNamespace
let release: Release
let runner: KubernetesApi
let ingestion: KubernetesApi

const VALUES = { replicaCount: 0, ecrRegistryHelper: { enabled: false }, config: { authToken: 'a-token', serverHost: 'collate.example.com' } }
const withPods = (ingestionPods: object): object => ({ ...VALUES, config: { ...VALUES.config, ingestionPods: { namespace: apart.name, ...ingestionPods } } })

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  own = await createNamespace(cluster, 'accounts')
  apart = await createNamespace(cluster, 'accounts-pods', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  release = await releaseIn(cluster, own.name)
  await release.install({ ...withPods({}) })
  runner = await tokenApi(await writeServiceAccountKubeconfig(cluster, own.name, RELEASED_NAME))
  ingestion = await tokenApi(await writeServiceAccountKubeconfig(cluster, apart.name, 'ingestion'))
  for (const name of ['prod-mysql', 'prod-snowflake']) {
    await callJson(cluster.api, { method: 'POST', path: secretsIn(apart.name), body: { metadata: { name }, stringData: { value: 'planted' } } })
  }
})

afterAll(async () => {
  await release?.helm('uninstall', '--no-hooks')
  await own?.delete()
  await apart?.delete()
})

const secretsIn = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`

async function statusOf(api: KubernetesApi, method: ApiRequest['method'], path: string, body?: object): Promise<number> {
  return (await api({ method, path, ...(body === undefined ? {} : { body }) })).status
}

/** The API server knows of a Role that has changed a moment after the change. */
async function untilRefused(path: string): Promise<void> {
  await waitFor(async () => ((await statusOf(ingestion, 'GET', path)) === 403 ? true : undefined), { what: `a refusal of ${path}` })
}

/** `create pods`, `get pods/exec`, `list roles.rbac.authorization.k8s.io`; without a namespace, in all of them; without a name, on each. */
async function may(api: KubernetesApi, right: string, namespace?: string, name?: string): Promise<boolean> {
  const [, verb, resource, subresource, group = ''] = /^(\S+) ([^./]+)(?:\/([^.]+))?(?:\.(\S+))?$/.exec(right) ?? []
  const where = { ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) }
  const resourceAttributes = { verb, resource, group, ...(subresource === undefined ? {} : { subresource }), ...where }
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
  const answer = await callJson(api, { method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body })
  return (answer['status'] as { readonly allowed: boolean }).allowed
}

/** Those of the rights that the account has. */
async function held(api: KubernetesApi, rights: readonly string[], namespace?: string, name?: string): Promise<string[]> {
  const answers = await Promise.all(rights.map(async (right) => may(api, right, namespace, name)))
  return rights.filter((_, index) => answers[index])
}

const verbs = (resource: string): string[] =>
  ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'].map((verb) => `${verb} ${resource}`)

/** Ways to more than was given. */
const ESCALATIONS = [
  ...['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'serviceaccounts/token', 'nodes/proxy'].flatMap((resource) => [
    `create ${resource}`,
    `get ${resource}`,
  ]),
  'update pods/ephemeralcontainers',
  'patch pods/ephemeralcontainers',
  'impersonate serviceaccounts',
  'impersonate users',
  'escalate roles.rbac.authorization.k8s.io',
  'bind roles.rbac.authorization.k8s.io',
  ...verbs('roles.rbac.authorization.k8s.io'),
  ...verbs('rolebindings.rbac.authorization.k8s.io'),
  ...verbs('serviceaccounts'),
  ...verbs('deployments.apps'),
  ...verbs('daemonsets.apps'),
]
const OF_THE_CLUSTER = [
  'nodes',
  'namespaces',
  'persistentvolumes',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
].flatMap(verbs)

const restrictedPod = (spec: object, container: object = {}): object => ({
  metadata: { name: 'a-pod' },
  spec: {
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{ name: 'a', image: 'a', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }, ...container }],
    ...spec,
  },
})

describe("the runner's account", () => {
  test('may create Secrets beside its pods, and neither read, list, watch, change nor delete one', async () => {
    expect(await held(runner, verbs('secrets'), apart.name)).toEqual(['create secrets'])
    for (const path of [secretsIn(apart.name), `${secretsIn(apart.name)}/prod-mysql`, `${secretsIn(apart.name)}?watch=true`]) {
      expect(await statusOf(runner, 'GET', path)).toBe(403)
    }
    expect(await statusOf(runner, 'DELETE', `${secretsIn(apart.name)}/prod-mysql`)).toBe(403)
  })

  test('may neither enter a pod, nor speak as another, nor give itself rights', async () => {
    expect(await held(runner, ESCALATIONS, apart.name)).toEqual([])
  })

  test('may do nothing with what belongs to no namespace, nor in any other namespace, its own among them', async () => {
    expect(await held(runner, OF_THE_CLUSTER)).toEqual([])
    for (const namespace of [undefined, own.name, 'default', 'kube-system']) {
      expect(await held(runner, [...verbs('pods'), ...verbs('secrets'), ...verbs('configmaps'), 'get pods/log'], namespace)).toEqual([])
    }
    expect(await statusOf(runner, 'GET', `${secretsIn(own.name)}/${RELEASED_NAME}-auth-token`)).toBe(403)
  })

  test('may create a pod that mounts any Secret of that namespace or has any account of it, which no Role can forbid', async () => {
    const volumes = [{ name: 's', secret: { secretName: 'prod-mysql' } }]
    expect(await statusOf(runner, 'POST', `/api/v1/namespaces/${apart.name}/pods?dryRun=All`, restrictedPod({ volumes }))).toBe(201)
    expect(await statusOf(runner, 'POST', `/api/v1/namespaces/${own.name}/pods?dryRun=All`, restrictedPod({ volumes }))).toBe(403)
    const asIngestion = restrictedPod({ serviceAccountName: 'ingestion' })
    expect(await statusOf(runner, 'POST', `/api/v1/namespaces/${apart.name}/pods?dryRun=All`, asIngestion)).toBe(201)
  })

  test.each([
    { what: "the node's files", pod: restrictedPod({ volumes: [{ name: 'h', hostPath: { path: '/' } }] }) },
    { what: "the node's network", pod: restrictedPod({ hostNetwork: true }) },
    { what: "the node's processes", pod: restrictedPod({ hostPID: true }) },
    { what: 'the kernel', pod: restrictedPod({}, { securityContext: { privileged: true } }) },
  ])('cannot reach $what by a pod where the namespace enforces the restricted standard', async ({ pod }) => {
    expect(await statusOf(runner, 'POST', `/api/v1/namespaces/${apart.name}/pods?dryRun=All`, pod)).toBe(403)
  })
})

describe("the ingestion pods' account", () => {
  test('may get each Secret of its namespace by its name, payloads among them, and do nothing else anywhere', async () => {
    expect(await statusOf(ingestion, 'GET', `${secretsIn(apart.name)}/prod-mysql`)).toBe(200)
    expect(await held(ingestion, verbs('secrets'), apart.name)).toEqual(['get secrets'])
    expect(await held(ingestion, [...verbs('pods'), ...verbs('configmaps'), ...verbs('jobs.batch'), 'get pods/log', ...ESCALATIONS], apart.name)).toEqual([])
    expect(await held(ingestion, [...OF_THE_CLUSTER, ...verbs('secrets')])).toEqual([])
    expect(await statusOf(ingestion, 'GET', `${secretsIn(own.name)}/${RELEASED_NAME}-auth-token`)).toBe(403)
  })

  test('may get the Secrets that the values name, and no other', async () => {
    await release.upgrade({ ...withPods({ secrets: ['prod-mysql'] }) })
    await untilRefused(`${secretsIn(apart.name)}/prod-snowflake`)
    expect(await statusOf(ingestion, 'GET', `${secretsIn(apart.name)}/prod-mysql`)).toBe(200)
    expect(await statusOf(ingestion, 'GET', secretsIn(apart.name))).toBe(403)
  })

  test('may do nothing in the cluster where the secrets lie in another store', async () => {
    const values = withPods({}) as { readonly config: object }
    await release.upgrade({ ...values, config: { ...values.config, secretsManager: 'managed-aws' } })
    await untilRefused(`${secretsIn(apart.name)}/prod-mysql`)
    expect(await held(ingestion, [...verbs('secrets'), ...verbs('pods'), ...verbs('configmaps')], apart.name)).toEqual([])
  })
})

interface Rendered {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

/** Of a release with everything: those of hooks, of the pull secret and of Argo, which Helm keeps or makes only while they are needed. */
describe('the accounts beside these two', () => {
  const ROOTS: Readonly<Record<string, string>> = {
    ServiceAccount: '/api/v1',
    Role: '/apis/rbac.authorization.k8s.io/v1',
    RoleBinding: '/apis/rbac.authorization.k8s.io/v1',
  }
  const CONTROLLER = 'argo-workflows-workflow-controller'
  const UNINSTALL = 'others-hybrid-ingestion-runner-uninstall'
  /** Each with all that it may do with the one pull secret. */
  const KEEPERS: Readonly<Record<string, readonly string[]>> = {
    'omd-pull-secret-refresh': ['create secrets', 'patch secrets', 'delete secrets'],
    'omd-pull-secret-refresh-hook': ['create secrets', 'patch secrets'],
    'others-hybrid-ingestion-runner-ecr-removal': ['patch secrets', 'delete secrets'],
  }
  const apis = new Map<string, KubernetesApi>()
  const apiOf = (account: string): KubernetesApi => apis.get(account) ?? expect.fail(`the chart has no account ${account}`)

  beforeAll(async () => {
    const key = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'planted' }
    const values = {
      ...withPods({ serviceAccount: { name: 'others-ingestion' } }),
      installArgoWorkflows: true,
      ecrRegistryHelper: { enabled: true, collateCredentials: { values: key } },
    }
    const objects = plainObjects(values, { name: 'others', namespace: own.name, version: '1.2.3' }) as unknown as Rendered[]
    for (const object of objects) {
      const root = ROOTS[object.kind]
      if (root === undefined) continue
      const namespace = object.metadata.namespace ?? own.name
      const body = { ...object, metadata: { name: object.metadata.name } }
      await callJson(cluster.api, { method: 'POST', path: `${root}/namespaces/${namespace}/${object.kind.toLowerCase()}s`, body })
      if (object.kind !== 'ServiceAccount') continue
      apis.set(object.metadata.name, await tokenApi(await writeServiceAccountKubeconfig(cluster, namespace, object.metadata.name)))
    }
    await Promise.all([untilMay(CONTROLLER, 'create pods'), untilMay(UNINSTALL, 'patch pods')])
    for (const [account, [right = '']] of Object.entries(KEEPERS)) await untilMay(account, right, 'omd-registry-credentials')
  })

  /** The API server knows of a Role a moment after it was made. */
  async function untilMay(account: string, right: string, name?: string): Promise<void> {
    const namespaces = name === undefined ? [apart.name] : [own.name, apart.name]
    for (const namespace of namespaces) {
      await waitFor(async () => ((await may(apiOf(account), right, namespace, name)) ? true : undefined), { what: `${account} may ${right} in ${namespace}` })
    }
  }

  test('are these and no more', () => {
    const runnersAndPods = ['others-hybrid-ingestion-runner', 'others-ingestion']
    expect([...apis.keys()].toSorted()).toEqual([CONTROLLER, UNINSTALL, ...Object.keys(KEEPERS), ...runnersAndPods].toSorted())
  })

  test('may neither read, list nor watch a Secret, nor touch one but the pull secret', async () => {
    for (const account of [CONTROLLER, UNINSTALL, ...Object.keys(KEEPERS)]) {
      for (const namespace of [own.name, apart.name]) {
        const ofPullSecret = await held(apiOf(account), verbs('secrets'), namespace, 'omd-registry-credentials')
        expect(ofPullSecret, `${account} in ${namespace}`).toEqual(KEEPERS[account] ?? [])
        expect(await held(apiOf(account), verbs('secrets'), namespace, 'prod-mysql'), account).toEqual([])
        expect(await statusOf(apiOf(account), 'GET', secretsIn(namespace)), account).toBe(403)
      }
    }
  })

  test('may do nothing elsewhere, nor with what belongs to no namespace, nor give themselves rights', async () => {
    for (const account of [CONTROLLER, UNINSTALL, ...Object.keys(KEEPERS)]) {
      const api = apiOf(account)
      expect(await held(api, OF_THE_CLUSTER), account).toEqual([])
      for (const namespace of [undefined, 'default', 'kube-system']) {
        expect(await held(api, [...verbs('pods'), ...verbs('secrets'), ...verbs('configmaps')], namespace), account).toEqual([])
      }
      const escalations = await held(api, ESCALATIONS, apart.name)
      expect(escalations, account).toEqual(account === CONTROLLER ? ['create pods/exec'] : [])
    }
  })

  test('that make pods or change what makes them are two, and so reach what pods can mount', async () => {
    const makers = [
      'create pods',
      'create jobs.batch',
      'create cronjobs.batch',
      'patch cronjobs.batch',
      'create workflows.argoproj.io',
      'patch cronworkflows.argoproj.io',
    ]
    for (const account of Object.keys(KEEPERS)) expect(await held(apiOf(account), makers, apart.name), account).toEqual([])
    expect(await held(apiOf(UNINSTALL), makers, apart.name)).toEqual(['patch cronjobs.batch', 'patch cronworkflows.argoproj.io'])
    expect(await held(apiOf(CONTROLLER), makers, apart.name)).toEqual(['create pods', 'create workflows.argoproj.io', 'patch cronworkflows.argoproj.io'])
  })
})
