import { beforeEach, describe, expect, test } from 'vitest'
import { LABEL_ROLE } from '../../../compiler/labels.ts'
import { RUN_ROLE } from '../../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../../compiler/record.ts'
import { RunCache } from '../../../reconciler/cache/run-cache.ts'
import { PublishedLimits } from '../../../reconciler/cli/published-limits.ts'
import { nextToStart, rowsOf, type RunRow } from '../../../reconciler/cli/run-rows.ts'
import { FactsStore } from '../../../reconciler/facts/facts-store.ts'
import type { Limits } from '../../../reconciler/queue/limits.ts'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { aMetadataRun, withPipeline } from '../../compiler/examples/run-request.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../../support/a-runner.ts'

const LIMITS: Limits = { maxActiveRuns: 2, maxActiveRunsByType: { profiler: 1 }, automationSlots: 1 }

let world: World
let runner: TestRunner
beforeEach(async () => {
  world = aWorld()
  runner = aRunner(world, { limits: LIMITS })
  await runner.controller.start()
})

async function accept(pipelineId: string, pipelineType = 'metadata'): Promise<void> {
  world.clock.nowMs += 1
  const id = `0b8e2a6d-6a55-4f0e-8f3a-${pipelineId.padStart(12, '0')}`
  const request = { ...withPipeline({ id, pipelineType, name: pipelineId, fullyQualifiedName: pipelineId }), runId: crypto.randomUUID() }
  expect(await handleRequest('pipeline/run', request, runner.context)).toMatchObject({ code: 200 })
}

/** Records and pods, read by somebody who is not the runner. */
function whatStands(): RunCache<StoredRecord> {
  const cache = new RunCache<StoredRecord>({ keep: (record) => record, onChange: () => undefined, onUnreadable: () => undefined })
  for (const object of world.cluster.all('configmaps').filter(({ metadata }) => metadata?.labels?.[LABEL_ROLE] === RUN_ROLE)) cache.putRecord(object)
  for (const pod of world.cluster.all('pods')) cache.putPod(pod)
  return cache
}

function rows(limits: Limits | undefined = LIMITS): Pick<RunRow, 'pipeline' | 'place' | 'reason'>[] {
  return rowsOf(whatStands(), () => limits, world.clock.nowMs).map(({ pipeline, place, reason }) => ({ pipeline, place, reason }))
}

describe('the rows of runs', () => {
  test('tell the place of each that waits, and the limit that holds it back, as the runner itself sees it', async () => {
    for (const [id, type] of [['1'], ['1'], ['2', 'profiler'], ['3', 'profiler'], ['4']] as const) await accept(id, type)
    await world.cluster.changes.until(() => world.cluster.all('pods').length === 2)
    expect(rows()).toEqual([
      { pipeline: '1', place: null, reason: '' },
      { pipeline: '1', place: 1, reason: 'its pipeline has 1 of 1 runs active (maxActiveRuns of the pipeline)' },
      { pipeline: '2', place: null, reason: '' },
      { pipeline: '3', place: 2, reason: '1 of 1 runs of type profiler are active (MAX_ACTIVE_RUNS_BY_TYPE)' },
      { pipeline: '4', place: 3, reason: '2 of 2 runs are active (MAX_ACTIVE_RUNS)' },
    ])
    expect(runner.controller.heldBack()).toEqual({ pipeline: 1, type: 1, all: 1 })
  })

  test('name what the records themselves say where the limits of the runner are not known', async () => {
    for (const id of ['1', '1', '2', '3']) await accept(id)
    await world.cluster.changes.until(() => world.cluster.all('pods').length === 2)
    expect(rowsOf(whatStands(), () => undefined, world.clock.nowMs).map(({ reason }) => reason)).toEqual([
      '',
      'its pipeline has 1 of 1 runs active (maxActiveRuns of the pipeline)',
      '',
      'waits for a slot',
    ])
  })

  test('tell why the next to start has no pod where somebody has found out, and of nobody whom a limit holds back', async () => {
    for (let tries = 0; tries < 10; tries += 1) world.cluster.failNext('create', 'QuotaExceeded', { kind: 'pods', message: 'exceeded quota: compute' })
    for (const [id, type] of [['1'], ['1'], ['2', 'profiler']] as const) await accept(id, type)
    const next = nextToStart(whatStands(), () => LIMITS, world.clock.nowMs).map(({ name }) => name)
    expect(next).toHaveLength(2)
    const refusal = { failureClass: 'Unschedulable', message: 'exceeded quota: compute' } as const
    const reasons = rowsOf(
      whatStands(),
      () => LIMITS,
      world.clock.nowMs,
      (name) => (name === next[0] ? refusal : undefined),
    ).map(({ reason }) => reason)
    expect(reasons).toEqual(['Unschedulable/quota: exceeded quota: compute', 'starts next', 'starts next'])
  })

  test('call nobody the next to start whom a limit holds back', async () => {
    for (const id of ['1', '1', '2', '3']) await accept(id)
    await world.cluster.changes.until(() => world.cluster.all('pods').length === 2)
    expect(nextToStart(whatStands(), () => LIMITS, world.clock.nowMs)).toEqual([])
  })
})

test('the limits that a runner writes down are those that are read, once', async () => {
  const agentId = String(aMetadataRun()['runner'])
  const facts = new FactsStore(world.cluster, agentId, runner.effects.log)
  await facts.load()
  await facts.publishLimits(LIMITS)
  const published = new PublishedLimits(world.cluster)
  await published.load([agentId, agentId, 'nobody'])
  await published.load([agentId])
  expect([published.of(agentId), published.of('nobody')]).toEqual([LIMITS, undefined])
  const writes = world.cluster.writes().length
  const again = new FactsStore(world.cluster, agentId, runner.effects.log)
  await again.load()
  await again.publishLimits(LIMITS)
  expect(world.cluster.writes()).toHaveLength(writes)
})
