import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { agentLabelValue, LABEL_AGENT, LABEL_ROLE } from '../../compiler/labels.ts'
import { connectPath } from '../../reconciler/link/protocol.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Collate } from '../collate/client.ts'
import type { RpcAnswer } from '../collate/link-frame.ts'
import { INGESTION_IMAGE } from '../ingestion-image/image.ts'
import { ask } from './ask.ts'
import { type KubernetesObject, openPlace, type Place, type PlaceOptions } from './place.ts'
import { type RequestOptions, runRequest, type RunRequest } from './run-request.ts'
import { RunnerProcess } from './runner-process.ts'

export const AGENT_ID = 'aws-prod'

export interface ScenarioOptions extends PlaceOptions {
  /** One that is there, and outlives the scenario; it must hold no other runner of this agent id. */
  readonly place?: Place
  readonly agentId?: string
  /** A server of its own in a place that is shared. It is the scenario's to stop. */
  readonly ownCollate?: Collate
  /** For the runner's environment, over what the scenario sets. */
  readonly environment?: Readonly<Record<string, string>>
}

/** A namespace of a real cluster, the reference server, and the runner between the two. */
export interface Scenario {
  readonly place: Place
  readonly cluster: Cluster
  readonly namespace: string
  readonly collate: Collate
  readonly agentId: string
  readonly kubeconfig: string
  readonly environment: Readonly<Record<string, string>>
  /** The runner of now. */
  readonly runner: () => RunnerProcess
  /** Starts a runner (again) and waits until Collate sees it. */
  startRunner(environment?: Readonly<Record<string, string>>): Promise<RunnerProcess>
  /** Starts a runner (again) and waits for nothing. */
  launchRunner(environment?: Readonly<Record<string, string>>): RunnerProcess
  /** Params of `pipeline/run` that fit this scenario. */
  request(options?: Partial<RequestOptions>): RunRequest
  /** Sends `pipeline/run` over the link, once. */
  run(request: RunRequest): Promise<RpcAnswer>
  /** Sends `run/kill` until it is answered. */
  kill(runId: string): Promise<RpcAnswer>
  /** This runner's. */
  pods(): Promise<readonly KubernetesObject[]>
  records(): Promise<readonly KubernetesObject[]>
  /** Everybody's. */
  list(resource: string): Promise<readonly KubernetesObject[]>
  stop(): Promise<void>
}

/** Brings everything up but the runner. */
export async function prepareScenario(options: ScenarioOptions = {}): Promise<Scenario> {
  const place = options.place ?? (await openPlace(options))
  const agentId = options.agentId ?? AGENT_ID
  const collate = options.ownCollate ?? place.collate
  const environment = { ...(await environmentFor(place, collate, agentId)), ...options.environment }
  return new RunningScenario(place, collate, agentId, environment, async () => {
    await options.ownCollate?.stop()
    if (options.place === undefined) await place.stop()
  })
}

/** Everything, the runner linked. */
export async function startScenario(options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await prepareScenario(options)
  await scenario.startRunner()
  return scenario
}

/** What the chart would set for a runner of this place. */
export async function environmentFor(
  { cluster, namespace, kubeconfig, executor }: Pick<Place, 'cluster' | 'namespace' | 'kubeconfig' | 'executor'>,
  collate: Collate,
  agentId: string,
): Promise<Record<string, string>> {
  const tokenFile = join(cluster.folder, `token-${namespace}-${agentId}`)
  await writeFile(tokenFile, collate.tokens['runner'] ?? '', { mode: 0o600 })
  return {
    KUBECONFIG: kubeconfig,
    // A runner that is started again is the same pod's next container.
    POD_NAME: `runner-${agentId}`,
    POD_UID: randomUUID(),
    AGENT_ID: agentId,
    AUTH_TOKEN_FILE: tokenFile,
    SERVER_URL: `ws://127.0.0.1:${collate.port}`,
    SERVER_HOST_API_URL: `http://127.0.0.1:${collate.port}/api`,
    SERVER_LINK_PATH: connectPath(agentId),
    RECONNECT_DELAY_SECONDS: '0.2',
    EXECUTOR_TYPE: executor,
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
  readonly place: Place
  readonly collate: Collate
  readonly agentId: string
  readonly environment: Readonly<Record<string, string>>
  readonly #cleanUp: () => Promise<void>
  #runner: RunnerProcess | undefined

  constructor(place: Place, collate: Collate, agentId: string, environment: Readonly<Record<string, string>>, cleanUp: () => Promise<void>) {
    this.place = place
    this.collate = collate
    this.agentId = agentId
    this.environment = environment
    this.#cleanUp = cleanUp
  }

  get cluster(): Cluster {
    return this.place.cluster
  }

  get namespace(): string {
    return this.place.namespace
  }

  get kubeconfig(): string {
    return this.place.kubeconfig
  }

  runner = (): RunnerProcess => {
    if (this.#runner === undefined) throw new Error('no runner was started')
    return this.#runner
  }

  async startRunner(environment: Readonly<Record<string, string>> = {}): Promise<RunnerProcess> {
    const runner = this.launchRunner(environment)
    await runner.waitForLine('linked to Collate')
    await this.collate.waitForRunner(this.agentId, 'Active')
    return runner
  }

  launchRunner(environment: Readonly<Record<string, string>> = {}): RunnerProcess {
    this.#runner = new RunnerProcess(this.place.program, { ...this.environment, ...environment })
    return this.#runner
  }

  request(options: Partial<RequestOptions> = {}): RunRequest {
    const hostPort = `http://${this.cluster.hostIp}:${this.collate.port}/api`
    return runRequest({ runner: this.agentId, hostPort, jwtToken: this.collate.tokens['bot'] ?? '', ...options })
  }

  async run(request: RunRequest): Promise<RpcAnswer> {
    return this.collate.call('pipeline/run', request, { agentId: this.agentId })
  }

  async kill(runId: string): Promise<RpcAnswer> {
    return ask(this, 'run/kill', { runner: this.agentId, runId })
  }

  async pods(): Promise<readonly KubernetesObject[]> {
    return (await this.list('pods')).filter((pod) => this.#isOwn(pod))
  }

  async records(): Promise<readonly KubernetesObject[]> {
    return (await this.list('configmaps')).filter((object) => this.#isOwn(object) && object.metadata.labels?.[LABEL_ROLE] === 'record')
  }

  async list(resource: string): Promise<readonly KubernetesObject[]> {
    return this.place.list(resource)
  }

  async stop(): Promise<void> {
    await this.#runner?.stop()
    await this.#cleanUp()
  }

  #isOwn({ metadata }: KubernetesObject): boolean {
    return metadata.labels?.[LABEL_AGENT] === agentLabelValue(this.agentId)
  }
}
