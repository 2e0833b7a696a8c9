import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import type { Cluster } from './cluster-handle.ts'
import { exists } from './debian-packages.ts'
import { clustersFolder } from './folders.ts'
import { type ApiRequest, type ApiResponse, type KubernetesApi, warningsIn } from './kubernetes-api.ts'
import { MachineError } from './machine-error.ts'
import { run } from './shell.ts'

/** The kubeconfig that a user has set to use a cluster of his own; a kubeconfig of a cluster from here does not count. */
export function externalKubeconfig(): string | undefined {
  const first = process.env['KUBECONFIG']?.split(delimiter).find(Boolean)
  return first === undefined || resolve(first).startsWith(`${clustersFolder()}/`) ? undefined : first
}

/** The cluster behind a user's own kubeconfig. It is only used: never started, stopped or built for. */
export async function externalCluster(kubeconfig: string): Promise<Cluster> {
  if (!existsSync(kubeconfig)) throw new MachineError([`KUBECONFIG: there is no file ${kubeconfig}: unset it to get a cluster of this project's own.`])
  if (!exists('kubectl'))
    throw new MachineError(["KUBECONFIG is set, and kubectl is missing: install kubectl, or unset KUBECONFIG to get a cluster of this project's own."])
  const config = JSON.parse(await run('kubectl', ['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json'])) as KubectlConfig
  const [entry] = config.clusters
  if (!entry) throw new MachineError([`KUBECONFIG: ${kubeconfig} has no current context: choose one with "kubectl config use-context".`])
  const folder = await mkdtemp(join(tmpdir(), 'hybrid-runner-external-'))
  // It comes to hold kubeconfigs with tokens.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return {
    name: entry.name,
    kubeconfigPath: kubeconfig,
    apiServerUrl: entry.cluster.server,
    caData: entry.cluster['certificate-authority-data'],
    get hostIp() {
      return hostIp()
    },
    nodeIp: new URL(entry.cluster.server).hostname,
    auditLogPath: undefined,
    folder,
    nodes: 'kubelet',
    external: true,
    startedHere: false,
    api: proxyApi(kubeconfig),
    stop: () => Promise.resolve(),
  }
}

interface KubectlConfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly 'server': string; readonly 'certificate-authority-data'?: string } }[]
}

function hostIp(): string {
  const address = process.env['HYBRID_RUNNER_HOST_IP']
  if (address === undefined) {
    throw new MachineError([
      'HYBRID_RUNNER_HOST_IP is not set: with a KUBECONFIG of your own, set it to an address of this machine that pods of that cluster reach.',
    ])
  }
  return address
}

/**
 * Calls through `kubectl proxy`, which knows every way to log in. It is started with the first call and ends with
 * this process.
 */
function proxyApi(kubeconfig: string): KubernetesApi {
  let proxy: Promise<string> | undefined
  return async (call: ApiRequest): Promise<ApiResponse> => {
    proxy ??= startProxy(kubeconfig)
    const body = call.body === undefined || typeof call.body === 'string' ? call.body : JSON.stringify(call.body)
    const headers = body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }
    const response = await fetch(new URL(call.path, await proxy), { method: call.method, headers, ...(body !== undefined && { body }) })
    return { status: response.status, body: await response.text(), warnings: warningsIn(response.headers.get('warning') ?? undefined) }
  }
}

function startProxy(kubeconfig: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', ['proxy', '--port=0', '--address=127.0.0.1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, KUBECONFIG: kubeconfig },
    })
    process.once('exit', () => child.kill())
    child.on('error', reject).on('exit', (code) => reject(new Error(`kubectl proxy ended with ${code}`)))
    child.stdout.on('data', (chunk: Buffer) => {
      const [, address] = /Starting to serve on (\S+)/.exec(chunk.toString()) ?? []
      if (address === undefined) return
      // It serves for as long as this process has other things to do.
      child.unref()
      child.stdout.destroy()
      resolve(`http://${address}`)
    })
  })
}
