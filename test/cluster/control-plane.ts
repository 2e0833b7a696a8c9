import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { programPath } from './build-cache.ts'
import { writeCertificateKubeconfig } from './kubeconfig.ts'
import { startDaemon } from './daemons.ts'
import type { Daemon, DaemonPlace } from './daemons.ts'
import type { ClusterPaths } from './folders.ts'
import { certificateApi } from './kubernetes-api.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import { SERVICE_CIDR } from './network.ts'
import type { Network } from './network.ts'
import { controlPlanePrograms } from './versions.ts'
import type { KubernetesRelease } from './versions.ts'
import { waitFor } from './waiting.ts'

export interface ControlPlaneOptions {
  readonly paths: ClusterPaths
  readonly network: Network
  readonly place: DaemonPlace
  readonly auditLog: boolean
  readonly kubernetes: KubernetesRelease
  readonly signal?: AbortSignal | undefined
}

/** Address of a cluster's API server, the same from this machine and from inside its namespaces. */
export function apiServerUrl({ nodeIp }: Network): string {
  return `https://${nodeIp}:6443`
}

/** Starts etcd and the API server. Gives the API once it answers that it is ready. */
export async function startApiServer(options: ControlPlaneOptions): Promise<{ readonly api: KubernetesApi; readonly daemon: Daemon }> {
  const { paths, place, network, kubernetes } = options
  const etcd = startDaemon(place, { name: 'etcd', command: pathOf('etcd', kubernetes), args: etcdArgs(paths) })
  const daemon = startDaemon(place, { name: 'kube-apiserver', command: pathOf('kube-apiserver', kubernetes), args: await apiServerArgs(options) })
  const api = await certificateApi(apiServerUrl(network), paths.pki)
  const ready = waitFor(async () => ((await api({ method: 'GET', path: '/readyz' })).status === 200 ? true : undefined), {
    what: 'readiness of kube-apiserver',
    everyMs: 50,
    signal: options.signal,
  })
  await daemon.whileAlive(etcd.whileAlive(ready))
  return { api, daemon }
}

/** Starts controller-manager and scheduler. Assumes a ready API server. */
export async function startControllers({ paths, network, place, kubernetes }: ControlPlaneOptions): Promise<void> {
  const kubeconfig = async (user: string): Promise<string> => {
    const path = join(paths.pki, `${user}.kubeconfig`)
    await writeCertificateKubeconfig(path, paths.pki, apiServerUrl(network), user)
    return path
  }
  // Without these two the controllers' own throttling (20 and 50 requests a second) is what a load test would measure.
  const unthrottled = ['--kube-api-qps=2000', '--kube-api-burst=2000', '--leader-elect=false']
  startDaemon(place, {
    name: 'kube-controller-manager',
    command: pathOf('kube-controller-manager', kubernetes),
    args: [
      `--kubeconfig=${await kubeconfig('controller-manager')}`,
      `--root-ca-file=${join(paths.pki, 'ca.crt')}`,
      `--service-account-private-key-file=${join(paths.pki, 'service-accounts.key')}`,
      '--use-service-account-credentials',
      ...unthrottled,
    ],
  })
  startDaemon(place, {
    name: 'kube-scheduler',
    command: pathOf('kube-scheduler', kubernetes),
    args: [`--kubeconfig=${await kubeconfig('scheduler')}`, ...unthrottled],
  })
}

function pathOf(name: string, release: KubernetesRelease): string {
  const program = controlPlanePrograms(release).find((candidate) => candidate.name === name)
  if (!program) throw new Error(`${name} is no program of the control plane`)
  return programPath(program)
}

function etcdArgs(paths: ClusterPaths): readonly string[] {
  const url = (port: number): string => `http://127.0.0.1:${port}`
  return [
    `--data-dir=${paths.etcd}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${url(2379)}`,
    `--advertise-client-urls=${url(2379)}`,
    `--listen-peer-urls=${url(2380)}`,
    `--initial-advertise-peer-urls=${url(2380)}`,
    `--initial-cluster=default=${url(2380)}`,
    '--quota-backend-bytes=4294967296',
    '--log-level=warn',
  ]
}

async function apiServerArgs({ paths, network, auditLog }: ControlPlaneOptions): Promise<readonly string[]> {
  const pki = (file: string): string => join(paths.pki, file)
  await mkdir(paths.etcd, { recursive: true, mode: 0o700 })
  return [
    '--etcd-servers=http://127.0.0.1:2379',
    `--advertise-address=${network.nodeIp}`,
    '--secure-port=6443',
    `--service-cluster-ip-range=${SERVICE_CIDR}`,
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    `--kubelet-client-certificate=${pki('admin.crt')}`,
    `--kubelet-client-key=${pki('admin.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--service-account-key-file=${pki('service-accounts.pub')}`,
    `--service-account-signing-key-file=${pki('service-accounts.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    '--profiling=false',
    ...(auditLog ? await auditArgs(paths) : []),
  ]
}

/** One JSON line per request once it is answered: who, what, which object, which status; no bodies. */
async function auditArgs(paths: ClusterPaths): Promise<readonly string[]> {
  const policy = join(paths.folder, 'audit-policy.json')
  const rules = [{ level: 'Metadata' }]
  await writeFile(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages: ['RequestReceived'], rules }))
  return [`--audit-policy-file=${policy}`, `--audit-log-path=${paths.auditLog}`, '--audit-log-format=json']
}
