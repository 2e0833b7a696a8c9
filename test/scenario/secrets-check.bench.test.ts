/**
 * `npm run bench:secrets-check`: what the init container `secrets` costs a run, in seconds from the answer to its request to the first
 * word of its program at the reference server. Runs without and with it take turns, one at a time. BENCH_REPEATS says how often (10).
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPlace, type Place } from './place.ts'
import { accepted } from './run-story.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { checkEnvironment, EXPECTING_VALUE, prepareSecrets, startWith, STORED } from './secrets-story.ts'
import { podOf, untilSettled } from './settled.ts'

const REPEATS = Number(process.env['BENCH_REPEATS'] ?? '10')
/** With an empty cache the first start builds programs. */
const BUILD_TIMEOUT_MS = 1_200_000

let place: Place
let reporting: Scenario
let resolving: Scenario

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'secrets-bench' })
  await prepareSecrets(place)
  reporting = await startScenario({ place, agentId: 'runner-report', environment: checkEnvironment('report') })
  resolving = await startScenario({ place, agentId: 'runner-resolve', environment: checkEnvironment('resolve') })
}, BUILD_TIMEOUT_MS)
afterAll(async () => {
  await Promise.all([reporting?.stop(), resolving?.stop()])
  await place?.stop()
})

const ARMS: Readonly<Record<string, () => Promise<readonly [Scenario, string]>>> = {
  'without references': async () => [reporting, (await accepted(reporting)).runId],
  'report': async () => [reporting, await startWith(reporting, STORED.reference)],
  'resolve': async () => [resolving, await startWith(resolving, STORED.reference, EXPECTING_VALUE)],
}

/** From the answer to the request to the first word of the program. */
async function secondsOf(start: (typeof ARMS)[string]): Promise<number> {
  const [scenario, runId] = await start()
  const answeredMs = Date.now()
  const running = await scenario.collate.waitForStatus({ runId, state: 'running' }, 60_000)
  expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
  expect(await podOf(scenario, runId)).toBeDefined()
  return (running.at - answeredMs) / 1000
}

test('the init container costs a run little', { timeout: BUILD_TIMEOUT_MS }, async () => {
  const seconds = new Map<string, number[]>(Object.keys(ARMS).map((name) => [name, []]))
  for (const start of Object.values(ARMS)) await secondsOf(start)
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    for (const [name, start] of Object.entries(ARMS)) seconds.get(name)?.push(await secondsOf(start))
  }
  for (const measured of seconds.values()) expect(measured.filter(Number.isFinite)).toHaveLength(REPEATS)
  const lines = [...seconds].map(([name, measured]) => lineOf(name, measured))
  process.stdout.write(`\nrequest answered -> program's first word   runs   least  median    most\n${lines.join('\n')}\n`)
})

function lineOf(name: string, measured: readonly number[]): string {
  const sorted = measured.toSorted((one, other) => one - other)
  const shown = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((one = Number.NaN) => `${one.toFixed(2)} s`.padStart(8))
  return `${name.padEnd(43)}${String(sorted.length).padStart(4)}${shown.join('')}`
}
