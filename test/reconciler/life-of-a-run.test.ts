import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { END_RECORDED_FINALIZER } from '../../compiler/labels.ts'
import { admit } from '../../compiler/admit.ts'
import { acceptRun } from '../../reconciler/request/accept-run.ts'
import { killRun } from '../../reconciler/request/kill-run.ts'
import { NOW_MS } from '../compiler/examples/run.ts'
import { aMetadataRun, RUN_ID, withLimits } from '../compiler/examples/run-request.ts'
import { exited, running, unschedulable, waitingFor } from '../support/a-pod.ts'
import { aRunner, aWorld, PENDING_BUDGETS_MS, RECORD_TTL_MS, type TestRunner, type World } from '../support/a-runner.ts'
import { endOfRun, endsTold, podIn, recordIn, RUN_KEY } from '../support/run-in-world.ts'

let world: World
let runner: TestRunner
beforeEach(async () => {
  world = aWorld()
  runner = aRunner(world)
  await runner.controller.start()
  world.cluster.calls.length = 0
})
afterEach(async () => runner.controller.stop())

const FQN = 'prod_mysql.nightly'

async function untilIdle(): Promise<void> {
  while (runner.controller.counts().depth > 0) await Promise.resolve()
}

describe('a run that ends well', () => {
  test('costs record, payload, pod, end, finalizer off, later a delete, and no reads', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.cluster.put('pods', running(await podIn(world)))
    world.collate.post(FQN, { runId: RUN_ID, pipelineState: 'success' })
    world.cluster.put('pods', exited(await podIn(world), 0))
    await endOfRun(world)
    await untilIdle()
    const FIVE = ['create configmaps', 'create secrets', 'create pods', 'mergePatch configmaps', 'jsonPatch pods']
    expect(world.cluster.calls).toEqual(FIVE)
    world.clock.nowMs += 2 * RECORD_TTL_MS
    runner.controller.wake(RUN_KEY)
    await world.cluster.changes.until(() => recordIn(world) === undefined)
    expect(world.cluster.calls).toEqual([...FIVE, 'delete configmaps'])
    expect(world.cluster.all('secrets')).toEqual([])
    expect(world.cluster.all('pods')).toEqual([])
  })

  test('is told by the runner when the pod itself could not', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.cluster.put('pods', exited(await podIn(world), 0))
    expect(await endOfRun(world)).toMatchObject({ status: { end: { state: 'success', isAcknowledged: true } }, finalizers: [] })
    expect(world.collate.history).toMatchObject([{ runId: RUN_ID, pipelineState: 'success', startDate: NOW_MS, endDate: NOW_MS + 30_000 }])
  })

  test.each(['partialSuccess', 'failed', 'stopped'] as const)('ends as %s when Collate was told so before', async (state) => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.collate.post(FQN, { runId: RUN_ID, pipelineState: state })
    world.cluster.put('pods', exited(await podIn(world), 0))
    expect((await endOfRun(world)).status.end).toMatchObject({ state })
    expect(endsTold(world)).toEqual([state])
  })
})

describe('a run that fails', () => {
  test('shows its last log lines in Collate and not in the cluster', async () => {
    await acceptRun(admit, withLimits({ retries: 0 }), runner.context)
    const pod = await podIn(world)
    world.cluster.logs.set(pod.metadata?.name ?? '', 'Traceback: password was hunter2')
    world.collate.post(FQN, { runId: RUN_ID, pipelineState: 'running', startDate: 7, status: [{ name: 'Mysql' }], metadata: { by: 'pod' } })
    world.cluster.put('pods', exited(pod, 3))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    const told = world.collate.history.at(-1)
    expect(told).toMatchObject({ pipelineState: 'failed', startDate: 7, metadata: { by: 'pod', hybridRunner: { name: 'aws-prod', failureClass: 'ExitCode' } } })
    expect(told?.status).toMatchObject([
      { name: 'Mysql' },
      { errors: 1, failures: [{ name: 'ExitCode', error: expect.stringContaining('exit code 3'), stackTrace: expect.stringContaining('hunter2') }] },
    ])
    expect(JSON.stringify(world.cluster.all('configmaps'))).not.toContain('hunter2')
  })

  test('whose pod the cluster refuses ends as Rejected in the words of the API server', async () => {
    world.cluster.failNext('create', 'Rejected', { kind: 'pods', message: 'violates PodSecurity "restricted"' })
    await acceptRun(admit, aMetadataRun(), runner.context)
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'failed', failureClass: 'Rejected', message: 'violates PodSecurity "restricted"' })
    expect(endsTold(world)).toEqual(['failed'])
  })
})

describe('a run that waits', () => {
  test('because the account may not create pods now is told so, and starts when it may', async () => {
    world.cluster.failNext('create', 'Forbidden', { kind: 'pods', message: 'pods is forbidden: User "runner" cannot create resource "pods"' })
    await acceptRun(admit, aMetadataRun(), runner.context)
    await world.collate.changes.until(() => world.collate.history.length === 1)
    expect(world.collate.history).toMatchObject([{ pipelineState: 'queued' }])
    world.cluster.put('pods', exited(await podIn(world), 0))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'success' })
  })

  test('for a payload that somebody deleted is given up, and ends as failed', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    const pod = await podIn(world)
    const secretName = recordIn(world)?.spec.payload.secretName ?? ''
    world.cluster.put('pods', waitingFor(pod, 'CreateContainerConfigError', `secret "${secretName}" not found`))
    await world.cluster.changes.until(() => world.cluster.find('pods', pod.metadata?.name ?? '')?.metadata?.deletionTimestamp !== undefined)
    world.cluster.put('pods', { ...(await podIn(world)), status: { phase: 'Failed' } })
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'failed', failureClass: 'ConfigError', message: expect.stringContaining('payload') })
  })

  test('leaves nothing in memory but its record once it has ended', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    const pod = await podIn(world)
    world.cluster.put('pods', unschedulable(pod, 'no node fits'))
    await world.collate.changes.until(() => world.collate.history.length === 1)
    world.cluster.put('pods', exited(pod, 0))
    const record = await endOfRun(world)
    await new Promise(setImmediate)
    expect(runner.effects.toldPending.size).toBe(0)
    expect(runner.effects.payloads.of(record)).toBe('unknown')
    expect(runner.controller.counts()).toEqual({ active: 0, waiting: 0, depth: 0 })
  })

  test('tells each reason once', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    const pod = await podIn(world)
    world.cluster.put('pods', unschedulable(pod, 'no node fits'))
    await world.collate.changes.until(() => world.collate.history.length === 1)
    world.cluster.put('pods', {
      ...unschedulable(pod, 'no node fits'),
      metadata: { ...pod.metadata, annotations: { ...pod.metadata?.annotations, touched: 'yes' } },
    })
    await untilIdle()
    world.cluster.put('pods', unschedulable(pod, 'no memory'))
    await world.collate.changes.until(() => world.collate.history.length === 2)
    const reasons = world.collate.history.map(({ pipelineState, status }) => [pipelineState, JSON.stringify(status).match(/no \w+/)?.[0]])
    expect(reasons).toEqual([
      ['queued', 'no node'],
      ['queued', 'no memory'],
    ])
  })

  test('does not tell a reason over what the pod has posted', async () => {
    world.collate.post(FQN, { runId: RUN_ID, pipelineState: 'running' })
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.cluster.put('pods', unschedulable(await podIn(world), 'no node fits'))
    await world.collate.changes.until(() => world.collate.calls.includes('readStatus'))
    await untilIdle()
    expect(world.collate.history).toMatchObject([{ pipelineState: 'running' }])
  })

  test('for quota is told so and not ended', async () => {
    world.cluster.failNext('create', 'QuotaExceeded', { kind: 'pods', message: 'pods "x" is forbidden: exceeded quota: compute' })
    await acceptRun(admit, aMetadataRun(), runner.context)
    await world.collate.changes.until(() => world.collate.history.length === 1)
    expect(world.collate.history).toMatchObject([{ pipelineState: 'queued', status: [{ failures: [{ name: 'Unschedulable' }] }] }])
    runner.controller.wake(RUN_KEY)
    await podIn(world)
    expect(recordIn(world)?.status.phase).toBe('Queued')
  })

  test('for quota as long as it may ends in its words, from the first refusal on', async () => {
    const message = 'pods "x" is forbidden: exceeded quota: compute'
    for (let tries = 0; tries < 3; tries += 1) world.cluster.failNext('create', 'QuotaExceeded', { kind: 'pods', message })
    await acceptRun(admit, aMetadataRun(), runner.context)
    await world.collate.changes.until(() => world.collate.history.length === 1)
    world.clock.nowMs += PENDING_BUDGETS_MS.unschedulable / 2
    runner.controller.wake(RUN_KEY)
    await untilIdle()
    world.clock.nowMs += PENDING_BUDGETS_MS.unschedulable / 2
    runner.controller.wake(RUN_KEY)
    const { end } = (await endOfRun(world)).status
    expect(end).toMatchObject({ state: 'failed', failureClass: 'Unschedulable', message: `${message}; given up after 3600 s (PENDING_UNSCHEDULABLE_SECONDS)` })
    expect(runner.effects.refusals.of(RUN_KEY)).toBeUndefined()
    expect(world.cluster.all('pods')).toEqual([])
  })

  test('for an admission webhook that is down is told so and not ended', async () => {
    const message = 'Internal error occurred: failed calling webhook "validate.kyverno.svc": connection refused'
    world.cluster.failNext('create', 'Unavailable', { kind: 'pods', message })
    await acceptRun(admit, aMetadataRun(), runner.context)
    await world.collate.changes.until(() => world.collate.history.length === 1)
    expect(world.collate.history).toMatchObject([
      { pipelineState: 'queued', status: [{ failures: [{ name: 'Rejected', error: expect.stringContaining('Bring it back') }] }] },
    ])
    runner.controller.wake(RUN_KEY)
    await podIn(world)
    expect(runner.counted.waits).toEqual(['Rejected/webhookDown'])
  })

  test("for the server's version starts when it is known", async () => {
    const known = new Array<string>()
    const other = aRunner(world, { serverVersion: () => known.at(-1) })
    await runner.controller.stop()
    await other.controller.start()
    await acceptRun(admit, aMetadataRun(), other.context)
    await world.collate.changes.until(() => world.collate.history.length === 1)
    expect(world.cluster.all('pods')).toEqual([])
    known.push('1.11.1')
    other.controller.wake(RUN_KEY)
    await podIn(world)
    await other.controller.stop()
  })
})

describe('a run that is killed', () => {
  const kill = async (): Promise<unknown> => killRun({ runner: 'aws-prod', runId: RUN_ID }, runner.context)

  test('while it runs is stopped once its pod is gone, not before', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.cluster.put('pods', running(await podIn(world)))
    await kill()
    await world.cluster.changes.until(() => world.cluster.all('pods')[0]?.metadata?.deletionTimestamp !== undefined)
    await untilIdle()
    expect(endsTold(world)).toEqual([])
    world.cluster.put('pods', exited(await podIn(world), 143, { atMs: world.clock.nowMs + 1_000 }))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'stopped' })
    expect(endsTold(world)).toEqual(['stopped'])
  })

  test('costs two writes more than one that ends by itself', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.cluster.put('pods', running(await podIn(world)))
    await kill()
    await world.cluster.changes.until(() => world.cluster.all('pods')[0]?.metadata?.deletionTimestamp !== undefined)
    world.cluster.put('pods', exited(await podIn(world), 143, { atMs: world.clock.nowMs + 1_000 }))
    await endOfRun(world)
    expect(world.cluster.writes()).toHaveLength(7)
  })
})

describe('an end that Collate does not take', () => {
  test('stays on the record, keeps it, and is told later with one more write', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.collate.trouble = 'Unavailable'
    world.cluster.put('pods', exited(await podIn(world), 0))
    expect(await endOfRun(world)).toMatchObject({ status: { end: { isAcknowledged: false } }, finalizers: [END_RECORDED_FINALIZER] })
    const before = world.cluster.writes().length
    const asked = world.collate.calls.length
    runner.controller.wake(RUN_KEY)
    await world.collate.changes.until(() => world.collate.calls.length > asked)
    await new Promise(setImmediate)
    expect(world.cluster.writes().length).toBe(before)
    world.collate.trouble = undefined
    runner.controller.wake(RUN_KEY)
    await world.cluster.changes.until(() => recordIn(world)?.status.end?.isAcknowledged === true)
    await untilIdle()
    expect(world.cluster.writes().length - before).toBe(1)
    expect(recordIn(world)?.finalizers).toEqual([])
    expect(endsTold(world)).toEqual(['success'])
  })

  test('for good is final', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.collate.failNext('writeStatus', 'Refused')
    world.cluster.put('pods', exited(await podIn(world), 0))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'success', isAcknowledged: true })
    expect(endsTold(world)).toEqual([])
  })

  test('whose answer was lost is found told', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.collate.failNext('writeStatus', 'Unavailable', { isDone: true })
    world.cluster.put('pods', exited(await podIn(world), 0))
    await endOfRun(world)
    runner.controller.wake(RUN_KEY)
    await world.cluster.changes.until(() => recordIn(world)?.status.end?.isAcknowledged === true)
    expect(endsTold(world)).toEqual(['success'])
  })
})

describe('a pod removed by force, its finalizer taken off by hand,', () => {
  test.each([
    { name: 'while the runner watches', isRunnerAway: false },
    { name: 'while its watches are broken', isRunnerAway: true },
  ])('$name, is never started a second time', async ({ isRunnerAway }) => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    const pod = world.cluster.put('pods', running(await podIn(world)))
    await new Promise(setImmediate)
    expect(runner.effects.cache.run(RUN_KEY).pods).toMatchObject([{ phase: 'Running' }])
    if (isRunnerAway) world.cluster.events.breakWatches('Unavailable')
    world.cluster.put('pods', { ...pod, metadata: { ...pod.metadata, finalizers: [] } })
    await world.cluster.delete('pods', pod.metadata?.name ?? '', { uid: pod.metadata?.uid ?? '' })
    world.cluster.put('pods', { ...exited(pod, 137), metadata: { ...pod.metadata, finalizers: [], deletionTimestamp: new Date(0) } })
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'failed' })
    expect(world.cluster.events.created('pods')).toHaveLength(1)
    expect(endsTold(world)).toEqual(['failed'])
  })
})

describe('a record deleted by hand', () => {
  test('while its run runs goes once the run has ended and Collate knows', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.cluster.put('pods', running(await podIn(world)))
    await world.cluster.delete('configmaps', RUN_KEY, { uid: recordIn(world)?.uid ?? '' })
    await world.cluster.changes.until(() => world.cluster.all('pods')[0]?.metadata?.deletionTimestamp !== undefined)
    world.cluster.put('pods', exited(await podIn(world), 143, { atMs: world.clock.nowMs + 1_000 }))
    await world.cluster.changes.until(() => recordIn(world) === undefined)
    expect(world.collate.history).toMatchObject([{ pipelineState: 'failed', metadata: { hybridRunner: { failureClass: 'Deleted' } } }])
  })

  test('with its finalizer taken off by force leaves a pod whose end is told all the same', async () => {
    await acceptRun(admit, aMetadataRun(), runner.context)
    world.cluster.put('pods', running(await podIn(world)))
    await world.cluster.mergePatch('configmaps', RUN_KEY, { metadata: { finalizers: null } } as object)
    await world.cluster.delete('configmaps', RUN_KEY, { uid: recordIn(world)?.uid ?? '' })
    world.cluster.put('pods', exited(await podIn(world), 143, { atMs: world.clock.nowMs + 1_000 }))
    await world.collate.changes.until(() => endsTold(world).length === 1)
    await world.cluster.changes.until(() => world.cluster.all('pods').every(({ metadata }) => metadata?.finalizers?.length === 0))
    expect(endsTold(world)).toEqual(['failed'])
  })
})
