/**
 * How long a customer waits: `npm run bench:release [ROUNDS]`.
 *
 * In each round the chart is installed by Helm in a cluster whose node has the image, and a run is asked for. Prints median and worst of the
 * time from `helm install` to the link's Active, and from the request to the running pod with the runner's own part in it: until the
 * API server has taken the pod. The rest is the scheduler's, the kubelet's and containerd's. Ends with 1 when one round was over a limit.
 */
import { readFile } from 'node:fs/promises'
import { openReleasePlace, releasedAt, untilOnly } from '../charts/released.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import type { Place } from '../scenario/place.ts'
import type { Scenario } from '../scenario/scenario.ts'

const LIMITS = { linked: 15, running: 3 }

interface Round {
  readonly linkedMs: number
  readonly answeredMs: number
  readonly createdMs: number
  readonly runningMs: number
}

async function oneRound(place: Place, index: number): Promise<Round> {
  const { scenario, release, values } = await releasedAt(place, { agentId: `timed-${index}`, name: `timed-${index}` })
  const installedAt = performance.now()
  const installed = release.install(values)
  await scenario.collate.waitForRunner(scenario.agentId, 'Active', 120_000)
  const linkedMs = performance.now() - installedAt
  await installed
  const run = await timedRun(scenario)
  await release.uninstall()
  await untilOnly(place, place.namespace)
  return { linkedMs, ...run }
}

async function timedRun(scenario: Scenario): Promise<Omit<Round, 'linkedMs'>> {
  const request = scenario.request({ simulate: { seconds: 2 } })
  const askedAt = performance.timeOrigin + performance.now()
  await scenario.run(request)
  const answeredMs = performance.timeOrigin + performance.now() - askedAt
  const path = `/api/v1/namespaces/${scenario.namespace}/pods`
  const isRunning = async (): Promise<true | undefined> => {
    const { items } = (await callJson(scenario.cluster.api, { method: 'GET', path })) as {
      items: { metadata: { name: string }; status: { phase: string } }[]
    }
    return items.some(({ metadata, status }) => metadata.name.includes(request.runId) && status.phase === 'Running') ? true : undefined
  }
  await waitFor(isRunning, { what: 'the running pod', timeoutMs: 60_000, everyMs: 10 })
  const runningMs = performance.timeOrigin + performance.now() - askedAt
  await scenario.collate.waitForStatus({ runId: request.runId, state: 'success' }, 60_000)
  return { answeredMs, createdMs: (await podTakenAt(scenario, request.runId)) - askedAt, runningMs }
}

/** When the API server had taken the pod, by its audit log: the same machine's clock. */
async function podTakenAt({ cluster }: Scenario, runId: string): Promise<number> {
  const lines = (await readFile(cluster.auditLogPath ?? '', 'utf8')).split('\n')
  const line = lines.find(
    (one) => one.includes(runId) && one.includes('"verb":"create"') && one.includes('"resource":"pods"') && one.includes('ResponseComplete'),
  )
  return Date.parse((JSON.parse(line ?? '{}') as { stageTimestamp: string }).stageTimestamp)
}

function line(name: string, times: readonly number[], limitSeconds?: number): string {
  const sorted = times.toSorted((one, other) => one - other)
  const seconds = (ms: number | undefined): string => `${((ms ?? Number.NaN) / 1000).toFixed(2)} s`
  const limit = limitSeconds === undefined ? '' : `at most ${limitSeconds} s`
  return `| ${name} | ${seconds(sorted[Math.floor(sorted.length / 2)])} | ${seconds(sorted.at(-1))} | ${limit} |`
}

const count = Number(process.argv[2] ?? '5')
const place = await openReleasePlace({ namespacePrefix: 'bench-release' })
const rounds: Round[] = []
try {
  for (let index = 1; index <= count; index += 1) rounds.push(await oneRound(place, index))
} finally {
  await place.stop()
}
const of = (part: keyof Round): number[] => rounds.map((round) => round[part])
console.log(`| ${count} rounds | median | worst | limit |\n|---|---|---|---|`)
console.log(line('`helm install` to link Active', of('linkedMs'), LIMITS.linked))
console.log(line('request to running pod', of('runningMs'), LIMITS.running))
console.log(line("of it the runner's own part, until the API server has the pod", of('createdMs')))
console.log(line('request to its answer', of('answeredMs')))
const isOver = (part: 'linkedMs' | 'runningMs', limitSeconds: number): boolean => Math.max(...of(part)) > limitSeconds * 1000
process.exitCode = isOver('linkedMs', LIMITS.linked) || isOver('runningMs', LIMITS.running) ? 1 : 0
