import { basename } from 'node:path'
import { cgroupFilesOf, processesOf } from './cgroups.ts'
import type { Cluster } from './cluster-handle.ts'
import { type DaemonPlace, startDaemon } from './daemons.ts'
import { clusterPaths } from './folders.ts'
import { endProcesses } from './processes.ts'
import { daemonsOf, namespaceHolderOf } from './running-daemons.ts'
import { waitFor } from './waiting.ts'

export type DaemonName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'containerd'
  | 'kubelet'
  | 'kube-proxy'
  | 'workflow-controller'

/** A daemon that was ended by kill -9. */
export interface KilledDaemon {
  /** Starts the same command in the same place, and waits for nothing. */
  startAgain(): void
}

/** Ends a daemon of a cluster from here as a crash would, and waits until it is gone. It may have been started by another process. */
export async function killDaemon(cluster: Cluster, name: DaemonName): Promise<KilledDaemon> {
  const found = (await daemonsOf(cluster.name)).filter(({ command }) => basename(command) === name)
  const [daemon] = found
  if (daemon === undefined) throw new Error(`cluster ${cluster.name} has no ${name} that runs`)
  const place = await placeOf(cluster)
  await endProcesses(async () => (await processesOf(cluster.name, 'daemons')).filter((pid) => found.some((one) => one.pid === pid)), 0)
  return { startAgain: () => void startDaemon(place, { ...daemon, name }) }
}

/** Waits until the API server says that it is ready, which it is not without etcd. */
export async function untilApiServerReady({ api }: Pick<Cluster, 'api'>): Promise<void> {
  const isReady = async (): Promise<true | undefined> => ((await api({ method: 'GET', path: '/readyz' })).status === 200 ? true : undefined)
  await waitFor(isReady, { what: 'readiness of kube-apiserver', everyMs: 50 })
}

async function placeOf(cluster: Cluster): Promise<DaemonPlace> {
  return { logs: clusterPaths(cluster.name).logs, cgroupFiles: await cgroupFilesOf(cluster.name), namespaceHolder: await namespaceHolderOf(cluster) }
}
