import { spawn } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { clustersFolder } from './folders.ts'
import { joinCgroups } from './daemons.ts'
import { exclusively } from './exclusive.ts'
import { run } from './shell.ts'

/*
 * One process holds the network and mount namespaces of a cluster. All daemons join them, and when the last one has
 * ended the kernel takes both away with all that is in them: mounts, routes, iptables rules, the veth pair.
 */

/** Addresses of one cluster, all a function of its number. */
export interface Network {
  readonly number: number
  readonly hostIp: string
  readonly nodeIp: string
  readonly podCidr: string
  readonly hostLink: string
}

export const SERVICE_CIDR = '10.96.0.0/16'
export const KUBERNETES_SERVICE_IP = '10.96.0.1'

/** The network with this number (1 to 254). */
export function networkOf(number: number): Network {
  return {
    number,
    hostIp: `10.250.${number}.1`,
    nodeIp: `10.250.${number}.2`,
    podCidr: `10.251.${number}.0/24`,
    hostLink: `hybrid-r${number}`,
  }
}

/** Number of a network that neither another cluster nor this machine uses. Assumes that the caller holds the lock of all clusters. */
export async function freeNetworkNumber(): Promise<number> {
  const taken = new Set(await numbersOfClusters())
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => address)
  const routes = await run('ip', ['-4', 'route', 'show', 'table', 'all'])
  for (let number = 1; number < 255; number++) {
    const used = [`10.250.${number}.`, `10.251.${number}.`].some((prefix) => routes.includes(prefix) || addresses.some((address) => address.startsWith(prefix)))
    if (!taken.has(number) && !used) return number
  }
  throw new Error('no free network: 254 clusters or other users of 10.250.0.0/16 and 10.251.0.0/16 on this machine')
}

async function numbersOfClusters(): Promise<readonly number[]> {
  const names = await readdir(clustersFolder()).catch(() => [])
  const states = await Promise.all(names.map((name) => readFile(join(clustersFolder(), name, 'cluster.json'), 'utf8').catch(() => '{}')))
  return states.map((state) => (JSON.parse(state) as { network?: number }).network ?? 0)
}

/**
 * Folders that node programs use by a fixed path. In the mount namespace of a cluster each is covered by one of its
 * own, so that clusters side by side, and a kubelet of the machine itself, do not meet.
 */
const PRIVATE_FOLDERS = ['/run/containerd', '/var/lib/cni', '/var/lib/kubelet', '/var/log/containers', '/var/log/pods'] as const

/** Where the folders of PRIVATE_FOLDERS are noted that were not there before. */
function madeFoldersFile(): string {
  return join(clustersFolder(), '..', 'made-folders')
}

async function makePrivateFolders(): Promise<void> {
  for (const folder of PRIVATE_FOLDERS) {
    const first = await mkdir(folder, { recursive: true })
    if (first !== undefined) await appendFile(madeFoldersFile(), `${folder}\n`)
  }
}

/** Takes away the fixed folders that were made for clusters. Assumes the lock of all clusters, and that there is none. */
export async function removeUnusedPrivateFolders(): Promise<void> {
  const made = (await readFile(madeFoldersFile(), 'utf8').catch(() => '')).split('\n').filter(Boolean)
  // A folder that somebody else fills by now is not empty, and stays.
  for (const folder of made) await rmdir(folder).catch(() => undefined)
  await rm(madeFoldersFile(), { force: true })
}

/** Makes the namespaces of a cluster and gives the id of the process that holds them. */
export async function createNamespaces(network: Network, nodeFolder: string, cgroupFiles: readonly string[]): Promise<number> {
  const binds: string[] = []
  await exclusively('clusters', makePrivateFolders)
  for (const folder of PRIVATE_FOLDERS) {
    const own = join(nodeFolder, 'private', folder)
    await mkdir(own, { recursive: true })
    binds.push(`mount --bind '${own}' '${folder}'`)
  }
  const script = ['set -e', ...binds, 'echo 1 > /proc/sys/net/ipv4/ip_forward', 'echo held', 'exec sleep infinity'].join('\n')
  const holder = await startHolder(['unshare', '--net', '--mount', '--propagation', 'private', '--', '/bin/sh', '-c', script], cgroupFiles)
  await connectToHost(network, holder)
  return holder
}

function startHolder(command: readonly string[], cgroupFiles: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', joinCgroups(cgroupFiles, command), { detached: true, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`the cluster's namespaces could not be made (code ${code}): ${stderr.trim()}`)))
    child.stdout.once('data', () => {
      child.unref()
      child.stdout.destroy()
      child.stderr.destroy()
      resolve(child.pid ?? 0)
    })
  })
}

async function connectToHost({ hostLink, hostIp, nodeIp }: Network, holder: number): Promise<void> {
  await run('ip', ['-batch', '-'], {
    input: [`link add ${hostLink} type veth peer name eth0 netns ${holder}`, `address add ${hostIp}/24 dev ${hostLink}`, `link set ${hostLink} up`].join('\n'),
  })
  await run('nsenter', ['--target', String(holder), '--net', '--', 'ip', '-batch', '-'], {
    input: ['link set lo up', `address add ${nodeIp}/24 dev eth0`, 'link set eth0 up', `route add default via ${hostIp}`].join('\n'),
  })
}

/** Takes the host's end of the veth pair away, unless the end of the other side has done so already. */
export async function removeHostLink({ hostLink }: Network): Promise<void> {
  const present = async (): Promise<boolean> => (await readdir('/sys/class/net')).includes(hostLink)
  if (!(await present())) return
  try {
    await run('ip', ['link', 'delete', hostLink])
  } catch (error) {
    if (await present()) throw error
  }
}
