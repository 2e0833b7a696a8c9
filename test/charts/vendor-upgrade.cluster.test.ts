/** A release of the vendor's chart is upgraded with ours in place, while what its runner has started goes on; and rolled back. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { ARGO_CLUSTER } from '../cluster/vitest-setup.ts'
import { waitFor } from '../cluster/waiting.ts'
import type { Collate } from '../collate/client.ts'
import { loadRunnerImage, RUNNER_IMAGE_VALUES } from '../image/runner-image.ts'
import { loadIngestionImage } from '../ingestion-image/image.ts'
import { SERVER_VERSION, startServer } from '../scenario/place.ts'
import { runRequest } from '../scenario/run-request.ts'
import type { HelmMajor } from './helm.ts'
import { type HeldWork, heldWork } from './held-work.ts'
import { CHART_FOLDER, releaseIn, releaseValues, type Values } from './release.ts'
import { withFiles } from './render.ts'
import { type RegistryTokens, registryTokens } from './registry-tokens.ts'
import { vendorChart, vendorObjects, type VendorRelease } from './vendor-release.ts'

interface Live {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string }
  readonly spec: {
    readonly template?: { readonly spec: { readonly containers: readonly LiveContainer[] } }
    readonly selector?: unknown
    readonly ports?: unknown
  }
  readonly status?: Readonly<Record<string, unknown>>
  readonly data?: Readonly<Record<string, string>>
}

interface LiveContainer {
  readonly name: string
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[]
}

const ROOTS: Readonly<Record<string, string>> = {
  ServiceAccount: 'api/v1/namespaces/*/serviceaccounts',
  Secret: 'api/v1/namespaces/*/secrets',
  ConfigMap: 'api/v1/namespaces/*/configmaps',
  Service: 'api/v1/namespaces/*/services',
  Deployment: 'apis/apps/v1/namespaces/*/deployments',
  Role: 'apis/rbac.authorization.k8s.io/v1/namespaces/*/roles',
  RoleBinding: 'apis/rbac.authorization.k8s.io/v1/namespaces/*/rolebindings',
  ClusterRole: 'apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: 'apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  CronJob: 'apis/batch/v1/namespaces/*/cronjobs',
  Job: 'apis/batch/v1/namespaces/*/jobs',
  Workflow: 'apis/argoproj.io/v1alpha1/namespaces/*/workflows',
  CronWorkflow: 'apis/argoproj.io/v1alpha1/namespaces/*/cronworkflows',
}

/** Where a release is upgraded. */
interface Scene {
  readonly cluster: Cluster
  readonly namespace: TestNamespace
  readonly collate: Collate
  readonly vendor: VendorRelease
  readonly work: HeldWork
  readonly registry: RegistryTokens
  /** Undefined where there is none. */
  get(kind: string, name: string): Promise<Live | undefined>
  create(object: { readonly kind: string; readonly [key: string]: unknown }): Promise<void>
}

/** To go back is the same for both; one is always tried. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

const NAME = 'collate-prod'
const PULL_SECRET = 'omd-registry-credentials'
const FULL_NAME = 'collate-prod-hybrid-ingestion-runner'

async function setScene(executor: VendorRelease['executor']): Promise<Scene> {
  const cluster = await startCluster(executor === 'argo' ? ARGO_CLUSTER : { name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  const namespace = await createNamespace(cluster, 'vendor-upgrade')
  const [collate, work, registry] = await Promise.all([
    startServer(),
    heldWork(cluster),
    registryTokens(cluster, 'a-new-token'),
    loadRunnerImage(cluster),
    loadIngestionImage(cluster, [`om-${SERVER_VERSION}-cl-${SERVER_VERSION}`]),
  ])
  const at = (kind: string): string => `/${ROOTS[kind]?.replace('*', namespace.name)}`
  const serverHost = `${cluster.hostIp}:${collate.port}`
  const vendor = { name: NAME, executor, argoName: namespace.name, agentId: namespace.name, token: collate.tokens['runner'] ?? '', serverHost }
  return {
    cluster,
    namespace,
    collate,
    work,
    registry,
    vendor,
    get: async (kind, name) => {
      const answer = await cluster.api({ method: 'GET', path: `${at(kind)}/${name}` })
      return answer.status === 404 ? undefined : (JSON.parse(answer.body) as Live)
    },
    create: async (object) => void (await callJson(cluster.api, { method: 'POST', path: at(object.kind), body: object })),
  }
}

/** As the old release's helper leaves it, beside the release. */
async function makePullSecret({ create }: Scene): Promise<void> {
  const stringData = { '.dockerconfigjson': JSON.stringify({ auths: { 'registry.example': { username: 'AWS', password: 'an-old-token' } } }) }
  await create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: PULL_SECRET }, type: 'kubernetes.io/dockerconfigjson', stringData })
}

/** What the old runner has started and is at work, and under Argo what it has left to fire. */
async function startOldWork({ work, vendor, create }: Scene): Promise<void> {
  const spec = { serviceAccountName: 'ingestion', restartPolicy: 'Never', containers: [work.container] }
  if (vendor.executor === 'simpleK8s') {
    await create({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'old-work' }, spec: { backoffLimit: 0, template: { spec } } })
  } else {
    const env = [{ name: 'pipelineType', value: 'metadata' }]
    const workflowSpec = { entrypoint: 'main', serviceAccountName: 'ingestion', templates: [{ name: 'main', container: { ...work.container, name: '', env } }] }
    const apiVersion = 'argoproj.io/v1alpha1'
    await create({ apiVersion, kind: 'Workflow', metadata: { name: 'old-work' }, spec: workflowSpec })
    await create({
      apiVersion,
      kind: 'CronWorkflow',
      metadata: { name: 'old-nightly' },
      spec: { schedule: '0 3 1 1 *', schedules: ['0 3 1 1 *'], workflowSpec },
    })
  }
  await work.begun()
}

/** Ends it, and gives how it ended: once, and well. */
async function endOfOldWork({ work, vendor, get }: Scene): Promise<unknown> {
  work.finish()
  const kind = vendor.executor === 'argo' ? 'Workflow' : 'Job'
  return waitFor(
    async () => {
      const { status = {} } = (await get(kind, 'old-work')) ?? {}
      return kind === 'Job' ? (status['completionTime'] === undefined ? undefined : { succeeded: status['succeeded'] }) : endedPhase(status)
    },
    { what: 'the end of the old work' },
  )
}

const endedPhase = (status: Readonly<Record<string, unknown>>): unknown => (status['finishedAt'] ? { phase: status['phase'] } : undefined)

/** Without Argo the pull secret is kept by the new release as it was by the old one; with Argo nobody keeps one any more. */
function valuesFor({ cluster, collate, vendor, namespace, registry }: Scene): Values {
  const values = releaseValues(cluster, collate, vendor.agentId)
  const credentials = { values: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'an-aws-key' } }
  if (vendor.executor === 'simpleK8s') return { ...values, ecrRegistryHelper: { endpoint: registry.endpoint, collateCredentials: credentials } }
  // The cluster has a controller that serves all namespaces; that of the release only has to stand where the old one stood.
  const { repository, tag } = RUNNER_IMAGE_VALUES
  const image = { registry: 'localhost', repository: repository.replace('localhost/', ''), tag }
  return { ...values, installArgoWorkflows: true, argoWorkflows: { fullnameOverride: namespace.name, crds: { install: false }, controller: { image } } }
}

/** Objects that stay what they are; all others of the old release go. */
function staysOf({ vendor }: Scene): ReadonlySet<string> {
  const ofExecutor =
    vendor.executor === 'argo'
      ? [`Deployment ${vendor.argoName}-workflow-controller`]
      : ['ServiceAccount omd-pull-secret-refresh', `Secret ${FULL_NAME}-secrets`]
  return new Set([`Deployment ${FULL_NAME}`, `Service ${FULL_NAME}`, `ServiceAccount ${FULL_NAME}`, 'ServiceAccount ingestion', ...ofExecutor])
}

async function uidsOf({ vendor, get }: Scene): Promise<Map<string, string | undefined>> {
  const live = await Promise.all(
    vendorObjects(vendor).map(async ({ kind, metadata }) => [`${kind} ${metadata.name}`, (await get(kind, metadata.name))?.metadata.uid] as const),
  )
  return new Map(live)
}

const containerOf = (deployment: Live | undefined): LiveContainer | undefined => deployment?.spec.template?.spec.containers[0]

/** The new runner's own, in which the warnings about the values stand. */
async function logOfRunner({ cluster, namespace }: Scene): Promise<string> {
  const pods = `/api/v1/namespaces/${namespace.name}/pods`
  const { items } = await callJson(cluster.api, { method: 'GET', path: `${pods}?labelSelector=app.kubernetes.io/component=runner` })
  const logs = (items as Live[]).map(async ({ metadata }) => (await cluster.api({ method: 'GET', path: `${pods}/${metadata.name}/log` })).body)
  return (await Promise.all(logs)).join('')
}

function passwordsIn(pullSecret: Live | undefined): unknown[] {
  const config = JSON.parse(Buffer.from(pullSecret?.data?.['.dockerconfigjson'] ?? '', 'base64').toString()) as { auths: Record<string, { password: string }> }
  return Object.values(config.auths).map(({ password }) => password)
}

async function runOnce({ cluster, collate, vendor }: Scene): Promise<void> {
  const runId = randomUUID()
  const hostPort = `http://${cluster.hostIp}:${collate.port}/api`
  const request = runRequest({ runner: vendor.agentId, hostPort, jwtToken: collate.tokens['bot'] ?? '', runId, pipelineName: 'nightly', simulate: {} })
  expect(await collate.call('pipeline/run', request, { agentId: vendor.agentId })).toMatchObject({ result: { code: 200, runId } })
  await collate.waitForStatus({ runId, state: 'success' })
}

describe.each([
  { executor: 'simpleK8s', installedBy: 3 },
  { executor: 'argo', installedBy: 4 },
] as const)("a release of the vendor's chart for $executor that Helm $installedBy has installed", ({ executor, installedBy }) => {
  let scene: Scene
  const helm = async (major: HelmMajor, chart = CHART_FOLDER) => releaseIn(scene.cluster, scene.namespace.name, { name: NAME, helm: major, chart })

  beforeAll(async () => {
    scene = await setScene(executor)
  })
  afterAll(async () => {
    await scene?.work.stop()
    await scene?.registry.stop()
    await scene?.collate.stop()
    await scene?.namespace.delete()
  })

  test('is upgraded in place: names, selectors and accounts stay, running work ends undisturbed, nothing is left behind', async () => {
    await withFiles(vendorChart(scene.vendor), async (chart) => (await helm(installedBy, chart)).install({}))
    const [before, deployment, service] = [await uidsOf(scene), await scene.get('Deployment', FULL_NAME), await scene.get('Service', FULL_NAME)]
    expect([...before.values()]).not.toContain(undefined)
    await makePullSecret(scene)
    const pullSecret = await scene.get('Secret', PULL_SECRET)
    await startOldWork(scene)

    const release = await helm(4)
    await release.upgrade(valuesFor(scene), ...(executor === 'argo' ? ['--wait=hookOnly'] : []))
    await scene.collate.waitForRunner(scene.vendor.agentId, 'Active')

    // The node gives the log of a container a moment after that began.
    const isTold = async (): Promise<true | undefined> => ((await logOfRunner(scene)).includes('config.useSecureProtocols is false') ? true : undefined)
    await waitFor(isTold, { what: 'the warning of the values in the log of the runner' })

    const stays = staysOf(scene)
    const untilGone = async (): Promise<true | undefined> =>
      [...(await uidsOf(scene))].every(([object, uid]) => stays.has(object) || uid === undefined) ? true : undefined
    await waitFor(untilGone, { what: "the end of the old release's objects" })
    const after = await uidsOf(scene)
    for (const object of stays) expect(after.get(object), object).toBe(before.get(object))
    const upgraded = await scene.get('Deployment', FULL_NAME)
    expect(upgraded?.spec.selector).toEqual(deployment?.spec.selector)
    expect(containerOf(upgraded)).toMatchObject({ name: containerOf(deployment)?.name, ports: containerOf(deployment)?.ports })
    expect((await scene.get('Service', FULL_NAME))?.spec.ports).toMatchObject([service?.spec.ports].flat())
    const environment = containerOf(upgraded)?.env ?? []
    expect(new Set(environment.map(({ name }) => name)).size).toBe(environment.length)
    expect(environment.map(({ name }) => name)).not.toContain('ARGO_TOKEN')
    expect(environment.find(({ name }) => name === 'AUTH_TOKEN')).toEqual({
      name: 'AUTH_TOKEN',
      valueFrom: { secretKeyRef: { name: `${FULL_NAME}-auth-token`, key: 'token' } },
    })

    const kept = await scene.get('Secret', PULL_SECRET)
    expect(kept?.metadata.uid).toBe(pullSecret?.metadata.uid)
    expect(passwordsIn(kept)).toEqual([executor === 'argo' ? 'an-old-token' : scene.registry.password])

    expect(await endOfOldWork(scene)).toEqual(executor === 'argo' ? { phase: 'Succeeded' } : { succeeded: 1 })
    await runOnce(scene)
  })

  test.runIf(IS_ALL || executor === 'argo')('has its schedules that still fire named by the doctor, and can be rolled back', async () => {
    const release = await helm(4)
    const told = await release.helm('test', '--logs')
    expect(told.includes('CronWorkflow old-nightly of another runner still fires')).toBe(executor === 'argo')
    await release.helm('rollback', '1', '--wait', '--timeout', '600s')
    const uids = await uidsOf(scene)
    expect([...uids.values()]).not.toContain(undefined)
    expect(containerOf(await scene.get('Deployment', FULL_NAME))?.env.find(({ name }) => name === 'AUTH_TOKEN')).toEqual({
      name: 'AUTH_TOKEN',
      value: scene.vendor.token,
    })
  })
})
