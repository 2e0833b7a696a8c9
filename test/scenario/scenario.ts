import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectPath } from '../../reconciler/link/protocol.ts'
import { type Cluster, startCluster, type StartOptions } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace } from '../cluster/namespaces.ts'
import { type Collate, startCollate } from '../collate/client.ts'
import type { RpcAnswer } from '../collate/link-frame.ts'
import { INGESTION_IMAGE, loadIngestionImage } from '../ingestion-image/image.ts'
import { createAccounts } from './runner-account.ts'
import { type RequestOptions, runRequest, type RunRequest } from './run-request.ts'
import { RunnerProcess } from './runner-process.ts'

export const AGENT_ID = 'aws-prod'
export const SERVER_VERSION = '1.11.1'

export interface ScenarioOptions {
  readonly cluster?: StartOptions
  /** First part of the namespace's name. */
  readonly namespacePrefix?: string
  /** For the runner's environment, over what the scenario sets. */
  readonly environment?: Readonly<Record<string, string>>
  /** In front of the API server, for the runner only. */
  readonly apiServerUrl?: (cluster: Cluster) => Promise<string>
}

/** A namespace of a real cluster, the reference server, and the runner between the two. */
export interface Scenario {
  readonly cluster: Cluster
  readonly namespace: string
  readonly collate: Collate
  readonly kubeconfig: string
  readonly environment: Readonly<Record<string, string>>
  /** The runner of now. */
  readonly runner: () => RunnerProcess
  /** Starts a runner (again) and waits until Collate sees it. */
  startRunner(environment?: Readonly<Record<string, string>>): Promise<RunnerProcess>
  /** Params of `pipeline/run` that fit this scenario. */
  request(options?: Partial<RequestOptions>): RunRequest
  /** Sends `pipeline/run` over the link. */
  run(request: RunRequest): Promise<RpcAnswer>
  kill(runId: string): Promise<RpcAnswer>
  pods(): Promise<readonly KubernetesObject[]>
  records(): Promise<readonly KubernetesObject[]>
  list(resource: string): Promise<readonly KubernetesObject[]>
  stop(): Promise<void>
}

/** As much of an object as tests look at. */
export interface KubernetesObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels?: Readonly<Record<string, string>>; readonly finalizers?: readonly string[]; readonly deletionTimestamp?: string }
  readonly spec?: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
  readonly data?: Readonly<Record<string, string>>
}

/** Brings everything up but the runner. The cluster is shared by all scenarios of one test run, the namespace is its own. */
export async function prepareScenario(options: ScenarioOptions = {}): Promise<Scenario> {
  const cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true, ...options.cluster })
  const namespace = await createNamespace(cluster, options.namespacePrefix ?? 'scenario', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  const collate = await startCollate({ host: '0.0.0.0', serverVersion: SERVER_VERSION })
  await loadIngestionImage(cluster, [`om-${SERVER_VERSION}-cl-${SERVER_VERSION}`])
  const kubeconfig = await createAccounts(cluster, namespace.name)
  const environment = { ...(await environmentFor(cluster, namespace.name, collate, kubeconfig)), ...options.environment }
  return new RunningScenario(cluster, namespace, collate, kubeconfig, environment)
}

/** Everything, the runner linked. */
export async function startScenario(options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await prepareScenario(options)
  await scenario.startRunner()
  return scenario
}

async function environmentFor(cluster: Cluster, namespace: string, collate: Collate, kubeconfig: string): Promise<Record<string, string>> {
  const tokenFile = join(cluster.folder, `token-${namespace}`)
  await writeFile(tokenFile, collate.tokens['runner'] ?? '', { mode: 0o600 })
  return {
    KUBECONFIG: kubeconfig,
    AGENT_ID,
    AUTH_TOKEN_FILE: tokenFile,
    SERVER_URL: `ws://127.0.0.1:${collate.port}`,
    SERVER_HOST_API_URL: `http://127.0.0.1:${collate.port}/api`,
    SERVER_LINK_PATH: connectPath(AGENT_ID),
    RECONNECT_DELAY_SECONDS: '0.2',
    EXECUTOR_TYPE: 'simpleK8s',
    INGESTION_NAMESPACE: namespace,
    INGESTION_IMAGE: `${INGESTION_IMAGE}:om-0.0.0-cl-0.0.0`,
    INGESTION_CPU_REQUEST: '10m',
    INGESTION_CPU_LIMIT: '500m',
    INGESTION_MEMORY_REQUEST: '16Mi',
    INGESTION_MEMORY_LIMIT: '64Mi',
    APP_SERVER_PORT: '0',
    METRICS_SERVER_PORT: '0',
  }
}

class RunningScenario implements Scenario {
  readonly cluster: Cluster
  readonly collate: Collate
  readonly kubeconfig: string
  readonly environment: Readonly<Record<string, string>>
  readonly #namespace: Awaited<ReturnType<typeof createNamespace>>
  #runner: RunnerProcess | undefined

  constructor(cluster: Cluster, namespace: Awaited<ReturnType<typeof createNamespace>>, collate: Collate, kubeconfig: string, environment: Readonly<Record<string, string>>) {
    this.cluster = cluster
    this.#namespace = namespace
    this.collate = collate
    this.kubeconfig = kubeconfig
    this.environment = environment
  }

  get namespace(): string {
    return this.#namespace.name
  }

  runner = (): RunnerProcess => {
    if (this.#runner === undefined) throw new Error('no runner was started')
    return this.#runner
  }

  async startRunner(environment: Readonly<Record<string, string>> = {}): Promise<RunnerProcess> {
    const runner = new RunnerProcess({ ...this.environment, ...environment })
    this.#runner = runner
    await runner.waitForLine('linked to Collate')
    await this.collate.waitForRunner(AGENT_ID, 'Active')
    return runner
  }

  request(options: Partial<RequestOptions> = {}): RunRequest {
    const hostPort = `http://${this.cluster.hostIp}:${this.collate.port}/api`
    return runRequest({ runner: AGENT_ID, hostPort, jwtToken: this.collate.tokens['bot'] ?? '', ...options })
  }

  async run(request: RunRequest): Promise<RpcAnswer> {
    return this.collate.call('pipeline/run', request, { agentId: AGENT_ID })
  }

  async kill(runId: string): Promise<RpcAnswer> {
    return this.collate.call('run/kill', { runner: AGENT_ID, runId }, { agentId: AGENT_ID })
  }

  async pods(): Promise<readonly KubernetesObject[]> {
    return this.list('pods')
  }

  async records(): Promise<readonly KubernetesObject[]> {
    return (await this.list('configmaps')).filter(({ metadata }) => metadata.labels?.['hybrid-runner.collate.io/role'] === 'record')
  }

  async list(resource: string): Promise<readonly KubernetesObject[]> {
    const answer = await callJson(this.cluster.api, { method: 'GET', path: `/api/v1/namespaces/${this.namespace}/${resource}` })
    return answer['items'] as readonly KubernetesObject[]
  }

  async stop(): Promise<void> {
    await this.#runner?.stop()
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
