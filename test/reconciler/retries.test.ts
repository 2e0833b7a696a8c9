import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { V1Pod } from '@kubernetes/client-node'
import { admit } from '../../compiler/admit.ts'
import { acceptRun } from '../../reconciler/request/accept-run.ts'
import { killRun } from '../../reconciler/request/kill-run.ts'
import { RUN_ID, withLimits, withPipeline } from '../compiler/examples/run-request.ts'
import { exited, onGoneNode, running } from '../support/a-pod.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../support/a-runner.ts'
import { endOfRun, endsTold, podIn, recordIn, RUN_KEY } from '../support/run-in-world.ts'

const FQN = 'prod_mysql.nightly'
const DELAY_MS = 300_000

let world: World
let runner: TestRunner
beforeEach(async () => {
  world = aWorld()
  runner = aRunner(world, { maxActiveRuns: 1 })
  await runner.controller.start()
})
afterEach(async () => runner.controller.stop())

async function accept(limits: object = {}): Promise<void> {
  await acceptRun(admit, withLimits({ retries: 1, retryDelay: DELAY_MS / 1000, ...limits }), runner.context)
}

/** The pod of this attempt ends so, in its own time. */
async function attemptEnds(attempt: number, end: (pod: V1Pod) => V1Pod): Promise<void> {
  world.cluster.put('pods', end(running(await podIn(world, RUN_KEY, attempt))))
}

const fails = (pod: V1Pod): V1Pod => exited(pod, 3, { atMs: world.clock.nowMs })
const endsWell = (pod: V1Pod): V1Pod => exited(pod, 0, { atMs: world.clock.nowMs })

async function untilAttempt(attempt: number): Promise<void> {
  const isReleased = (): boolean => world.cluster.find('pods', `${RUN_KEY}-${attempt - 1}`)?.metadata?.finalizers?.length !== 1
  await world.cluster.changes.until(() => recordIn(world)?.status.attempt === attempt && isReleased())
}

function timeForNextAttempt(): void {
  world.clock.nowMs += DELAY_MS
  runner.controller.wake(RUN_KEY)
}

describe('an attempt that fails', () => {
  test('costs three writes more, and the run ends with the attempt that follows', async () => {
    await accept()
    await attemptEnds(1, fails)
    await untilAttempt(2)
    timeForNextAttempt()
    await attemptEnds(2, endsWell)
    expect((await endOfRun(world)).status).toMatchObject({ attempt: 2, end: { state: 'success', isAcknowledged: true } })
    const writes = world.cluster.writes()
    expect(writes.filter((call) => call === 'mergePatch configmaps')).toHaveLength(2)
    expect(writes.filter((call) => call === 'create pods')).toHaveLength(2)
    expect(writes.filter((call) => call === 'jsonPatch pods')).toHaveLength(2)
    expect(writes).toHaveLength(8)
    expect(endsTold(world)).toEqual(['success'])
  })

  test('is told as queued, with its failure, its last log lines and when the next one may start', async () => {
    await accept()
    world.cluster.logs.set((await podIn(world)).metadata?.name ?? '', 'no such table')
    await attemptEnds(1, fails)
    await untilAttempt(2)
    const nextStart = new Date(world.clock.nowMs + DELAY_MS).toISOString().slice(0, 19)
    expect(world.collate.history).toMatchObject([
      {
        pipelineState: 'queued',
        status: [{ failures: [{ name: 'ExitCode', error: expect.stringMatching(`attempt 1 of 2 failed.*${nextStart}`), stackTrace: 'no such table' }] }],
      },
    ])
  })

  test('is told so over the failure that its pod has posted itself, and the last attempt ends the run as failed', async () => {
    await accept()
    world.collate.post(FQN, { runId: RUN_ID, pipelineState: 'failed' })
    await attemptEnds(1, fails)
    await untilAttempt(2)
    expect((await world.collate.readStatus(FQN, RUN_ID))?.pipelineState).toBe('queued')
    timeForNextAttempt()
    await attemptEnds(2, (pod) => exited(pod, 137, { reason: 'OOMKilled', atMs: world.clock.nowMs }))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'failed', failureClass: 'OOMKilled' })
    expect(world.collate.history.map(({ pipelineState }) => pipelineState)).toEqual(['failed', 'queued', 'failed'])
  })

  test.each(['success', 'partialSuccess', 'stopped'] as const)('after Collate has the run as %s is the last one', async (state) => {
    await accept()
    world.collate.post(FQN, { runId: RUN_ID, pipelineState: state })
    await attemptEnds(1, fails)
    expect((await endOfRun(world)).status).toMatchObject({ attempt: 1, end: { state, isAcknowledged: true } })
    expect(endsTold(world)).toEqual([state])
  })

  test('while Collate cannot be told keeps its pod, and is not followed by another one', async () => {
    await accept()
    world.collate.trouble = 'Unavailable'
    await attemptEnds(1, fails)
    await world.collate.changes.until(() => world.collate.calls.includes('readStatus'))
    timeForNextAttempt()
    await world.collate.changes.until(() => world.collate.calls.filter((call) => call === 'readStatus').length > 1)
    expect(recordIn(world)?.status.attempt).toBe(1)
    expect((await podIn(world)).metadata?.finalizers).toHaveLength(1)
    world.collate.trouble = undefined
    runner.controller.wake(RUN_KEY)
    await untilAttempt(2)
    await attemptEnds(2, endsWell)
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'success' })
  })

  test('on a node that is gone leaves the next one the rest of the time of the run', async () => {
    await accept({ workflowTimeout: 3600 })
    const startedAtMs = world.clock.nowMs
    world.clock.nowMs += 60_000
    await attemptEnds(1, onGoneNode)
    await untilAttempt(2)
    const { retry } = recordIn(world)?.status ?? {}
    expect(retry).toMatchObject({ failureClass: 'NodeLost', firstStartedAtMs: startedAtMs, startAtMs: world.clock.nowMs + DELAY_MS })
    timeForNextAttempt()
    expect((await podIn(world, RUN_KEY, 2)).spec?.activeDeadlineSeconds).toBe(3600 - 60 - DELAY_MS / 1000)
  })

  test('before its program began leaves the next one all the time of the run', async () => {
    await accept({ workflowTimeout: 3600 })
    world.cluster.put('pods', onGoneNode(await podIn(world)))
    await untilAttempt(2)
    timeForNextAttempt()
    expect((await podIn(world, RUN_KEY, 2)).spec?.activeDeadlineSeconds).toBe(3600)
  })

  test('after half of the time of the run leaves the next one what is left after the delay', async () => {
    await accept({ workflowTimeout: 3600 })
    world.clock.nowMs += 1_800_000
    await attemptEnds(1, fails)
    await untilAttempt(2)
    timeForNextAttempt()
    expect((await podIn(world, RUN_KEY, 2)).spec?.activeDeadlineSeconds).toBe(3600 - 1800 - DELAY_MS / 1000)
  })
})

describe('between two attempts', () => {
  test('the run holds no slot', async () => {
    await accept()
    await attemptEnds(1, fails)
    await untilAttempt(2)
    expect(runner.controller.counts()).toMatchObject({ active: 0, waiting: 0 })
    const other = { ...withPipeline({ id: crypto.randomUUID(), airflowConfig: {} }), runId: crypto.randomUUID() }
    await acceptRun(admit, other, runner.context)
    await world.cluster.changes.until(() => world.cluster.all('pods').length === 2)
    timeForNextAttempt()
    expect(runner.controller.counts()).toMatchObject({ active: 1, waiting: 1 })
  })

  test('a kill ends the run as stopped at once', async () => {
    await accept()
    await attemptEnds(1, fails)
    await untilAttempt(2)
    expect(await killRun({ runner: 'aws-prod', runId: RUN_ID }, runner.context)).toMatchObject({ code: 200 })
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'stopped' })
    expect(endsTold(world)).toEqual(['stopped'])
    expect(world.cluster.events.created('pods')).toHaveLength(1)
  })

  test('a runner that is started anew keeps to the time of the next one', async () => {
    await accept()
    await attemptEnds(1, fails)
    await untilAttempt(2)
    await runner.controller.stop()
    runner = aRunner(world, { maxActiveRuns: 1 })
    await runner.controller.start()
    expect(runner.controller.counts()).toMatchObject({ active: 0, waiting: 0 })
    timeForNextAttempt()
    await attemptEnds(2, endsWell)
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'success' })
    expect(world.cluster.events.created('pods')).toHaveLength(2)
  })
})
