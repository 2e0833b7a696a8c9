import { beforeAll, describe, expect, test } from 'vitest'
import { allowWorkflowPods } from './argo.ts'
import type { Cluster } from './cluster.ts'
import { startCluster } from './cluster.ts'
import { externalKubeconfig } from './external-cluster.ts'
import { BUSYBOX_IMAGE } from './images.ts'
import { callJson } from './kubernetes-api.ts'
import { createNamespace } from './namespaces.ts'
import { ARGO_CLUSTER } from './vitest-setup.ts'
import { waitFor } from './waiting.ts'

interface Workflow {
  readonly status?: {
    readonly phase?: string
    readonly message?: string
    readonly nodes?: Readonly<Record<string, { readonly outputs?: { readonly exitCode?: string } }>>
  }
}

describe.skipIf(externalKubeconfig() !== undefined)('a cluster with Argo', () => {
  let cluster: Cluster
  let workflows: string

  beforeAll(async () => {
    cluster = await startCluster(ARGO_CLUSTER)
    const { name } = await createNamespace(cluster, 'argo')
    await allowWorkflowPods(cluster, name, 'default')
    workflows = `/apis/argoproj.io/v1alpha1/namespaces/${name}/workflows`
  })

  async function finished(name: string, script: string): Promise<Workflow['status']> {
    const template = { name: 'main', container: { image: BUSYBOX_IMAGE, command: ['sh', '-c', script] } }
    const body = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata: { name }, spec: { entrypoint: 'main', templates: [template] } }
    await callJson(cluster.api, { method: 'POST', path: workflows, body })
    return await waitFor(
      async () => {
        const { status } = (await callJson(cluster.api, { method: 'GET', path: `${workflows}/${name}` })) as unknown as Workflow
        return ['Succeeded', 'Failed', 'Error'].includes(status?.phase ?? '') ? status : undefined
      },
      { what: `the end of workflow ${name}`, everyMs: 200 },
    )
  }

  test('a Workflow runs on the real node by the real executor', async () => {
    expect(await finished('good', 'echo hello')).toMatchObject({ phase: 'Succeeded' })
  })

  test("a Workflow that fails gives its program's exit code", async () => {
    const status = await finished('bad', 'exit 7')
    expect(status?.phase).toBe('Failed')
    expect(Object.values(status?.nodes ?? {}).map(({ outputs }) => outputs?.exitCode)).toEqual(['7'])
  })

  test('a Workflow with a field that its definition does not know is refused', async () => {
    const spec = { entrypoint: 'main', entryPoint: 'typo', templates: [] }
    const body = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata: { name: 'typo' }, spec }
    const answer = await cluster.api({ method: 'POST', path: `${workflows}?fieldValidation=Strict`, body })
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('unknown field \\"spec.entryPoint\\"')])
  })
})
