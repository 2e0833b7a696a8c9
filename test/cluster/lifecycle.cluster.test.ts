import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { processesOf } from './cgroups.ts'
import { findCluster, startCluster, stopCluster } from './cluster.ts'
import { externalKubeconfig } from './external-cluster.ts'
import { BUSYBOX_IMAGE } from './images.ts'
import { leftOvers, numberOf } from './left-overs.ts'
import { createNamespace } from './namespaces.ts'
import { createPod, waitForPod } from './pods.ts'
import { silentProgress } from './progress.ts'
import { everyClusterName } from './remains.ts'
import { PATIENCE_MS, waitFor } from './waiting.ts'

const ONE = 'lifecycle-one'
const TWO = 'lifecycle-two'
const quiet = { progress: silentProgress }

/** Starts a cluster by the command line, in a process that a test can interrupt or kill. */
function startByCommand(name: string): {
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<number | null>
  readonly stderr: () => string
} {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), 'start', '--name', name], { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return { kill: (signal) => void child.kill(signal), ended, stderr: () => stderr }
}

/** Waits until a daemon of the cluster runs: the start is in the middle then. */
async function untilDaemon(name: string, program: string): Promise<void> {
  const probe = async (): Promise<true | undefined> => {
    const names = await Promise.all((await processesOf(name)).map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')))
    return names.some((comm) => comm.trim() === program) ? true : undefined
  }
  await waitFor(probe, { what: `a running ${program}`, everyMs: 5 })
}

describe.skipIf(externalKubeconfig() !== undefined)('the life of a cluster', () => {
  afterEach(async () => {
    await stopCluster(ONE)
    await stopCluster(TWO)
  })

  test('two clusters run side by side and do not see each other, and stopping one leaves the other', async () => {
    const [one, two] = await Promise.all([startCluster({ name: ONE, ...quiet }), startCluster({ name: TWO, ...quiet })])
    expect(one.nodeIp).not.toBe(two.nodeIp)
    const here = await createNamespace(one, 'here')
    expect((await two.api({ method: 'GET', path: `/api/v1/namespaces/${here.name}` })).status).toBe(404)
    const number = await numberOf(ONE)
    await one.stop()
    expect(await leftOvers(ONE, number)).toEqual([])
    const there = await createNamespace(two, 'there')
    await createPod(two, there.name, 'after', { containers: [{ name: 'main', image: BUSYBOX_IMAGE, command: ['true'] }] })
    expect((await waitForPod(two, there.name, 'after', ['Succeeded', 'Failed'])).status.phase).toBe('Succeeded')
  })

  test('stop leaves nothing, also with pods that run and do not listen', async () => {
    const cluster = await startCluster({ name: ONE, ...quiet })
    const { name: namespace } = await createNamespace(cluster, 'stubborn')
    await createPod(cluster, namespace, 'stubborn', {
      containers: [{ name: 'main', image: BUSYBOX_IMAGE, command: ['sh', '-c', "trap '' TERM; while true; do sleep 1; done"] }],
    })
    await waitForPod(cluster, namespace, 'stubborn', ['Running'])
    const number = await numberOf(ONE)
    expect(await leftOvers(ONE, number)).not.toEqual([])
    await cluster.stop()
    expect(await leftOvers(ONE, number)).toEqual([])
    expect(await stopCluster(ONE)).toBe(false)
  })

  test.each(['etcd', 'kube-apiserver', 'kubelet'])('Ctrl-C while %s is coming up leaves nothing', async (program) => {
    const command = startByCommand(ONE)
    await untilDaemon(ONE, program)
    const number = await numberOf(ONE)
    command.kill('SIGINT')
    expect(await command.ended).toBe(130)
    expect(command.stderr()).toContain('stopped by SIGINT')
    expect(await leftOvers(ONE, number)).toEqual([])
  })

  test('after a crash in the middle of a start, the remains are listed, and a new start clears them first', async () => {
    const command = startByCommand(ONE)
    await untilDaemon(ONE, 'containerd')
    command.kill('SIGKILL')
    await command.ended
    expect(await everyClusterName()).toContain(ONE)
    expect(await findCluster(ONE)).toBeUndefined()
    const remains = await processesOf(ONE)
    expect(remains.length).toBeGreaterThan(0)
    await startCluster({ name: ONE, ...quiet })
    const now = await processesOf(ONE)
    expect(remains.filter((pid) => now.includes(pid))).toEqual([])
  })

  test('stop clears what a crash left', async () => {
    const command = startByCommand(ONE)
    await untilDaemon(ONE, 'kube-apiserver')
    const number = await numberOf(ONE)
    command.kill('SIGKILL')
    await command.ended
    expect(await stopCluster(ONE)).toBe(true)
    // What the killed command had just begun to start comes to its own end.
    await expect.poll(async () => leftOvers(ONE, number), { timeout: PATIENCE_MS }).toEqual([])
  })

  test('a cluster that runs is taken with reuse, and only when it has what is asked for', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => startCluster({ name: ONE, nodes: 'none', reuse: true, ...quiet })))
    expect([first?.startedHere, second?.startedHere].toSorted()).toEqual([false, true])
    await expect(startCluster({ name: ONE, nodes: 'none', ...quiet })).rejects.toThrow(`cluster ${ONE} runs already: stop it with`)
    await expect(startCluster({ name: ONE, nodes: 'kubelet', auditLog: true, reuse: true, ...quiet })).rejects.toThrow(
      'without nodes kubelet (it has none), an audit log',
    )
  })

  test('a name that cannot be one is refused with what is allowed', async () => {
    await expect(startCluster({ name: '../x', ...quiet })).rejects.toThrow('--name: "../x" is not a cluster\'s name')
  })
})
