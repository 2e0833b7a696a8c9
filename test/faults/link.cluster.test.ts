/** The link and the REST API fail in every way they can; what was acknowledged is neither lost nor done twice. */
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import type { StatusWrite } from '../collate/entries.ts'
import { auditEvents } from '../scenario/audit-log.ts'
import { openPlace, type Place, startServer } from '../scenario/place.ts'
import { accepted, expectOneStart, historyOf } from '../scenario/run-story.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { endOn, recordOf, untilSettled } from '../scenario/settled.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'link' })
})
afterAll(async () => place?.stop())

/** A runner with a server of its own, which can be made to fail without others noticing. */
async function withServer(agentId: string, body: (scenario: Scenario) => Promise<void>): Promise<void> {
  const scenario = await prepareScenario({ place, agentId, ownCollate: await startServer() })
  try {
    await body(scenario)
    expect(await scenario.collate.violations()).toEqual([])
  } finally {
    await scenario.stop()
  }
}

const isTerminal = ({ status }: StatusWrite): boolean => !['queued', 'running'].includes(status.pipelineState)

async function linkAgain({ collate, agentId }: Scenario): Promise<void> {
  await collate.waitForRunner(agentId, 'Active')
}

/** The answer to the repeat of a run that has ended. */
const ENDED_WELL = { result: { code: 200, reason: expect.stringMatching(/^run accepted by runner .* before; it ended as success at /) } }

describe.concurrent('the socket, cut', () => {
  test('before the answer: the run is there once, and the repeat gets the first answer', async () => {
    await withServer('cut-before-answer', async (scenario) => {
      await scenario.startRunner()
      await scenario.collate.misbehave({ kind: 'cutAfterRequest', method: 'pipeline/run', times: 1 })
      const request = scenario.request({ simulate: { seconds: 1 } })
      await expect(scenario.run(request)).rejects.toMatchObject({ code: 'ConnectionLost' })
      await linkAgain(scenario)
      const answer = await scenario.run(request)
      expect(answer).toMatchObject({ result: { code: 200, runId: request.runId } })
      expect(await untilSettled(scenario, request.runId)).toMatchObject({ state: 'success' })
      expect(await scenario.run(request)).toMatchObject(ENDED_WELL)
      expect(await historyOf(scenario, request.runId)).toEqual(['running by bot', 'success by bot'])
      await expectOneStart(scenario, request.runId)
    })
  })

  test('after the answer, again and again: the run goes on, and is told once', async () => {
    await withServer('cut-after-answer', async (scenario) => {
      await scenario.startRunner()
      const gate = await place.gate()
      const { runId } = await accepted(scenario, { waitAt: gate.url, end: 'none' })
      for (let cuts = 1; cuts <= 3; cuts += 1) {
        expect(await scenario.collate.cut()).toBe(1)
        await scenario.collate.waitForConnections({ agentId: scenario.agentId, count: cuts + 1, status: 101 })
        await linkAgain(scenario)
      }
      gate.open()
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      expect(await historyOf(scenario, runId)).toEqual(['running by bot', 'success by runner'])
      await expectOneStart(scenario, runId)
    })
  })

  test('while nothing is heard: the runner notices by itself and reconnects', async () => {
    await withServer('silent-server', async (scenario) => {
      await scenario.collate.configure({ heartbeatIntervalMs: 300 })
      const runner = await scenario.startRunner()
      await scenario.collate.misbehave({ kind: 'ignoreHeartbeats' })
      await runner.waitForLine('nothing heard from Collate for two heartbeats; dropping the link')
      // The next link has time: on a busy machine this one's would run out again.
      await scenario.collate.configure({ heartbeatIntervalMs: 10_000 })
      await scenario.collate.behave()
      await linkAgain(scenario)
      expect(await untilSettled(scenario, (await accepted(scenario)).runId)).toMatchObject({ state: 'success' })
    })
  })
})

describe.concurrent('a repeat with the same run id', () => {
  test('gets the first answer while it runs and after a restart, and after its end is told of it', async () => {
    await withServer('repeats', async (scenario) => {
      await scenario.startRunner()
      const gate = await place.gate()
      const request = scenario.request({ simulate: { waitAt: gate.url } })
      const first = await scenario.run(request)
      expect(first).toMatchObject({ result: { code: 200 } })
      expect(await scenario.run(request)).toEqual(first)
      await scenario.runner().kill()
      await scenario.startRunner()
      expect(await scenario.run(request)).toEqual(first)
      gate.open()
      await untilSettled(scenario, request.runId)
      expect(await scenario.run(request)).toMatchObject(ENDED_WELL)
      await scenario.runner().stop()
      await scenario.startRunner()
      // A repeat may carry another token of the same bot.
      const connection = { ...(request.ingestionPipeline['openMetadataServerConnection'] as object), securityConfig: { jwtToken: 'rotated' } }
      expect(await scenario.run({ ...request, ingestionPipeline: { ...request.ingestionPipeline, openMetadataServerConnection: connection } })).toMatchObject(
        ENDED_WELL,
      )
      expect(await historyOf(scenario, request.runId)).toEqual(['running by bot', 'success by bot'])
      await expectOneStart(scenario, request.runId)
    })
  })
})

async function recordWrites(scenario: Scenario, runId: string): Promise<number> {
  const events = await auditEvents(scenario.cluster, scenario.namespace)
  return events.filter(({ verb, resource, name }) => verb === 'patch' && resource === 'configmaps' && name.includes(runId)).length
}

async function untilEndUntold(scenario: Scenario, runId: string): Promise<void> {
  const probe = async (): Promise<true | undefined> => (endOn(await recordOf(scenario, runId))?.isAcknowledged === false ? true : undefined)
  await waitFor(probe, { what: 'an end on the record that Collate does not have' })
}

describe.concurrent('Collate', () => {
  test('away while runs end: their ends wait on the records, and are told later with one more write', async () => {
    await withServer('away', async (scenario) => {
      await scenario.startRunner()
      const gate = await place.gate()
      const good = await accepted(scenario, { waitAt: gate.url })
      const bad = await accepted(scenario, { waitAt: gate.url, exitCode: 3 })
      for (const { runId } of [good, bad]) await scenario.collate.waitForStatus({ runId, state: 'running' })
      await scenario.collate.stopListening()
      gate.open()
      for (const { runId } of [good, bad]) await untilEndUntold(scenario, runId)
      await scenario.collate.listenAgain()
      expect(await untilSettled(scenario, good.runId)).toMatchObject({ state: 'success' })
      expect(await untilSettled(scenario, bad.runId)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
      expect(await historyOf(scenario, good.runId)).toEqual(['running by bot', 'success by runner'])
      expect(await historyOf(scenario, bad.runId)).toEqual(['running by bot', 'failed by runner'])
      for (const { runId } of [good, bad]) {
        // The API server writes its log after it has answered.
        await waitFor(async () => ((await recordWrites(scenario, runId)) >= 2 ? true : undefined), { what: 'two writes of the record' })
        expect(await recordWrites(scenario, runId)).toBe(2)
        await expectOneStart(scenario, runId)
      }
    })
  })

  test('away while a run ends, and the runner killed meanwhile: the end is told after the restart', async () => {
    await withServer('away-and-killed', async (scenario) => {
      await scenario.startRunner()
      const gate = await place.gate()
      const { runId } = await accepted(scenario, { waitAt: gate.url })
      await scenario.collate.waitForStatus({ runId, state: 'running' })
      await scenario.collate.stopListening()
      gate.open()
      await untilEndUntold(scenario, runId)
      await scenario.runner().kill()
      await scenario.collate.listenAgain()
      await scenario.startRunner()
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      expect(await historyOf(scenario, runId)).toEqual(['running by bot', 'success by runner'])
      await expectOneStart(scenario, runId)
    })
  })

  test('whose answer to an end is lost has it once', async () => {
    await withServer('lost-answer', async (scenario) => {
      await scenario.startRunner()
      await scenario.collate.misbehave({ kind: 'loseAnswer', match: { method: 'PUT', path: 'pipelineStatus', token: 'runner' }, times: 1 })
      const { runId } = await accepted(scenario, { exitCode: 3 })
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
      expect((await scenario.collate.history({ runId })).filter(isTerminal)).toHaveLength(1)
      await expectOneStart(scenario, runId)
    })
  })

  test.for([
    { name: 'throttled', order: { status: 429, retryAfterSeconds: 1 } },
    { name: 'broken', order: { status: 503 } },
    { name: 'behind-a-proxy-page', order: { status: 502, body: '<html>Bad Gateway</html>' } },
  ])('$name is told the end when it takes it', async ({ name, order }) => {
    await withServer(name, async (scenario) => {
      await scenario.startRunner()
      await scenario.collate.misbehave({ kind: 'answerRest', ...order, match: { path: 'pipelineStatus', token: 'runner' }, times: 2 })
      const { runId } = await accepted(scenario, { end: 'none' })
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      expect(await historyOf(scenario, runId)).toEqual(['running by bot', 'success by runner'])
      await expectOneStart(scenario, runId)
    })
  })

  test('absent at the start is waited for', async () => {
    await withServer('absent', async (scenario) => {
      await scenario.collate.stopListening()
      const runner = scenario.launchRunner()
      const line = await runner.waitForLine(({ msg, failures }) => msg === 'no link to Collate; trying again' && failures === 2)
      expect(line['reason']).toContain('ECONNREFUSED')
      await scenario.collate.listenAgain()
      await linkAgain(scenario)
      expect(await untilSettled(scenario, (await accepted(scenario)).runId)).toMatchObject({ state: 'success' })
    })
  })

  test("that does not take the runner's token is told about, tried on, and linked to once the token's file holds a good one", async () => {
    await withServer('wrong-token', async (scenario) => {
      const { runner: token = '', ...others } = scenario.collate.tokens
      await scenario.collate.setTokens({ ...others, runner: 'issued-later' })
      const runner = scenario.launchRunner()
      const line = await runner.waitForLine(({ msg, failures }) => msg === 'no link to Collate; trying again' && failures === 2)
      expect(line['reason']).toMatch(/401.*does not accept the runner's token/)
      expect(runner.output).not.toContain(token)
      await writeFile(scenario.environment['AUTH_TOKEN_FILE'] ?? '', 'issued-later\n')
      await linkAgain(scenario)
      expect(scenario.runner().pid).toBe(runner.pid)
      const { runId } = await accepted(scenario, { end: 'none' })
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      expect(await historyOf(scenario, runId)).toEqual(['running by bot', 'success by runner'])
    })
  })
})
