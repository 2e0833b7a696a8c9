import { beforeEach, describe, expect, test } from 'vitest'
import { lastRepeatMs } from '../../reconciler/plan/last-repeat.ts'
import { reconcile } from '../../reconciler/reconcile.ts'
import { NOW_MS } from '../compiler/examples/run.ts'
import { aPodOf, exited, ofEarlierRecord, onNode, running } from '../support/a-pod.ts'
import { aKilledRecord, anEndedRecord, aRecord, storedAs } from '../support/a-record.ts'
import { aPayloadNamed, aRunner, aWorld, PENDING_BUDGETS_MS, RECORD_TTL_MS, type TestRunner, type World } from '../support/a-runner.ts'
import { endsTold, recordIn, RUN_KEY } from '../support/run-in-world.ts'

let world: World
let runner: TestRunner
beforeEach(() => {
  world = aWorld()
  runner = aRunner(world)
})

async function pass(): Promise<{ readonly requeueAfterMs?: number }> {
  return reconcile(RUN_KEY, { effects: runner.effects, holdsSlot: () => true, recordTtlMs: RECORD_TTL_MS, pendingBudgets: PENDING_BUDGETS_MS })
}

/** The cache takes in the records of now; its pods stay as they were. */
function seeRecords(): void {
  runner.effects.cache.recordSink().replace(world.cluster.all('configmaps'))
}

function seePods(): void {
  runner.effects.cache.podSink().replace(world.cluster.all('pods'))
}

function aQueuedRun(record = aRecord()): void {
  world.cluster.put('configmaps', storedAs(record))
  world.cluster.put('secrets', aPayloadNamed(record.spec.payload.secretName))
  seeRecords()
}

describe('a name of a pod that is taken', () => {
  test('by the pod of this very record is the start there is: it is adopted', async () => {
    aQueuedRun()
    world.cluster.put('pods', running(aPodOf(aRecord())))
    expect(await pass()).toEqual({})
    expect(runner.effects.cache.run(RUN_KEY).pods).toMatchObject([{ phase: 'Running' }])
    expect(runner.counted.starts).toBe(0)
    expect(world.cluster.events.created('pods')).toHaveLength(1)
    expect(endsTold(world)).toEqual([])
  })

  test('by the pod of another owner is waited for, told in the log, and then used', async () => {
    aQueuedRun()
    const foreign = world.cluster.put('pods', ofEarlierRecord(running(aPodOf(aRecord()))))
    expect((await pass()).requeueAfterMs).toBeGreaterThan(0)
    expect(runner.logged).toMatchObject([{ level: 'warn', fields: { pod: foreign.metadata?.name } }])
    expect(recordIn(world)?.status.phase).toBe('Queued')
    await world.cluster.mergePatch('pods', foreign.metadata?.name ?? '', { metadata: { finalizers: null } } as object)
    world.cluster.put('pods', exited(world.cluster.all('pods')[0] ?? {}, 0))
    await world.cluster.delete('pods', foreign.metadata?.name ?? '', { uid: foreign.metadata?.uid ?? '' })
    await pass()
    expect(world.cluster.all('pods')).toMatchObject([{ metadata: { ownerReferences: [{ uid: recordIn(world)?.uid }] } }])
    expect(runner.counted.starts).toBe(1)
  })

  test('by a pod that goes at that moment is tried again at once', async () => {
    aQueuedRun()
    world.cluster.failNext('create', 'AlreadyExists', { kind: 'pods' })
    expect(await pass()).toEqual({ requeueAfterMs: 0 })
    await pass()
    expect(runner.counted.starts).toBe(1)
  })
})

describe('a cache that lags behind', () => {
  test('on the record writes no end: the patch conflicts, and the next pass tells the end once', async () => {
    aQueuedRun()
    world.cluster.put('pods', exited(aPodOf(aRecord()), 0))
    seePods()
    await world.cluster.mergePatch('configmaps', RUN_KEY, { metadata: { annotations: { touched: 'yes' } } } as object)
    await expect(pass()).rejects.toMatchObject({ code: 'Conflict' })
    expect(recordIn(world)?.status.phase).toBe('Queued')
    expect(runner.counted.ends).toEqual([])
    seeRecords()
    await pass()
    expect(recordIn(world)?.status).toMatchObject({ phase: 'Ended', end: { state: 'success' } })
    expect(endsTold(world)).toEqual(['success'])
    expect(runner.counted.ends).toEqual(['success'])
  })

  test('on the pod ends no killed run whose pod runs: it asks, finds it and deletes it', async () => {
    aQueuedRun(aKilledRecord())
    world.cluster.put('pods', running(aPodOf(aKilledRecord())))
    await pass()
    expect(recordIn(world)?.status.phase).toBe('Queued')
    expect(world.cluster.all('pods')[0]?.metadata?.deletionTimestamp).toBeDefined()
  })

  test('on the record calls no pod an orphan: it asks and finds the record', async () => {
    aQueuedRun()
    const blind = aRunner(world)
    world.cluster.put('pods', running(aPodOf(aRecord())))
    blind.effects.cache.podSink().replace(world.cluster.all('pods'))
    await reconcile(RUN_KEY, { effects: blind.effects, holdsSlot: () => true, recordTtlMs: RECORD_TTL_MS, pendingBudgets: PENDING_BUDGETS_MS })
    expect(world.cluster.all('pods')[0]?.metadata?.deletionTimestamp).toBeUndefined()
    expect(blind.effects.cache.run(RUN_KEY).record).toBeDefined()
  })
})

describe('the payload', () => {
  test('is asked for once, by a create that leaves nothing', async () => {
    aQueuedRun()
    await pass()
    await pass()
    expect(world.cluster.calls.filter((call) => call.endsWith('secrets'))).toEqual(['dryRun secrets'])
    expect(world.cluster.all('secrets')).toHaveLength(1)
  })

  const REFUSALS = [
    { code: 'QuotaExceeded', message: 'exceeded quota: secrets', failureClass: 'Unschedulable' },
    { code: 'Rejected', message: 'admission webhook "labels.example.com" denied the request', failureClass: 'Rejected' },
    { code: 'Invalid', message: 'admission webhook "x" does not support dry run', failureClass: 'Rejected' },
    { code: 'Unavailable', message: 'failed calling webhook "labels.example.com"', failureClass: 'Rejected' },
  ] as const

  test.each(REFUSALS)('that cannot be asked for ($message) holds the run back, told so once, until the cluster answers', async (refusal) => {
    const { code, message, failureClass } = refusal
    aQueuedRun()
    for (let tries = 0; tries < 2; tries += 1) {
      world.cluster.failNext('dryRun', code, { kind: 'secrets', message })
      expect(await pass()).toEqual({ requeueAfterMs: 15_000 })
    }
    expect(world.cluster.all('pods')).toEqual([])
    const failure = { name: failureClass, error: expect.stringContaining(`the cluster does not say whether the payload of the run is there: ${message}`) }
    expect(world.collate.history).toMatchObject([{ pipelineState: 'queued', status: [{ failures: [failure] }] }])
    await pass()
    expect(world.cluster.all('pods')).toHaveLength(1)
  })

  test.each(REFUSALS)('that cannot be asked for ($message) holds no run back whose request cannot come again', async ({ code, message }) => {
    aQueuedRun()
    world.clock.nowMs = lastRepeatMs(aRecord())
    world.cluster.failNext('dryRun', code, { kind: 'secrets', message })
    expect(await pass()).toEqual({})
    expect(world.cluster.all('pods')).toHaveLength(1)
    expect(world.collate.history).toEqual([])
  })

  test.each(['Forbidden', 'Unavailable'] as const)('that cannot be asked for now (%s) is tried again as any failure is', async (code) => {
    aQueuedRun()
    world.cluster.failNext('dryRun', code, { kind: 'secrets' })
    await expect(pass()).rejects.toMatchObject({ code })
    expect(world.collate.history).toEqual([])
  })

  test('that is absent keeps the run from starting until it comes', async () => {
    world.cluster.put('configmaps', storedAs(aRecord()))
    seeRecords()
    expect((await pass()).requeueAfterMs).toBeGreaterThan(0)
    expect(world.cluster.all('pods')).toEqual([])
    expect(world.cluster.all('secrets')).toEqual([])
    runner.effects.payloads.markPresent(aRecord().spec.payload.secretName)
    await pass()
    expect(world.cluster.all('pods')).toHaveLength(1)
  })
})

describe('a record of a newer version', () => {
  test('is left alone with its pod, and reported once', async () => {
    const newer = storedAs(anEndedRecord())
    world.cluster.put('configmaps', { ...newer, data: { ...newer.data, schemaVersion: '2' } })
    world.cluster.put('pods', exited(aPodOf(aRecord()), 0))
    seeRecords()
    seePods()
    seeRecords()
    world.cluster.calls.length = 0
    expect(await pass()).toEqual({})
    expect(world.cluster.calls).toEqual([])
    expect(runner.logged).toMatchObject([{ level: 'error', fields: { record: RUN_KEY }, message: expect.stringContaining('newer than 1') }])
  })

  test('is found to be so also by a pass that sees only its pod', async () => {
    const newer = storedAs(anEndedRecord())
    world.cluster.put('configmaps', { ...newer, data: { ...newer.data, schemaVersion: '2' } })
    world.cluster.put('pods', exited(aPodOf(aRecord()), 0))
    seePods()
    await pass()
    expect(world.cluster.writes()).toEqual([])
    expect(endsTold(world)).toEqual([])
  })
})

describe('an orphan', () => {
  test('is kept until Collate has its end', async () => {
    world.cluster.put('pods', exited(aPodOf(aRecord()), 3))
    seePods()
    world.collate.trouble = 'Unavailable'
    await expect(pass()).rejects.toThrow('could not be told')
    expect(world.cluster.all('pods')[0]?.metadata?.finalizers).toHaveLength(1)
    world.collate.trouble = undefined
    await pass()
    expect(endsTold(world)).toEqual(['failed'])
    expect(world.cluster.all('pods')[0]?.metadata?.finalizers).toHaveLength(0)
  })
})

describe('finalizers of others', () => {
  test('stay on pod and record', async () => {
    const record = aRecord()
    aQueuedRun({ ...record, finalizers: ['example.com/theirs', ...record.finalizers] })
    const pod = exited(aPodOf(record), 0)
    world.cluster.put('pods', { ...pod, metadata: { ...pod.metadata, finalizers: ['example.com/theirs', ...(pod.metadata?.finalizers ?? [])] } })
    seePods()
    await pass()
    expect(world.cluster.all('pods')[0]?.metadata?.finalizers).toEqual(['example.com/theirs'])
    expect(recordIn(world)?.finalizers).toEqual(['example.com/theirs'])
  })
})

test('finalizers that moved since the pod was last seen are not mixed up: the release conflicts and is tried again', async () => {
  world.cluster.put('configmaps', storedAs(anEndedRecord()))
  const pod = world.cluster.put('pods', exited(aPodOf(aRecord()), 0))
  seeRecords()
  seePods()
  const ours = pod.metadata?.finalizers ?? []
  world.cluster.put('pods', { ...pod, metadata: { ...pod.metadata, finalizers: ['example.com/theirs', ...ours] } })
  await expect(pass()).rejects.toMatchObject({ code: 'Conflict' })
  expect(world.cluster.all('pods')[0]?.metadata?.finalizers).toEqual(['example.com/theirs', ...ours])
  seePods()
  await pass()
  expect(world.cluster.all('pods')[0]?.metadata?.finalizers).toEqual(['example.com/theirs'])
})

test('a pod that went between plan and release is no trouble', async () => {
  world.cluster.put('configmaps', storedAs(anEndedRecord()))
  const pod = world.cluster.put('pods', exited(onNode(aPodOf(aRecord())), 0, { atMs: NOW_MS }))
  seeRecords()
  seePods()
  await world.cluster.mergePatch('pods', pod.metadata?.name ?? '', { metadata: { finalizers: null } } as object)
  await world.cluster.delete('pods', pod.metadata?.name ?? '', { uid: pod.metadata?.uid ?? '' })
  await pass()
  expect(runner.effects.cache.run(RUN_KEY).pods).toEqual([])
})
