import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buildPrograms } from './build-cache.ts'
import { createCertificates } from './certificates.ts'
import { startArgo } from './argo.ts'
import type { Cluster } from './cluster-handle.ts'
import { createCgroups } from './cgroups.ts'
import { readState, writeState } from './cluster-state.ts'
import type { ArgoChoice, ClusterState, NodeKind } from './cluster-state.ts'
import { startContainerd } from './containerd.ts'
import { apiServerUrl, startApiServer, startControllers } from './control-plane.ts'
import type { DaemonPlace } from './daemons.ts'
import { installPackages, missingPackages } from './debian-packages.ts'
import { exclusively } from './exclusive.ts'
import { externalCluster, externalKubeconfig } from './external-cluster.ts'
import { clusterPaths, nameProblem } from './folders.ts'
import { loadBaseImages } from './images.ts'
import { base64Of, writeCertificateKubeconfig } from './kubeconfig.ts'
import { startKubelet, untilNodeReady } from './kubelet.ts'
import { startKwok } from './kwok.ts'
import { certificateApi } from './kubernetes-api.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import { createNamespaces, freeNetworkNumber, KUBERNETES_SERVICE_IP, networkOf } from './network.ts'
import { InputError, MachineError } from './machine-error.ts'
import { machineProblems } from './preflight.ts'
import { consoleProgress } from './progress.ts'
import type { Progress } from './progress.ts'
import { hasRemains, removeCluster } from './remains.ts'
import { ARGO_PROGRAMS, controlPlanePrograms, kubeletPrograms, KWOK_PROGRAMS } from './versions.ts'
import type { KubernetesRelease, Program } from './versions.ts'
import { nameOnWantedRelease, wantedRelease } from './wanted-release.ts'

export type { Cluster } from './cluster-handle.ts'

export interface StartOptions {
  readonly name?: string
  readonly nodes?: NodeKind
  /** Which Kubernetes; without it the one that HYBRID_RUNNER_KUBERNETES names, under a name of its own. */
  readonly kubernetes?: KubernetesRelease
  readonly argo?: ArgoChoice
  readonly auditLog?: boolean
  /** Take a cluster of this name that runs already. */
  readonly reuse?: boolean
  readonly progress?: Progress
  readonly signal?: AbortSignal
}

export const DEFAULT_NAME = 'dev'

/**
 * Brings up a cluster on this machine. What it needs is built or installed first, once.
 *
 * Guarantees: on an error or on abort nothing of the cluster is left.
 */
export async function startCluster(asked: StartOptions = {}): Promise<Cluster> {
  const options = { ...asked, kubernetes: asked.kubernetes ?? wantedRelease() }
  const { name: askedName = DEFAULT_NAME } = asked
  const name = asked.kubernetes === undefined ? nameOnWantedRelease(askedName) : askedName
  const progress = options.progress ?? consoleProgress(process.stderr)
  const kubeconfig = externalKubeconfig()
  if (kubeconfig !== undefined) return await useExternal(kubeconfig, progress)
  const problem = nameProblem(name)
  if (problem !== undefined) throw new InputError(problem)
  await prepareMachine(options, progress)
  return await exclusively(
    `cluster/${name}`,
    async () => {
      const running = await runningCluster(name)
      if (running) return reuse(running.state, running.cluster, options)
      if (await hasRemains(name)) await progress.during(`clearing the remains of cluster ${name}`, () => removeCluster(name))
      try {
        return await progress.during(`starting cluster ${name}`, () => bringUp(name, options))
      } catch (error) {
        await removeCluster(name)
        throw error
      }
    },
    () => progress.say(`waiting for another process that starts or stops cluster ${name}`),
  )
}

async function useExternal(kubeconfig: string, progress: Progress): Promise<Cluster> {
  const cluster = await externalCluster(kubeconfig)
  progress.say(`KUBECONFIG is set: using its cluster ${cluster.name} at ${cluster.apiServerUrl}; nothing is built, started or stopped`)
  return cluster
}

/** Ends the cluster of this name, or clears its remains. Says whether there was anything. */
export async function stopCluster(name: string): Promise<boolean> {
  return await exclusively(`cluster/${name}`, async () => {
    const found = await hasRemains(name)
    if (found) await removeCluster(name)
    return found
  })
}

/** The cluster of this name if it runs and answers. */
export async function findCluster(name: string): Promise<Cluster | undefined> {
  return (await runningCluster(name))?.cluster
}

/** Programs that a cluster with these options needs. */
export function programsFor({
  nodes = 'kubelet',
  argo = false,
  kubernetes = 'default',
}: Pick<StartOptions, 'nodes' | 'argo' | 'kubernetes'>): readonly Program[] {
  const ofNodes = { kubelet: kubeletPrograms(kubernetes), kwok: KWOK_PROGRAMS, none: [] }[nodes]
  return [...controlPlanePrograms(kubernetes), ...ofNodes, ...(argo === false ? [] : ARGO_PROGRAMS)]
}

async function prepareMachine(options: StartOptions, progress: Progress): Promise<void> {
  const nodes = options.nodes ?? 'kubelet'
  const programs = programsFor(options)
  const problems = await machineProblems(nodes, programs)
  if (problems.length > 0) throw new MachineError(problems)
  const packages = missingPackages(nodes === 'kubelet')
  if (packages.length > 0) await installPackages(packages, progress)
  await buildPrograms(programs, progress, options.signal)
}

async function bringUp(name: string, { nodes = 'kubelet', kubernetes = 'default', argo = false, auditLog = false, signal }: StartOptions): Promise<Cluster> {
  const paths = clusterPaths(name)
  const state = await claim({ name, nodes, kubernetes, argo, auditLog })
  const network = networkOf(state.network)
  await Promise.all([mkdir(paths.logs, { recursive: true }), mkdir(paths.node, { recursive: true })])
  const [cgroupFiles] = await Promise.all([createCgroups(name), createCertificates(paths.pki, network.nodeIp, KUBERNETES_SERVICE_IP)])
  await writeCertificateKubeconfig(paths.kubeconfig, paths.pki, apiServerUrl(network), 'admin')
  const place: DaemonPlace = { logs: paths.logs, cgroupFiles, namespaceHolder: await createNamespaces(network, paths.node, cgroupFiles) }
  const controlPlane = { paths, network, place, kubernetes, auditLog, signal }
  const [{ api }] = await together(
    startApiServer(controlPlane),
    nodes === 'kubelet' ? startContainerd(paths, network, place, signal).then(() => loadBaseImages(paths)) : Promise.resolve(),
  )
  await startControllers(controlPlane)
  if (nodes === 'kubelet') await untilNodeReady(api, await startKubelet({ name, paths, network, place, kubernetes }), signal)
  if (nodes === 'kwok') await startKwok(api, paths, network, place, signal)
  if (argo !== false) await startArgo({ api, paths, place, withImage: nodes === 'kubelet', fullSchemas: argo === 'full-schemas', signal })
  signal?.throwIfAborted()
  await writeState({ ...state, phase: 'running' })
  return await clusterOf(state, api, true)
}

/** Like Promise.all, but ends only when both have ended: no daemon is started any more once an error is seen. */
async function together<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second])
  return await Promise.all([first, second])
}

/** Gives the new cluster a network that nobody else has, by writing it down under the lock of all clusters. */
async function claim(wanted: Pick<ClusterState, 'name' | 'nodes' | 'kubernetes' | 'argo' | 'auditLog'>): Promise<ClusterState> {
  return await exclusively('clusters', async () => {
    const state: ClusterState = { ...wanted, network: await freeNetworkNumber(), phase: 'starting', startedAt: new Date().toISOString() }
    await writeState(state)
    return state
  })
}

async function runningCluster(name: string): Promise<{ state: ClusterState; cluster: Cluster } | undefined> {
  const state = await readState(name)
  if (state?.phase !== 'running') return undefined
  const api = await certificateApi(apiServerUrl(networkOf(state.network)), clusterPaths(name).pki)
  const ready = await api({ method: 'GET', path: '/readyz' }).catch(() => undefined)
  return ready?.status === 200 ? { state, cluster: await clusterOf(state, api, false) } : undefined
}

function reuse(state: ClusterState, cluster: Cluster, options: StartOptions): Cluster {
  const mend = `stop it with "node test/cluster/cli.ts stop --name ${state.name}" or choose another name`
  if (options.reuse !== true) throw new Error(`cluster ${state.name} runs already: ${mend}`)
  const lacks: string[] = []
  if (options.nodes !== undefined && options.nodes !== state.nodes) lacks.push(`nodes ${options.nodes} (it has ${state.nodes})`)
  const { kubernetes = state.kubernetes } = options
  if (kubernetes !== state.kubernetes) lacks.push(`the ${kubernetes} Kubernetes (it has the ${state.kubernetes} one)`)
  if (options.argo === true && state.argo === false) lacks.push('Argo')
  if (options.argo === 'full-schemas' && state.argo !== 'full-schemas') lacks.push("Argo's full schemas")
  if (options.auditLog === true && !state.auditLog) lacks.push('an audit log')
  if (lacks.length > 0) throw new Error(`cluster ${state.name} runs, but without ${lacks.join(', ')}: ${mend}`)
  return cluster
}

async function clusterOf(state: ClusterState, api: KubernetesApi, startedHere: boolean): Promise<Cluster> {
  const paths = clusterPaths(state.name)
  const network = networkOf(state.network)
  return {
    name: state.name,
    kubeconfigPath: paths.kubeconfig,
    apiServerUrl: apiServerUrl(network),
    hostIp: network.hostIp,
    nodeIp: network.nodeIp,
    caData: await base64Of(join(paths.pki, 'ca.crt')),
    auditLogPath: state.auditLog ? paths.auditLog : undefined,
    folder: paths.folder,
    nodes: state.nodes,
    external: false,
    startedHere,
    api,
    stop: async () => void (await stopCluster(state.name)),
  }
}
