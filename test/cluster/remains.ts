import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { clustersWithCgroups, processesOf, removeCgroups } from './cgroups.ts'
import { clusterNames, readState } from './cluster-state.ts'
import { exclusively } from './exclusive.ts'
import { clusterPaths } from './folders.ts'
import { networkOf, removeHostLink, removeUnusedPrivateFolders } from './network.ts'
import { endProcesses } from './processes.ts'
import { run } from './shell.ts'

/**
 * Takes away all that a cluster consists of, whatever state it is in: running, half started, or left by a crash.
 * Assumes that the caller holds the lock of this cluster.
 *
 * Guarantees: afterwards none of its processes, mounts, links, cgroups and files is there. Doing it twice is harmless.
 */
export async function removeCluster(name: string): Promise<void> {
  const state = await readState(name)
  // The daemons before the pods: a kubelet that lives would start again what ends. Without etcd the API server waits in vain.
  await endProcesses(async () => await withoutLast(await processesOf(name, 'daemons')))
  await endProcesses(() => processesOf(name), 0)
  if (state) await removeHostLink(networkOf(state.network))
  await removeMounts(clusterPaths(name).folder)
  await removeCgroups(name)
  await exclusively('clusters', async () => {
    await rm(clusterPaths(name).folder, { recursive: true, force: true })
    if ((await everyClusterName()).length === 0) await removeUnusedPrivateFolders()
  })
}

/** Names of all clusters of which anything is left on this machine. */
export async function everyClusterName(): Promise<readonly string[]> {
  return [...new Set([...(await clusterNames()), ...(await clustersWithCgroups())])].toSorted()
}

/** Whether anything of the cluster is left. */
export async function hasRemains(name: string): Promise<boolean> {
  return existsSync(clusterPaths(name).folder) || (await clustersWithCgroups()).includes(name)
}

/** Programs that others need for their own end, or that do not listen to SIGTERM. */
const LAST = ['etcd', 'containerd-shim']

async function withoutLast(pids: readonly number[]): Promise<readonly number[]> {
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')))
  return pids.filter((_pid, index) => !LAST.some((program) => names[index]?.startsWith(program)))
}

/** The cluster's mounts live in its own namespace and go with it; one that is seen here would make removal delete foreign files. */
async function removeMounts(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').flatMap((line) => line.split(' ')[4] ?? [])
  const inside = mounts.filter((mount) => mount.startsWith(`${folder}/`))
  for (const mount of inside.toReversed()) await run('umount', ['--lazy', mount])
}
