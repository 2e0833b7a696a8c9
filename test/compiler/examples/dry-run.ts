import type { Cluster } from '../../cluster/cluster.ts'
import { startCluster } from '../../cluster/cluster.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { createNamespace } from '../../cluster/namespaces.ts'
import { ARGO_CLUSTER } from '../../cluster/vitest-setup.ts'

/** A real API server as judge: nothing is written. */
export interface Judge {
  /** What the API server says against the object, or undefined when it takes it. */
  refusalOf(object: object): Promise<string | undefined>
  /** The y of its version 1.y. */
  readonly minorVersion: number
  close(): Promise<void>
}

const COLLECTIONS: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  Pod: 'pods',
  CronJob: 'cronjobs',
  Workflow: 'workflows',
  CronWorkflow: 'cronworkflows',
}

export interface JudgeOptions {
  readonly serviceAccounts?: readonly string[]
  readonly priorityClasses?: readonly string[]
  /** With Argo's resource definitions in full. */
  readonly withArgo?: boolean
}

/** A namespace of the test cluster that enforces the `restricted` Pod Security Standard, with what the objects refer to. */
export async function startJudge({ serviceAccounts = [], priorityClasses = [], withArgo = false }: JudgeOptions): Promise<Judge> {
  const cluster = await startCluster(withArgo ? ARGO_CLUSTER : { name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  const namespace = await createNamespace(cluster, 'dry-run', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  const path = `/api/v1/namespaces/${namespace.name}`
  await Promise.all(serviceAccounts.map((name) => callJson(cluster.api, { method: 'POST', path: `${path}/serviceaccounts`, body: { metadata: { name } } })))
  await Promise.all(priorityClasses.map((name) => createPriorityClass(cluster, name)))
  const version = await callJson(cluster.api, { method: 'GET', path: '/version' })
  return {
    minorVersion: Number.parseInt(String(version['minor'])),
    async refusalOf(object) {
      const collection = collectionOf(object, namespace.name)
      const body = { ...object, metadata: { ...Reflect.get(object, 'metadata'), namespace: namespace.name } }
      const answer = await cluster.api({ method: 'POST', path: `${collection}?dryRun=All&fieldValidation=Strict`, body })
      return answer.status === 201 ? undefined : `${answer.status} ${answer.body}`
    },
    close: async () => namespace.delete(),
  }
}

function collectionOf(object: object, namespace: string): string {
  const { apiVersion, kind } = object as { readonly apiVersion?: string; readonly kind?: string }
  const collection = COLLECTIONS[kind ?? '']
  if (apiVersion === undefined || collection === undefined) throw new Error(`no collection is known for ${JSON.stringify(kind)}`)
  return `${apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`}/namespaces/${namespace}/${collection}`
}

/** Classes have no namespace: one that is there already will do, and it stays for who uses it meanwhile. */
async function createPriorityClass(cluster: Cluster, name: string): Promise<void> {
  const body = { metadata: { name }, value: 1000 }
  const answer = await cluster.api({ method: 'POST', path: '/apis/scheduling.k8s.io/v1/priorityclasses', body })
  if (![201, 409].includes(answer.status)) throw new Error(`priority class ${name}: ${answer.status} ${answer.body}`)
}
