/**
 * How long a change of leaders takes: `npm run bench:failover [ROUNDS]`.
 *
 * Two replicas of the runner on a real cluster. In each round the leader is ended (SIGKILL, SIGTERM) or frozen (SIGSTOP) while a run
 * ends that only the runner can tell of. Prints median and p99 of the time until the other one holds the lease, and until it is linked to
 * Collate; and how many runs were not told, or started twice.
 */
import { podsEverStarted } from '../scenario/audit-log.ts'
import { type Failover, failOver, launchReplica, standsBy, WAYS_TO_GO } from '../scenario/replicas.ts'
import type { RunnerProcess } from '../scenario/runner-process.ts'
import { accepted, historyOf } from '../scenario/run-story.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { untilSettled } from '../scenario/settled.ts'

const AIM_MS = 8_000

interface Round extends Failover {
  readonly starts: number
  readonly isTold: boolean
}

async function oneRound(scenario: Scenario, leader: RunnerProcess, standby: RunnerProcess, way: Failover['way']): Promise<Round> {
  await standsBy(standby)
  const { runId } = await accepted(scenario, { seconds: 3, end: 'none' })
  await scenario.collate.waitForStatus({ runId, state: 'running' }, 60_000)
  const failover = await failOver(scenario, leader, standby, way)
  const end = await untilSettled(scenario, runId)
  const told = (await historyOf(scenario, runId)).filter((entry) => entry === 'success by runner')
  return { ...failover, starts: (await podsEverStarted(scenario, runId)).length, isTold: end?.state === 'success' && told.length === 1 }
}

function percentile(times: readonly number[], share: number): string {
  const sorted = times.toSorted((one, other) => one - other)
  return `${((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) / 1000).toFixed(2)} s`
}

function print(name: string, rounds: readonly Round[]): void {
  const leads = rounds.map(({ untilLeadsMs }) => untilLeadsMs)
  const linked = rounds.map(({ untilLinkedMs }) => untilLinkedMs)
  const times = (list: readonly number[]): string => `median ${percentile(list, 0.5)}, p99 ${percentile(list, 0.99)}`
  console.log(`${name.padEnd(8)} ${String(rounds.length).padStart(3)} rounds   leads: ${times(leads)}   linked: ${times(linked)}`)
}

const count = Number(process.argv[2] ?? '21')
const scenario = await prepareScenario({ namespacePrefix: 'bench-failover' })
const rounds: Round[] = []
let leader = launchReplica(scenario)
let standby = launchReplica(scenario)
try {
  await Promise.race([leader, standby].map(async (replica) => replica.waitForLine('linked to Collate')))
  if (!leader.lines.some(({ msg }) => msg === 'linked to Collate')) [leader, standby] = [standby, leader]
  for (let index = 0; index < count; index += 1) {
    const way = WAYS_TO_GO[index % WAYS_TO_GO.length] ?? 'SIGKILL'
    rounds.push(await oneRound(scenario, leader, standby, way))
    await leader.kill()
    ;[leader, standby] = [standby, launchReplica(scenario)]
  }
} finally {
  for (const replica of [leader, standby]) await replica.kill()
  await scenario.stop()
}
for (const way of WAYS_TO_GO)
  print(
    way,
    rounds.filter((round) => round.way === way),
  )
print('all', rounds)
console.log(
  `aim      p99 at most ${AIM_MS / 1000} s; runs started twice: ${rounds.filter(({ starts }) => starts !== 1).length}; runs not told: ${rounds.filter(({ isTold }) => !isTold).length}`,
)
