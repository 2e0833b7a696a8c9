import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processesOf } from './cgroups.ts'
import type { Cluster } from './cluster-handle.ts'
import { clusterPaths } from './folders.ts'
import { killDaemon, type KilledDaemon } from './killed-daemon.ts'
import { NODE_NAME } from './kubelet.ts'
import { callJson } from './kubernetes-api.ts'
import { endProcesses } from './processes.ts'
import { namespaceHolderOf, processesNamed } from './running-daemons.ts'
import { run } from './shell.ts'
import { waitFor } from './waiting.ts'

/** A node that is off: nothing of it runs. */
export interface NodeThatIsOff {
  /** Starts its daemons and waits until its kubelet reports again. */
  turnOn(): Promise<void>
}

/**
 * Has the node of a cluster lose its power: kubelet, kube-proxy, containerd and every process of every pod end at once, and what lies in memory is
 * gone: mounts, sockets, the state of containers. What lies on its disk stays: images, the list of containers, the logs of pods.
 */
export async function turnOffNode(cluster: Cluster): Promise<NodeThatIsOff> {
  const kubelet = await killDaemon(cluster, 'kubelet')
  const proxy = await killDaemon(cluster, 'kube-proxy')
  const containerd = await killDaemon(cluster, 'containerd')
  await endProcesses(async () => [...(await processesOf(cluster.name, 'kubepods')), ...(await processesNamed(cluster, 'containerd-shim'))], 0)
  await forgetMemory(cluster)
  return { turnOn: async () => turnOn(cluster, { containerd, proxy, kubelet }) }
}

/** The kubelet tells a reboot by the id that the kernel draws at its start. */
async function forgetMemory(cluster: Cluster): Promise<void> {
  const { containerd, node } = clusterPaths(cluster.name)
  const bootId = join(node, 'boot-id')
  await writeFile(bootId, `${randomUUID()}\n`)
  const script = [
    'set -e',
    `for mount in $(cut -d' ' -f2 /proc/self/mounts | grep -E '^(${containerd}/state|${node}/kubelet|/run/containerd)/' | sort -r); do umount -l "$mount"; done`,
    `rm -rf '${containerd}'/state/* '${containerd}'/containerd.sock* /run/containerd/*`,
    `mount --bind '${bootId}' /proc/sys/kernel/random/boot_id`,
  ]
  await run('nsenter', ['--target', String(await namespaceHolderOf(cluster)), '--net', '--mount', '--', '/bin/sh', '-c', script.join('\n')])
}

async function turnOn(cluster: Cluster, { containerd, proxy, kubelet }: Readonly<Record<'containerd' | 'proxy' | 'kubelet', KilledDaemon>>): Promise<void> {
  const turnedOnAtMs = Date.now()
  containerd.startAgain()
  const { containerdSocket } = clusterPaths(cluster.name)
  await waitFor(async () => (await run('ctr', ['--address', containerdSocket, 'version']), true as const), {
    what: 'readiness of containerd',
  })
  proxy.startAgain()
  const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${NODE_NAME}`
  const hasReported = async (): Promise<true | undefined> => {
    // It ends when the runtime does not serve it yet; whoever manages a node's services starts it again.
    if ((await processesNamed(cluster, 'kubelet')).length === 0) kubelet.startAgain()
    const { spec } = (await callJson(cluster.api, { method: 'GET', path })) as { readonly spec: { readonly renewTime: string } }
    return new Date(spec.renewTime).getTime() > turnedOnAtMs ? true : undefined
  }
  await waitFor(hasReported, { what: `a sign of life of ${NODE_NAME}`, everyMs: 500 })
}
