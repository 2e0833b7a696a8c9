/** What becomes of a run whose check of secrets breaks in its pod: it is told as that, and neither as a secret's fault nor as a database's, and shows no secret. */
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { classAndCause } from '../../../reconciler/failures/failure-table.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { openPlace, type Place } from '../place.ts'
import type { RunRequest } from '../run-request.ts'
import { failureIn } from '../run-story.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { checkEnvironment, connectionWith, hasRun, prepareSecrets, reportIn, STORED } from '../secrets-story.ts'
import { podOf, untilSettled } from '../settled.ts'
import { Canaries } from './canaries.ts'
import { everythingInSight } from './in-sight.ts'
import { runWithSecrets } from './requests.ts'

const canaries = new Canaries()
const tokens = { runner: canaries.plantWord('runner.token'), bot: canaries.plantWord('bot.token') }
canaries.adopt('store.value', STORED.value)

/** How the check breaks, by a word in its payload: by an error that nobody catches and that quotes the payload, by the end of its process, by too much memory. */
const BREAKING = `if (process.argv[2] === 'secrets') {
  const payload = String(process.env.config)
  const boom = () => { throw new Error('boom ' + payload) }
  if (payload.includes('breaks-by-throwing')) process.on('newListener', (name) => name === 'uncaughtException' && setImmediate(boom))
  if (payload.includes('breaks-by-abort')) process.abort()
  const kept = []
  while (payload.includes('breaks-by-memory')) kept.push(Buffer.alloc(16 << 20, payload))
}`

const BUILD_TIMEOUT_MS = 1_200_000
const MODES = ['report', 'enforce'] as const

let place: Place
let scenarios: Readonly<Record<(typeof MODES)[number], Scenario>>
const runs: RunRequest[] = []

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'canary-crash', collate: { tokens } })
  await prepareSecrets(place)
  const data = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(BREAKING)}` }
  await callJson(place.cluster.api, {
    method: 'POST',
    path: `/api/v1/namespaces/${place.namespace}/configmaps`,
    body: { metadata: { name: 'breaking' }, data },
  })
  const file = join(place.cluster.folder, `breaking-${place.namespace}.yaml`)
  await writeFile(file, JSON.stringify({ envFrom: [{ configMapRef: { name: 'breaking' } }] }))
  const started = MODES.map(async (mode) => {
    const environment = { LOG_LEVEL: 'debug', ...checkEnvironment(mode), ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH: file }
    return [mode, await startScenario({ place, agentId: `crash-${mode}`, environment })] as const
  })
  scenarios = Object.fromEntries(await Promise.all(started)) as unknown as typeof scenarios
}, BUILD_TIMEOUT_MS)
afterAll(async () => {
  await Promise.all(Object.values(scenarios ?? {}).map(async (scenario) => scenario.stop()))
  await place?.stop()
})

const AT_FAULT = /check of secrets before the run/
const CASES = [
  { mode: 'report', how: 'throwing', end: { state: 'success' }, hasStarted: true, told: undefined },
  { mode: 'enforce', how: 'throwing', end: { failureClass: 'SecretUnreadable' }, hasStarted: false, told: /this program failed \(Error\)/ },
  { mode: 'report', how: 'abort', end: { failureClass: 'ExitCode', cause: 'secretsCheck' }, hasStarted: false, told: AT_FAULT },
  { mode: 'enforce', how: 'memory', end: { failureClass: 'OOMKilled', cause: 'secretsCheck' }, hasStarted: false, told: AT_FAULT },
] as const

test.concurrent.each(CASES)(
  'a check in the mode $mode that breaks by $how is told as that',
  { timeout: 120_000 },
  async ({ mode, how, end, hasStarted, told }) => {
    const scenario = scenarios[mode]
    const pipelineName = `breaks-by-${how}-${randomUUID()}`
    const request = runWithSecrets(scenario, canaries, { connection: connectionWith(STORED.reference), pipelineName })
    expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    runs.push(request)
    const { cause, ...expected } = { cause: undefined, ...end }
    const ended = await untilSettled(scenario, request.runId, 90_000)
    expect(ended).toMatchObject(expected)
    if (cause !== undefined && ended?.failureClass !== undefined)
      expect(classAndCause(ended.failureClass, ended.message)).toBe(`${ended.failureClass}/${cause}`)
    const pod = await podOf(scenario, request.runId)
    expect(hasRun(pod)).toBe(hasStarted)
    if (how === 'throwing') expect(reportIn(pod)).toContain('this program failed (Error)')
    const [last] = (await scenario.collate.history({ runId: request.runId })).toReversed()
    if (told !== undefined) expect(failureIn(last?.status ?? null)?.error).toMatch(told)
  },
)

test('none of what it had in its hands is in sight then', async () => {
  expect(runs).toHaveLength(CASES.length)
  for (const scenario of Object.values(scenarios)) expect(canaries.hitsIn(await everythingInSight(scenario, [STORED.name], runs))).toEqual([])
})
