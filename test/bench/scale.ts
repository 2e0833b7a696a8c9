/**
 * What a runner costs that has much to look after: `npm run bench:scale [ACTIVE FINISHED]`.
 *
 * On a cluster of its own, `scale`, whose nodes only play their pods. The first time it makes the runs, which takes minutes; the
 * cluster stays up for the next time, until `node test/cluster/cli.ts stop --name scale`. Prints the time from the start of the process
 * to full adoption (every run known, and looked at once), and how much memory it takes then and at rest, beside a runner with nothing to do.
 * `RUNNER_NODE_OPTIONS` becomes the runner's NODE_OPTIONS.
 */
import { readFile } from 'node:fs/promises'
import { parsePolicy } from '../../compiler/policy.ts'
import { startCluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace } from '../cluster/namespaces.ts'
import { writeServiceAccountKubeconfig } from '../cluster/service-account.ts'
import { waitFor } from '../cluster/waiting.ts'
import { must } from '../compiler/examples/must.ts'
import { createAccounts, RUNNER_ACCOUNT } from '../scenario/runner-account.ts'
import { startServer } from '../scenario/place.ts'
import { runnerProgram } from '../scenario/runner-program.ts'
import { RunnerProcess } from '../scenario/runner-process.ts'
import { environmentFor } from '../scenario/scenario.ts'
import { makeRuns } from './scale-objects.ts'

const REST_MS = 30_000
const AIMS = { adoptionSeconds: 10, adoptedMiB: 256, idleMiB: 110 }
const AGENT_ID = 'scale'

const [active = 3_000, finished = 10_000] = process.argv.slice(2).map(Number)
const cluster = await startCluster({ name: 'scale', nodes: 'kwok', reuse: true })
const [collate, program] = await Promise.all([startServer(), runnerProgram()])

async function namespaceFor(purpose: string): Promise<{ readonly name: string; readonly isNew: boolean }> {
  const { items } = (await callJson(cluster.api, { method: 'GET', path: '/api/v1/namespaces' })) as { items: readonly { metadata: { name: string } }[] }
  const found = items.map(({ metadata }) => metadata.name).find((name) => name.startsWith(`${purpose}-`))
  return found === undefined ? { name: (await createNamespace(cluster, purpose)).name, isNew: true } : { name: found, isNew: false }
}

/** MiB of a field of /proc/PID/status. */
async function memory(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024
}

async function queueDepth(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(/^collate_hybrid_agent_workqueue_depth (\d+)/m.exec(text)?.[1] ?? Number.NaN)
}

async function measure(environment: Readonly<Record<string, string>>) {
  const startedAt = performance.now()
  const runner = new RunnerProcess(program, environment)
  try {
    const { metricsPort } = await runner.waitForLine('runner started')
    const known = await runner.waitForLine("the cluster's state is known", 120_000)
    const knownMs = performance.now() - startedAt
    await runner.waitForLine('this process leads')
    await waitFor(async () => ((await queueDepth(Number(metricsPort))) === 0 ? true : undefined), { what: 'an empty queue', timeoutMs: 120_000, everyMs: 50 })
    const adoptedMs = performance.now() - startedAt
    const adoptedMiB = await memory(runner.pid, 'VmRSS')
    await new Promise((resolve) => setTimeout(resolve, REST_MS))
    return { known, knownMs, adoptedMs, adoptedMiB, peakMiB: await memory(runner.pid, 'VmHWM'), restMiB: await memory(runner.pid, 'VmRSS') }
  } finally {
    await runner.stop()
  }
}

function environmentOf(namespace: string, kubeconfig: string): Promise<Record<string, string>> {
  return environmentFor({ cluster, namespace, kubeconfig, executor: 'simpleK8s' }, collate, AGENT_ID)
}

async function prepared(purpose: string): Promise<{ readonly name: string; readonly isNew: boolean; readonly environment: Record<string, string> }> {
  const { name, isNew } = await namespaceFor(purpose)
  const kubeconfig = isNew ? await createAccounts(cluster, name) : await writeServiceAccountKubeconfig(cluster, name, RUNNER_ACCOUNT)
  const environment = await environmentOf(name, kubeconfig)
  return { name, isNew, environment: { ...environment, RUN_TTL_SECONDS: '31536000', NODE_OPTIONS: process.env['RUNNER_NODE_OPTIONS'] ?? '' } }
}

const full = await prepared(`runs-${active}-${finished}`)
const { policy } = must(parsePolicy(full.environment))
if (full.isNew) await makeRuns(cluster, full.name, policy, { active, finished })
const empty = await prepared('none')
const idle = await measure(empty.environment)
const { known, knownMs, adoptedMs, adoptedMiB, peakMiB, restMiB } = await measure(full.environment)
await collate.stop()

const mib = (value: number): string => `${value.toFixed(0)} MiB`
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
console.log(`runs           ${active} active, ${finished} finished; adopted: ${JSON.stringify({ active: known['active'], waiting: known['waiting'] })}`)
console.log(`all known      ${seconds(knownMs)} after the start of the process`)
console.log(`all adopted    ${seconds(adoptedMs)}   (aim: at most ${AIMS.adoptionSeconds} s)`)
console.log(`memory         ${mib(adoptedMiB)} when adopted, ${mib(peakMiB)} at most, ${mib(restMiB)} at rest   (aim: at most ${AIMS.adoptedMiB} MiB)`)
console.log(`idle           ${mib(idle.restMiB)} with nothing to do   (aim: at most ${AIMS.idleMiB} MiB)`)
