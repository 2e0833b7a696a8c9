import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cgroupHierarchies, cgroupOf } from './cgroups.ts'
import { readState } from './cluster-state.ts'
import { clusterPaths } from './folders.ts'
import { networkOf } from './network.ts'
import { everyClusterName } from './remains.ts'

/** All that this machine still has of a cluster, as sentences; for tests. The number is to be asked for while it runs. */
export async function leftOvers(name: string, number: number): Promise<readonly string[]> {
  const found: string[] = []
  const { folder } = clusterPaths(name)
  if (existsSync(folder)) found.push(`folder ${folder}`)
  if ((await readFile('/proc/self/mountinfo', 'utf8')).includes(`${folder}/`)) found.push('a mount below its folder')
  if ((await readdir('/sys/class/net')).includes(networkOf(number).hostLink)) found.push(`link ${networkOf(number).hostLink}`)
  for (const mount of (await cgroupHierarchies()).mounts) if (existsSync(join(mount, cgroupOf(name)))) found.push(`cgroup in ${mount}`)
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
  for (const pid of pids) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (commandLine.includes(folder)) found.push(`process ${commandLine.replaceAll('\0', ' ')}`)
  }
  if ((await everyClusterName()).includes(name)) found.push('a name in the list')
  return found
}

/** Number of its network, by which its devices are named. */
export async function numberOf(name: string): Promise<number> {
  const state = await readState(name)
  if (!state) throw new Error(`cluster ${name} has no state`)
  return state.network
}
