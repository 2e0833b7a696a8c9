import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { waitFor } from './waiting.ts'

/*
 * Every process of a cluster, pods included, runs below one cgroup of its own. A child cannot leave it by accident, so
 * the cgroup is the list of processes to end, also after a crash of this tool.
 *
 *   /hybrid-runner-<name>/daemons    what this tool starts
 *   /hybrid-runner-<name>/kubepods   what the kubelet starts
 */

/** Name of the cluster's cgroup, as the kubelet's `cgroupRoot` wants it. */
export function cgroupOf(name: string): string {
  return `/hybrid-runner-${name}`
}

interface Hierarchies {
  readonly version: 1 | 2
  readonly mounts: readonly string[]
}

/** Where the kernel's cgroup hierarchies are mounted: one per controller (version 1) or a single one (version 2). */
export async function cgroupHierarchies(): Promise<Hierarchies> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '))
  const unified = mounts.find(([, path, type]) => type === 'cgroup2' && path === '/sys/fs/cgroup')
  if (unified?.[1] !== undefined) return { version: 2, mounts: [unified[1]] }
  // In a mixed set-up an empty version 2 hierarchy is mounted beside the others, and container programs use it, too.
  const separate = mounts.filter(([, , type]) => type === 'cgroup' || type === 'cgroup2').flatMap(([, path]) => (path === undefined ? [] : [path]))
  return { version: 1, mounts: [...new Set(separate)] }
}

/** Makes the cluster's cgroups and gives the `cgroup.procs` files that a daemon has to write itself into. */
export async function createCgroups(name: string): Promise<readonly string[]> {
  const { version, mounts } = await cgroupHierarchies()
  const files: string[] = []
  for (const mount of mounts) {
    const root = join(mount, cgroupOf(name))
    if (version === 2) await passControllersOn(mount)
    await mkdir(root, { recursive: true })
    if (version === 2) await passControllersOn(root)
    else await inheritCpuset(mount, root)
    const daemons = join(root, 'daemons')
    await mkdir(daemons, { recursive: true })
    if (version === 1) await inheritCpuset(root, daemons)
    files.push(join(daemons, 'cgroup.procs'))
  }
  return files
}

/** The `cgroup.procs` files of a cluster that has its cgroups. */
export async function cgroupFilesOf(name: string): Promise<readonly string[]> {
  const { mounts } = await cgroupHierarchies()
  return mounts.map((mount) => join(mount, cgroupOf(name), 'daemons', 'cgroup.procs'))
}

/** Ids of all processes below the cluster's cgroup, or below one part of it. */
export async function processesOf(name: string, part: 'daemons' | 'kubepods' | '' = ''): Promise<readonly number[]> {
  const { mounts } = await cgroupHierarchies()
  const found = await Promise.all(mounts.map((mount) => processesBelow(join(mount, cgroupOf(name), part))))
  return [...new Set(found.flat())]
}

/** Names of clusters that have a cgroup. */
export async function clustersWithCgroups(): Promise<readonly string[]> {
  const { mounts } = await cgroupHierarchies()
  const names = await Promise.all(mounts.map(async (mount) => await readdir(mount)))
  return [...new Set(names.flat().flatMap((name) => (name.startsWith('hybrid-runner-') ? [name.slice('hybrid-runner-'.length)] : [])))]
}

/** Removes the cluster's cgroups. Assumes that their processes are gone. */
export async function removeCgroups(name: string): Promise<void> {
  const { mounts } = await cgroupHierarchies()
  for (const mount of mounts) {
    const root = join(mount, cgroupOf(name))
    // The kernel lets go of a cgroup a moment after its last process.
    const removed = async (): Promise<true> => (await removeTree(root), true)
    if (existsSync(root)) await waitFor(removed, { what: `removing the cgroup ${root}`, everyMs: 20 })
  }
}

async function removeTree(folder: string): Promise<void> {
  for (const child of await folders(folder)) await removeTree(child)
  await rmdir(folder).catch(unlessAbsent(undefined))
}

async function processesBelow(folder: string): Promise<readonly number[]> {
  const own = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(unlessAbsent(''))
  const below = await Promise.all((await folders(folder)).map(processesBelow))
  return [...own.split('\n').filter(Boolean).map(Number), ...below.flat()]
}

async function folders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(unlessAbsent([]))
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name))
}

/**
 * Version 2: children get no controller unless the parent hands it down, and only a parent without processes of its
 * own may; the root of the machine is exempt, but the root that a container sees is not, so its processes move aside.
 */
async function passControllersOn(folder: string): Promise<void> {
  const available = (await readFile(join(folder, 'cgroup.controllers'), 'utf8')).trim().split(' ').filter(Boolean)
  const handDown = (): Promise<void> => writeFile(join(folder, 'cgroup.subtree_control'), available.map((controller) => `+${controller}`).join(' '))
  try {
    await handDown()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error
    const aside = join(folder, 'init')
    await mkdir(aside, { recursive: true })
    const pids = (await readFile(join(folder, 'cgroup.procs'), 'utf8')).split('\n').filter(Boolean)
    // A process that has ended meanwhile cannot be moved, and need not be.
    await Promise.all(pids.map((pid) => writeFile(join(aside, 'cgroup.procs'), pid).catch(() => undefined)))
    await handDown()
  }
}

/** Version 1: a cpuset takes no process before it has processors and memory nodes. */
async function inheritCpuset(parent: string, child: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (existsSync(join(parent, file))) await writeFile(join(child, file), await readFile(join(parent, file)))
  }
}

function unlessAbsent<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    // ENODEV is what a cgroup answers that is being removed while it is read.
    if (error.code === 'ENOENT' || error.code === 'ENODEV') return instead
    throw error
  }
}
