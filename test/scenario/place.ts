import { type Cluster, startCluster, type StartOptions } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { type Collate, startCollate, type StartOptions as CollateOptions } from '../collate/client.ts'
import { loadIngestionImage } from '../ingestion-image/image.ts'
import { createAccounts } from './runner-account.ts'
import { runnerProgram } from './runner-program.ts'

export const SERVER_VERSION = '1.11.1'

/** As much of an object as tests look at. */
export interface KubernetesObject {
  readonly metadata: {
    readonly name: string
    readonly uid: string
    readonly labels?: Readonly<Record<string, string>>
    readonly finalizers?: readonly string[]
    readonly deletionTimestamp?: string
  }
  readonly spec?: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
  readonly data?: Readonly<Record<string, string>>
}

/** Where scenarios play: a namespace of a real cluster and a reference server. Runners with different agent ids may share one. */
export interface Place {
  readonly cluster: Cluster
  readonly namespace: string
  readonly collate: Collate
  /** Speaks as the runner's account. */
  readonly kubeconfig: string
  /** Path of the runner. */
  readonly program: string
  list(resource: string): Promise<readonly KubernetesObject[]>
  /** To be called when no runner is left. */
  stop(): Promise<void>
}

export interface PlaceOptions {
  readonly cluster?: StartOptions
  /** First part of the namespace's name. */
  readonly namespacePrefix?: string
  readonly collate?: CollateOptions
}

/** The cluster is shared by all places of one test run, the namespace and the server are its own. */
export async function openPlace({ cluster: clusterOptions, namespacePrefix = 'scenario', collate: collateOptions }: PlaceOptions = {}): Promise<Place> {
  const cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true, ...clusterOptions })
  const namespace = await createNamespace(cluster, namespacePrefix, { 'pod-security.kubernetes.io/enforce': 'restricted' })
  const serverVersion = collateOptions?.serverVersion ?? SERVER_VERSION
  const [collate, kubeconfig, program] = await Promise.all([
    startServer(collateOptions),
    createAccounts(cluster, namespace.name),
    runnerProgram(),
    loadIngestionImage(cluster, [`om-${serverVersion}-cl-${serverVersion}`]),
  ])
  return new OpenPlace(cluster, namespace, { collate, kubeconfig, program })
}

/** A server that pods of the cluster reach. */
export async function startServer(options: CollateOptions = {}): Promise<Collate> {
  return startCollate({ host: '0.0.0.0', serverVersion: SERVER_VERSION, ...options })
}

class OpenPlace implements Place {
  readonly cluster: Cluster
  readonly collate: Collate
  readonly kubeconfig: string
  readonly program: string
  readonly #namespace: TestNamespace

  constructor(cluster: Cluster, namespace: TestNamespace, { collate, kubeconfig, program }: Pick<Place, 'collate' | 'kubeconfig' | 'program'>) {
    this.cluster = cluster
    this.#namespace = namespace
    this.collate = collate
    this.kubeconfig = kubeconfig
    this.program = program
  }

  get namespace(): string {
    return this.#namespace.name
  }

  async list(resource: string): Promise<readonly KubernetesObject[]> {
    const answer = await callJson(this.cluster.api, { method: 'GET', path: `/api/v1/namespaces/${this.namespace}/${resource}` })
    return answer['items'] as readonly KubernetesObject[]
  }

  async stop(): Promise<void> {
    await this.collate.stop()
    await this.#releaseEverything()
    await this.#namespace.delete()
  }

  /** With no runner left to do it, our finalizers would hold the namespace for ever. */
  async #releaseEverything(): Promise<void> {
    for (const resource of ['pods', 'configmaps']) {
      for (const { metadata } of await this.list(resource)) {
        if (metadata.finalizers === undefined) continue
        const path = `/api/v1/namespaces/${this.namespace}/${resource}/${metadata.name}`
        await this.cluster.api({ method: 'PATCH', path, body: { metadata: { finalizers: null } }, contentType: 'application/merge-patch+json' })
      }
    }
  }
}
