import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { moduleFiles, programPath } from './build-cache.ts'
import type { ConvertedFile } from './build-cache.ts'
import type { Cluster } from './cluster-handle.ts'
import { startDaemon } from './daemons.ts'
import type { DaemonPlace } from './daemons.ts'
import type { ClusterPaths } from './folders.ts'
import { cachedArchive, importArchive } from './images.ts'
import { callJson } from './kubernetes-api.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import { ARGO_PROGRAMS, versionOf } from './versions.ts'
import { waitFor } from './waiting.ts'

const DEFINITIONS = 'manifests/base/crds'
/** Kinds that the runner creates; their full schemas let the API server refuse a wrong field, and cost it 10 seconds at the start. */
const WITH_FULL_SCHEMA = ['workflows', 'cronworkflows']
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const NAMESPACE = 'argo'
const CONFIG_MAP = 'workflow-controller-configmap'

/** Name of the executor's image as the controller puts it into pods. */
export function executorImage(): string {
  return `localhost/argoexec:${versionOf('argo')}`
}

export interface ArgoOptions {
  readonly api: KubernetesApi
  readonly paths: ClusterPaths
  readonly place: DaemonPlace
  /** Put the executor's image on the node. */
  readonly withImage: boolean
  readonly fullSchemas: boolean
  readonly signal: AbortSignal | undefined
}

/** Adds Argo: its resource definitions, and its controller for all namespaces, as shipped. */
export async function startArgo({ api, paths, place, withImage, fullSchemas, signal }: ArgoOptions): Promise<void> {
  const [controller, executor] = ARGO_PROGRAMS.map(programPath)
  if (controller === undefined || executor === undefined) throw new Error("the list of Argo's programs is not complete")
  await createDefinitions(api, fullSchemas)
  await callJson(api, { method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } } })
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: CONFIG_MAP } }
  await callJson(api, { method: 'POST', path: `/api/v1/namespaces/${NAMESPACE}/configmaps`, body: configMap })
  if (withImage) await importArchive(paths, await executorArchive(executor))
  const args = [
    `--kubeconfig=${paths.kubeconfig}`,
    `--namespace=${NAMESPACE}`,
    `--configmap=${CONFIG_MAP}`,
    `--executor-image=${executorImage()}`,
    '--executor-image-pull-policy=IfNotPresent',
  ]
  const daemon = startDaemon(place, { name: 'workflow-controller', command: controller, args, env: { LEADER_ELECTION_DISABLE: 'true' } })
  await daemon.whileAlive(untilFollowing(paths, signal))
}

/** Lets pods of Workflows that run under this service account report to the controller. */
export async function allowWorkflowPods(cluster: Cluster, namespace: string, serviceAccount: string): Promise<void> {
  const metadata = { name: `${serviceAccount}-workflow-pods` }
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`
  const rules = [{ apiGroups: ['argoproj.io'], resources: ['workflowtaskresults'], verbs: ['create', 'patch'] }]
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name }
  const subjects = [{ kind: 'ServiceAccount', name: serviceAccount, namespace }]
  const apiVersion = 'rbac.authorization.k8s.io/v1'
  await callJson(cluster.api, { method: 'POST', path: `${path}/roles`, body: { apiVersion, kind: 'Role', metadata, rules } })
  await callJson(cluster.api, { method: 'POST', path: `${path}/rolebindings`, body: { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects } })
}

/** Argo's resource definitions, without anybody who acts on them. */
export async function createDefinitions(api: KubernetesApi, fullSchemas: boolean): Promise<void> {
  const isFull = (file: string): boolean => fullSchemas && WITH_FULL_SCHEMA.includes(file.split('.')[0] ?? '')
  const [minimal, full] = await Promise.all(['minimal', 'full'].map((schema) => moduleFiles('argo', `${DEFINITIONS}/${schema}`, definitionAsJson)))
  if (minimal === undefined || full === undefined) throw new Error("Argo's resource definitions are missing")
  const files = await readdir(minimal)
  await Promise.all(files.map((file) => createDefinition(api, join(isFull(file) ? full : minimal, file))))
}

async function createDefinition(api: KubernetesApi, file: string): Promise<void> {
  const name = basename(file, '.json')
  await callJson(api, { method: 'POST', path: CRDS, body: await readFile(file, 'utf8') })
  await waitFor(() => established(api, name), { what: `the resource definition ${name}` })
}

/** As YAML the largest is beyond what the API server takes in one request; as JSON it is not. */
function definitionAsJson(file: string, content: string): ConvertedFile | undefined {
  const [, kind] = /^argoproj\.io_(.+)\.yaml$/.exec(file) ?? []
  return kind === undefined ? undefined : { name: `${kind}.argoproj.io.json`, content: JSON.stringify(parse(content)) }
}

async function established(api: KubernetesApi, name: string): Promise<true | undefined> {
  const { status } = (await callJson(api, { method: 'GET', path: `${CRDS}/${name}` })) as {
    status?: { conditions?: readonly { type: string; status: string }[] }
  }
  return status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ? true : undefined
}

/** The controller tells in its log when its caches are filled and its workers are started. */
async function untilFollowing({ logs }: ClusterPaths, signal?: AbortSignal): Promise<void> {
  const log = join(logs, 'workflow-controller.log')
  const probe = async (): Promise<true | undefined> => ((await readFile(log, 'utf8')).includes('Starting workflow garbage collector') ? true : undefined)
  await waitFor(probe, { what: "the start of Argo's controller", signal })
}

async function executorArchive(executor: string): Promise<string> {
  const files = [{ path: 'bin/argoexec', mode: 0o755, content: await readFile(executor) }]
  return await cachedArchive({ files, folders: [{ path: 'tmp', mode: 0o1777 }], entrypoint: ['argoexec'] }, [executorImage()])
}
