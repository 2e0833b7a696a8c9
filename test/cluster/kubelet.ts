import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { programPath } from './build-cache.ts'
import { writeCertificateKubeconfig } from './kubeconfig.ts'
import { cgroupOf } from './cgroups.ts'
import { apiServerUrl } from './control-plane.ts'
import { startDaemon } from './daemons.ts'
import type { Daemon, DaemonPlace } from './daemons.ts'
import type { ClusterPaths } from './folders.ts'
import { callJson } from './kubernetes-api.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import type { Network } from './network.ts'
import { kubeletPrograms } from './versions.ts'
import type { KubernetesRelease } from './versions.ts'
import { waitFor } from './waiting.ts'

export const NODE_NAME = 'node1'

export interface NodeOptions {
  readonly name: string
  readonly paths: ClusterPaths
  readonly network: Network
  readonly place: DaemonPlace
  readonly kubernetes: KubernetesRelease
}

/** Starts the kubelet and kube-proxy. Assumes a ready API server and a running containerd. */
export async function startKubelet(options: NodeOptions): Promise<Daemon> {
  const { paths, network, place } = options
  await mkdir(paths.node, { recursive: true })
  const file = (name: string): string => join(paths.node, name)
  await writeCertificateKubeconfig(file('kubelet.kubeconfig'), paths.pki, apiServerUrl(network), 'node')
  await writeCertificateKubeconfig(file('proxy.kubeconfig'), paths.pki, apiServerUrl(network), 'proxy')
  await writeFile(file('resolv.conf'), '# There is no name server in this cluster.\n')
  await writeFile(file('kubelet.json'), JSON.stringify(kubeletConfig(options), undefined, 2))
  await writeFile(file('proxy.json'), JSON.stringify(proxyConfig(options), undefined, 2))
  const [kubelet, proxy] = kubeletPrograms(options.kubernetes).map(programPath)
  if (kubelet === undefined || proxy === undefined) throw new Error('the list of node programs is not complete')
  startDaemon(place, { name: 'kube-proxy', command: proxy, args: [`--config=${file('proxy.json')}`] })
  const flags = [
    `--config=${file('kubelet.json')}`,
    `--kubeconfig=${file('kubelet.kubeconfig')}`,
    `--root-dir=${file('kubelet')}`,
    `--cert-dir=${file('kubelet-pki')}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${network.nodeIp}`,
  ]
  return startDaemon(place, { name: 'kubelet', command: kubelet, args: flags })
}

/** Waits until the node is Ready and takes pods. */
export async function untilNodeReady(api: KubernetesApi, kubelet: Daemon, signal?: AbortSignal): Promise<void> {
  const probe = async (): Promise<true | undefined> => {
    const node = (await callJson(api, { method: 'GET', path: `/api/v1/nodes/${NODE_NAME}` })) as unknown as NodeObject
    const ready = node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
    const tainted = node.spec.taints?.some(({ key }) => key.startsWith('node.kubernetes.io/')) ?? false
    return ready && !tainted ? true : undefined
  }
  await kubelet.whileAlive(waitFor(probe, { what: 'a Ready node', signal }))
}

interface NodeObject {
  readonly spec: { readonly taints?: readonly { readonly key: string }[] }
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

function kubeletConfig({ name, paths, network }: NodeOptions): unknown {
  const pki = (file: string): string => join(paths.pki, file)
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: network.nodeIp,
    containerRuntimeEndpoint: `unix://${paths.containerdSocket}`,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: pki('ca.crt') } },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pki('node.crt'),
    tlsPrivateKeyFile: pki('node.key'),
    cgroupDriver: 'cgroupfs',
    cgroupRoot: cgroupOf(name),
    podLogsDir: join(paths.node, 'pod-logs'),
    resolvConf: join(paths.node, 'resolv.conf'),
    healthzPort: 10248,
    // A test machine is what it is: old cgroups, swap, a full disk are no reason to refuse or to evict.
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    evictionHard: {},
    localStorageCapacityIsolation: false,
    imageGCHighThresholdPercent: 100,
    imageMinimumGCAge: '24h',
    // Tests watch for changes, and the defaults are made for thousands of nodes.
    syncFrequency: '10s',
    configMapAndSecretChangeDetectionStrategy: 'Watch',
    kubeAPIQPS: 500,
    kubeAPIBurst: 1000,
    registryPullQPS: 0,
    eventRecordQPS: 0,
    maxPods: 240,
  }
}

function proxyConfig({ paths, network }: NodeOptions): unknown {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clientConnection: { kubeconfig: join(paths.node, 'proxy.kubeconfig') },
    clusterCIDR: network.podCidr,
    hostnameOverride: NODE_NAME,
    bindAddress: network.nodeIp,
    // The conntrack table belongs to the whole machine.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    iptables: { minSyncPeriod: '0s' },
  }
}
