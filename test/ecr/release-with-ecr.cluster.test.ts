import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectPullSecrets } from '../../reconciler/cluster/pull-secrets.ts'
import { letGoOfPullSecrets, writePullSecrets } from '../../reconciler/ecr/keep-pull-secret.ts'
import type { PullSecretPlace } from '../../reconciler/ecr/refresh-settings.ts'
import { DIRECT } from '../../reconciler/network/network.ts'
import { type Release, releaseIn, releaseValues } from '../charts/release.ts'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { writeServiceAccountKubeconfig } from '../cluster/service-account.ts'
import { waitFor } from '../cluster/waiting.ts'
import type { Collate } from '../collate/client.ts'
import { loadRunnerImage } from '../image/runner-image.ts'
import { startServer } from '../scenario/place.ts'
import { type AwsServer, refusal, startAwsServer, tokenAnswer } from './aws-server.ts'

const REGISTRY = '111122223333.dkr.ecr.eu-west-1.amazonaws.com'
const PULL_SECRET = 'omd-registry-credentials'

let cluster: Cluster
let namespace: TestNamespace
let ingestion: TestNamespace
let collate: Collate
let aws: AwsServer
let release: Release

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  ;[namespace, ingestion] = await Promise.all([createNamespace(cluster, 'ecr', restricted), createNamespace(cluster, 'ecr-pods', restricted)])
  ;[collate, aws] = await Promise.all([startServer(), startAwsServer(tokenAnswer('first-token'), '0.0.0.0'), loadRunnerImage(cluster)])
  release = await releaseIn(cluster, namespace.name)
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await Promise.all([collate?.stop(), aws?.stop()])
  await Promise.all([namespace?.delete(), ingestion?.delete()])
})

interface Found {
  readonly metadata: {
    readonly name: string
    readonly uid: string
    readonly creationTimestamp: string
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: Readonly<Record<string, unknown>>
  readonly status?: { readonly succeeded?: number }
}

async function list(resource: string, where = namespace.name, group = '/api/v1'): Promise<readonly Found[]> {
  return (await callJson(cluster.api, { method: 'GET', path: `${group}/namespaces/${where}/${resource}` }))['items'] as readonly Found[]
}

async function pullSecretIn(where: string): Promise<Found | undefined> {
  return (await list('secrets', where)).find(({ metadata }) => metadata.name === PULL_SECRET)
}

function passwordIn(secret: Found | undefined): string | undefined {
  const config = JSON.parse(Buffer.from(secret?.data?.['.dockerconfigjson'] ?? '', 'base64').toString()) as {
    readonly auths: Readonly<Record<string, { readonly username: string; readonly password: string; readonly auth: string }>>
  }
  return config.auths[REGISTRY]?.password
}

function values(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const base = releaseValues(cluster, collate, 'with-ecr')
  const config = base['config'] as Record<string, Record<string, unknown>>
  return {
    ...base,
    config: { ...config, ingestionPods: { ...config['ingestionPods'], namespace: ingestion.name, imagePullSecrets: PULL_SECRET } },
    ecrRegistryHelper: {
      enabled: true,
      registry: REGISTRY,
      schedule: '*/30 * * * *',
      endpoint: `http://${cluster.hostIp}:${aws.port}`,
      collateCredentials: { values: { accessKeyId: 'AKIAPLANTED', secretAccessKey: 'planted-secret-key' } },
    },
    ...more,
  }
}

/** Starts the CronJob's Job now, as `kubectl create job --from` does, and waits for its end. */
async function refreshNow(name: string): Promise<void> {
  const [cronJob] = await list('cronjobs', namespace.name, '/apis/batch/v1')
  const template = cronJob?.spec?.['jobTemplate'] as { readonly spec: object } | undefined
  const path = `/apis/batch/v1/namespaces/${namespace.name}/jobs`
  await callJson(cluster.api, { method: 'POST', path, body: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: template?.spec } })
  const isDone = async (): Promise<true | undefined> =>
    ((await callJson(cluster.api, { method: 'GET', path: `${path}/${name}` })) as unknown as Found).status?.succeeded === 1 || undefined
  await waitFor(isDone, { what: `the end of Job ${name}` })
}

test('the pull secret is there before the first pod, is renewed in place, and goes with the last release that needs it', async () => {
  await release.install(values())
  const first = await pullSecretIn(namespace.name)
  const [runner] = await list('pods')
  expect(passwordIn(first)).toBe('first-token')
  expect(passwordIn(await pullSecretIn(ingestion.name))).toBe('first-token')
  expect(Date.parse(first?.metadata.creationTimestamp ?? '')).toBeLessThanOrEqual(Date.parse(runner?.metadata.creationTimestamp ?? ''))
  expect((await list('serviceaccounts')).map(({ metadata }) => metadata.name)).not.toContain('omd-pull-secret-refresh-hook')
  expect((await list('secrets')).map(({ metadata }) => metadata.name)).not.toContain('collate-prod-hybrid-ingestion-runner-ecr-hook-key')

  aws.answerWith(tokenAnswer('second-token'))
  await refreshNow('by-hand')
  const second = await pullSecretIn(namespace.name)
  expect(passwordIn(second)).toBe('second-token')
  expect(second?.metadata.uid).toBe(first?.metadata.uid)

  aws.answerWith(tokenAnswer('third-token'))
  await release.upgrade(values({ openshift: { enabled: true } }))
  expect(passwordIn(await pullSecretIn(ingestion.name))).toBe('third-token')

  await anotherHolds(async () => {
    await release.uninstall()
    expect(passwordIn(await pullSecretIn(namespace.name))).toBe('of-another')
  })
  expect(await pullSecretIn(namespace.name)).toBeUndefined()
  expect(await pullSecretIn(ingestion.name)).toBeUndefined()
  expect((await list('configmaps')).map(({ metadata }) => metadata.name)).toEqual(['kube-root-ca.crt'])
  expect(await list('secrets')).toEqual([])
  const roles = await list('roles', ingestion.name, '/apis/rbac.authorization.k8s.io/v1')
  expect(roles.map(({ metadata }) => metadata.name)).toEqual(['another'])
})

/** Another release with rights of its own, which are those that the chart gives. */
async function anotherHolds(meanwhile: () => Promise<void>): Promise<void> {
  const place: PullSecretPlace = { namespaces: [namespace.name, ingestion.name], secret: PULL_SECRET, holder: 'other', keptFor: 'x/other' }
  const secrets = await secretsOf('another')
  const token = { username: 'AWS', password: 'of-another', expiresAt: undefined, madeFor: undefined }
  expect((await writePullSecrets(secrets, place, REGISTRY, token)).map(({ isGood }) => isGood)).toEqual([true, true])
  await meanwhile()
  expect((await letGoOfPullSecrets(secrets, place)).map(({ words }) => words.replace(/^namespace \S+: /, ''))).toEqual(
    Array(2).fill(`pull secret ${PULL_SECRET} is deleted`),
  )
}

/** An account with the rules of the chart's own Role, in both namespaces. */
async function secretsOf(account: string) {
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  await callJson(cluster.api, { method: 'POST', path: `/api/v1/namespaces/${namespace.name}/serviceaccounts`, body: { metadata: { name: account } } })
  for (const where of [namespace.name, ingestion.name]) {
    const roles = (await list('roles', where, rbac)) as unknown as readonly { readonly metadata: { readonly name: string }; readonly rules: unknown }[]
    const rules = roles.find(({ metadata }) => metadata.name === 'collate-prod-hybrid-ingestion-runner-ecr')?.rules
    await callJson(cluster.api, { method: 'POST', path: `${rbac}/namespaces/${where}/roles`, body: { metadata: { name: account }, rules } })
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account }
    const subjects = [{ kind: 'ServiceAccount', name: account, namespace: namespace.name }]
    await callJson(cluster.api, { method: 'POST', path: `${rbac}/namespaces/${where}/rolebindings`, body: { metadata: { name: account }, roleRef, subjects } })
  }
  vi.stubEnv('KUBECONFIG', await writeServiceAccountKubeconfig(cluster, namespace.name, account))
  return connectPullSecrets(DIRECT)
}

test('an install whose key AWS refuses fails at once, says why and what to do, and is rolled back by itself', async () => {
  aws.answerWith(refusal('UnrecognizedClientException', 'The security token included in the request is invalid.'))
  const other = await releaseIn(cluster, namespace.name, { name: 'refused' })
  const helper = { ...(values()['ecrRegistryHelper'] as object), backoffLimit: 0, serviceAccount: { name: 'refresh-of-refused' } }
  const words = await other.install(values({ ecrRegistryHelper: helper }), '--rollback-on-failure').then(
    () => 'installed',
    (error: unknown) => String(error),
  )
  expect(words).toMatch(/KeyRefused.*copy both halves again.*INSTALLATION FAILED/s)
  expect(words).not.toContain('planted-secret-key')
  expect(words).toContain('has been uninstalled')
  await expect(other.helm('status')).rejects.toThrow('release: not found')
  // Of the hook that failed its Job stays for its log, and goes by itself.
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  const left = [
    ...(await list('serviceaccounts')),
    ...(await list('roles', namespace.name, rbac)),
    ...(await list('roles', ingestion.name, rbac)),
    ...(await list('deployments', namespace.name, '/apis/apps/v1')),
  ]
  expect(left.map(({ metadata }) => metadata.name).filter((name) => name.includes('refused'))).toEqual([])
})
