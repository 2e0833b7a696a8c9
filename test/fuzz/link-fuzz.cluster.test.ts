/** The same against the runner's own process, with a real API server behind it: nothing that comes over the link ends it. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AGENT_ID, prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { fuzzFrames } from './frames.ts'
import { HostileServer } from './hostile-server.ts'
import { randomFrom } from './random.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const FRAMES = Number(process.env['FUZZ_FRAMES'] ?? (IS_ALL ? 20_000 : 2_500))
const SEED = Number(process.env['FUZZ_SEED'] ?? (IS_ALL ? Math.floor(Math.random() * 2 ** 31) : 20_260_102))
const WINDOW = 50
const TIMEOUT_MS = 300_000

let server: HostileServer
let scenario: Scenario
beforeAll(async () => {
  server = await HostileServer.start()
  scenario = await prepareScenario({ namespacePrefix: 'fuzz', environment: { SERVER_URL: server.url, MAX_ACTIVE_RUNS: '2', LOG_LEVEL: 'info' } })
})
afterAll(async () => {
  await scenario.stop()
  await server.stop()
})

/** The most memory that the process ever had. */
async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

test(`${FRAMES} hostile frames neither end the process nor make it large`, { timeout: 1_800_000 }, async () => {
  console.info(`fuzz: FUZZ_SEED=${SEED} FUZZ_FRAMES=${FRAMES} repeats it`)
  const runner = scenario.launchRunner()
  await server.linked()
  let inWindow = 0
  for (const frame of fuzzFrames(FRAMES, randomFrom(SEED))) {
    if (frame.endsConnection === true) {
      await server.answered(TIMEOUT_MS)
      await server.sendLast(frame)
    } else server.send(frame)
    if (++inWindow === WINDOW) {
      inWindow = 0
      await server.answered(TIMEOUT_MS)
    }
  }
  server.send({ kind: 'last', data: `{"jsonrpc":"2.0","id":"last","method":"service/status","params":{"runner":"${AGENT_ID}"}}` })
  await server.answered(TIMEOUT_MS)
  expect(server.offences).toEqual([])
  expect(runner.lines.filter(({ msg }) => msg === 'a request failed')).toEqual([])
  expect((await scenario.records()).length).toBeGreaterThan(0)
  const peak = await peakMiB(runner.pid)
  console.info(`fuzz: the process had at most ${peak.toFixed(0)} MiB; ${server.connections} connections`)
  expect(peak).toBeLessThan(512)
  expect(await runner.stop()).toBe(0)
})
