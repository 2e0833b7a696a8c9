import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { cgroupFilesOf, processesOf } from './cgroups.ts'
import type { Cluster } from './cluster-handle.ts'
import { type DaemonCommand, type DaemonPlace, startDaemon } from './daemons.ts'
import { clusterPaths } from './folders.ts'
import { endProcesses } from './processes.ts'
import { waitFor } from './waiting.ts'

export type DaemonName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'containerd' | 'kubelet' | 'kube-proxy'

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

/** The process that holds the network and mount namespaces of a cluster. */
export async function namespaceHolderOf(cluster: Cluster): Promise<number> {
  const holder = (await daemonsOf(cluster.name)).find(({ command, args }) => basename(command) === 'sleep' && args[0] === 'infinity')
  if (holder === undefined) throw new Error(`cluster ${cluster.name} has no namespaces`)
  return holder.pid
}

/** Ids of the processes of a cluster whose program's name begins so, those among them that are about to become it. */
export async function processesNamed(cluster: Cluster, name: string): Promise<readonly number[]> {
  return (await daemonsOf(cluster.name)).filter(({ command, args }) => [command, ...args].some((part) => basename(part).startsWith(name))).map(({ pid }) => pid)
}

async function placeOf(cluster: Cluster): Promise<DaemonPlace> {
  return { logs: clusterPaths(cluster.name).logs, cgroupFiles: await cgroupFilesOf(cluster.name), namespaceHolder: await namespaceHolderOf(cluster) }
}

type RunningDaemon = Omit<DaemonCommand, 'name'> & { readonly pid: number }

/** What the kernel tells of the processes beside the pods, which is all that is needed to start one of them again. */
async function daemonsOf(cluster: string): Promise<readonly RunningDaemon[]> {
  const pids = await processesOf(cluster, 'daemons')
  const found = await Promise.all(
    pids.map(async (pid): Promise<RunningDaemon | undefined> => {
      const [command = '', ...args] = await listIn(`/proc/${pid}/cmdline`)
      const env = Object.fromEntries(
        (await listIn(`/proc/${pid}/environ`)).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      )
      return command === '' ? undefined : { pid, command, args, env }
    }),
  )
  return found.filter((daemon) => daemon !== undefined)
}

/** A process may have ended meanwhile. */
async function listIn(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\0').slice(0, -1)
}
