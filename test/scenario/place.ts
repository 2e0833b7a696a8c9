import type { Executor } from '../../compiler/policy/executor.ts'
import { API_ROOTS, type Kind } from '../../reconciler/cluster/cluster.ts'
import { allowWorkflowPods } from '../cluster/argo.ts'
import { type Cluster, startCluster, type StartOptions } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { ARGO_CLUSTER } from '../cluster/vitest-setup.ts'
import { type Collate, startCollate, type StartOptions as CollateOptions } from '../collate/client.ts'
import { loadIngestionImage } from '../ingestion-image/image.ts'
import { type Gate, Gates } from './gates.ts'
import { createAccounts, INGESTION_ACCOUNT, RUNNER_RULES, RUNNER_RULES_FOR_ARGO } from './runner-account.ts'
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
  /** Speaks as the runner's account; as the cluster's admin where the chart is to make that account. */
  readonly kubeconfig: string
  /** Path of the runner; empty where the chart brings it. */
  readonly program: string
  readonly executor: Executor
  list(resource: string): Promise<readonly KubernetesObject[]>
  /** A gate for programs of runs, closed. */
  gate(): Promise<Gate>
  /** To be called when no runner is left. */
  stop(): Promise<void>
}

export interface PlaceOptions {
  readonly cluster?: StartOptions
  /** What runs the pods: under Argo the cluster is the one that has it. */
  readonly executor?: Executor
  /** First part of the namespace's name. */
  readonly namespacePrefix?: string
  /** The chart is to bring the accounts and the runner: neither is made here. */
  readonly isForRelease?: boolean
  readonly collate?: CollateOptions
}

/** The cluster is shared by all places of one test run, the namespace and the server are its own. */
export async function openPlace(options: PlaceOptions = {}): Promise<Place> {
  const { executor = 'simpleK8s', namespacePrefix = 'scenario', isForRelease = false, collate: collateOptions } = options
  const isArgo = executor === 'argo'
  const shared = isArgo ? ARGO_CLUSTER : ({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true } as const)
  const cluster = await startCluster({ ...shared, ...options.cluster })
  const namespace = await createNamespace(cluster, namespacePrefix, { 'pod-security.kubernetes.io/enforce': 'restricted' })
  const serverVersion = collateOptions?.serverVersion ?? SERVER_VERSION
  const [collate, kubeconfig, program] = await Promise.all([
    startServer(collateOptions),
    isForRelease ? cluster.kubeconfigPath : createAccounts(cluster, namespace.name, isArgo ? [...RUNNER_RULES, ...RUNNER_RULES_FOR_ARGO] : RUNNER_RULES),
    isForRelease ? '' : runnerProgram(),
    ...(options.cluster?.nodes === 'none' ? [] : [loadIngestionImage(cluster, [`om-${serverVersion}-cl-${serverVersion}`])]),
  ])
  if (isArgo && !isForRelease) await allowWorkflowPods(cluster, namespace.name, INGESTION_ACCOUNT)
  return new OpenPlace(cluster, namespace, { collate, kubeconfig, program, executor })
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
  readonly executor: Executor
  readonly #namespace: TestNamespace
  readonly #gates: Gates

  constructor(
    cluster: Cluster,
    namespace: TestNamespace,
    { collate, kubeconfig, program, executor }: Pick<Place, 'collate' | 'kubeconfig' | 'program' | 'executor'>,
  ) {
    this.cluster = cluster
    this.#namespace = namespace
    this.#gates = new Gates(cluster.hostIp)
    this.collate = collate
    this.kubeconfig = kubeconfig
    this.program = program
    this.executor = executor
  }

  get namespace(): string {
    return this.#namespace.name
  }

  async list(resource: string): Promise<readonly KubernetesObject[]> {
    const answer = await callJson(this.cluster.api, { method: 'GET', path: this.#pathOf(resource) })
    return answer['items'] as readonly KubernetesObject[]
  }

  async gate(): Promise<Gate> {
    return this.#gates.gate()
  }

  async stop(): Promise<void> {
    await this.collate.stop()
    await this.#gates.stop()
    await this.#releaseEverything()
    await this.#namespace.delete()
  }

  /** With no runner left to do it, our finalizers would hold the namespace for ever. */
  async #releaseEverything(): Promise<void> {
    for (const resource of [...(this.executor === 'argo' ? ['workflows'] : []), 'pods', 'configmaps']) {
      for (const { metadata } of await this.list(resource)) {
        if (metadata.finalizers === undefined) continue
        const path = `${this.#pathOf(resource)}/${metadata.name}`
        await this.cluster.api({ method: 'PATCH', path, body: { metadata: { finalizers: null } }, contentType: 'application/merge-patch+json' })
      }
    }
  }

  #pathOf(resource: string): string {
    const root = isKind(resource) ? API_ROOTS[resource] : '/api/v1'
    return `${root}/namespaces/${this.namespace}/${resource}`
  }
}

function isKind(resource: string): resource is Kind {
  return resource in API_ROOTS
}
