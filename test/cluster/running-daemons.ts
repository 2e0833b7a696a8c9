/** The processes of a cluster beside its pods, as the kernel tells of them: whoever started them. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { processesOf } from './cgroups.ts'
import type { Cluster } from './cluster-handle.ts'
import type { DaemonCommand } from './daemons.ts'

/** The process that holds the network and mount namespaces of a cluster, as long as it runs: its other processes come and go. */
export async function namespaceHolderOf(cluster: Pick<Cluster, 'name'>): Promise<number> {
  const holder = (await daemonsOf(cluster.name)).find(({ command, args }) => basename(command) === 'sleep' && args[0] === 'infinity')
  if (holder === undefined) throw new Error(`cluster ${cluster.name} has no namespaces`)
  return holder.pid
}

/** Ids of the processes of a cluster whose program's name begins so, those among them that are about to become it. */
export async function processesNamed(cluster: Cluster, name: string): Promise<readonly number[]> {
  return (await daemonsOf(cluster.name)).filter(({ command, args }) => [command, ...args].some((part) => basename(part).startsWith(name))).map(({ pid }) => pid)
}

type RunningDaemon = Omit<DaemonCommand, 'name'> & { readonly pid: number }

/** What the kernel tells of the processes beside the pods, which is all that is needed to start one of them again. */
export async function daemonsOf(cluster: string): Promise<readonly RunningDaemon[]> {
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
