/** Values of the vendor's chart on a real API server, which by server-side apply refuses a list with one name twice. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { CHART_FOLDER, releaseIn } from './release.ts'
import { rendered, type RenderedObject, runnerOf, withValues } from './rendered-case.ts'
import { vendorCase, vendorCases } from './vendor-case.ts'

let cluster: Cluster
let namespace: TestNamespace

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  namespace = await createNamespace(cluster, 'vendor-values')
})

afterAll(async () => namespace?.delete())

interface Resource {
  readonly kind: string
  readonly name: string
  readonly namespaced: boolean
}

const known = new Map<string, Promise<readonly Resource[]>>()

async function resourcesOf(root: string): Promise<readonly Resource[]> {
  const asked = known.get(root) ?? callJson(cluster.api, { method: 'GET', path: root }).then(({ resources }) => resources as readonly Resource[])
  known.set(root, asked)
  return asked
}

/** Has the API server judge it as Helm's server-side apply would, fields that it does not know among it, without effect. A pod is asked for its account, which only the release would bring. */
async function tryApply(object: RenderedObject): Promise<void> {
  const root = object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`
  const resource = (await resourcesOf(root)).find(({ kind, name }) => kind === object.kind && !name.includes('/'))
  const place = resource?.namespaced === true ? `/namespaces/${namespace.name}` : ''
  const metadata = { ...object.metadata, ...(resource?.namespaced === true ? { namespace: namespace.name } : {}) }
  await callJson(cluster.api, {
    method: 'PATCH',
    path: `${root}${place}/${resource?.name}/${object.metadata.name}?dryRun=All&fieldManager=helm&fieldValidation=Strict&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: { ...object, metadata, ...(object.kind === 'Pod' ? { spec: { ...object.spec, serviceAccountName: 'default' } } : {}) },
  })
}

describe("values of the vendor's chart", () => {
  test.each(vendorCases())('$name: make objects that the API server takes', async (one) => {
    const objects = await rendered(one)
    expect(objects.length).toBeGreaterThan(5)
    for (const object of objects) await tryApply(object)
  })

  test.each(['minimum-argo', 'pipeline-types-simple', 'terraform-aws', 'chart-1.8'])('%s: are installed by Helm, each name once', async (name) => {
    const one = vendorCase(name)
    const release = await releaseIn(cluster, namespace.name, { name: one.release })
    // Argo's definitions are the whole cluster's, and a hook would go out to AWS.
    const besides = ['--set', 'argoWorkflows.crds.install=false', '--no-hooks', '--wait=hookOnly']
    await withValues(one, async (args) => release.helm('install', CHART_FOLDER, ...args, ...besides))
    const { items } = await callJson(cluster.api, { method: 'GET', path: `/apis/apps/v1/namespaces/${namespace.name}/deployments` })
    const { container } = runnerOf((items as RenderedObject[]).map((object) => ({ ...object, kind: 'Deployment' })))
    expect(container.env.map(({ name: variable }) => variable)).toEqual(runnerOf(await rendered(one)).container.env.map(({ name: variable }) => variable))
    await release.helm('uninstall', '--no-hooks', '--wait')
  })
})
