import { describe, expect, test } from 'vitest'
import { END_RECORDED_FINALIZER, LABEL_RECORD } from '../../../compiler/labels.ts'
import { parseRecord } from '../../../compiler/record-config-map.ts'
import { isAskedAtScreen } from '../../../compiler/workflow/automation.ts'
import { plan } from '../../../reconciler/plan/plan.ts'
import { reconcile } from '../../../reconciler/reconcile.ts'
import { must } from '../../compiler/examples/must.ts'
import { storedAs } from '../../support/a-record.ts'
import { aPayloadNamed, aRunner, aWorld, PENDING_BUDGETS_MS, RECORD_TTL_MS, type TestRunner, type World } from '../../support/a-runner.ts'
import { inWords, observationOf, type Situation } from '../../support/a-situation.ts'
import { stepPods } from '../../support/fake-kubelet.ts'
import { PLAN_ROWS } from './plan.rows.ts'

const ROUNDS = 8
const ROUND_MS = 5 * 60_000

describe('whatever is found, a few rounds lead to a state with nothing left to do', () => {
  test.each(PLAN_ROWS)('from: $name', async ({ found }) => {
    const world = worldOf(found)
    const runner = aRunner(world)
    const key = found.record?.name ?? found.pods?.[0]?.metadata?.labels?.[LABEL_RECORD] ?? 'none'
    for (let round = 0; round < ROUNDS; round += 1) {
      await oneRound(key, world, runner, found)
      stepPods(world.cluster, world.clock.nowMs)
      world.cluster.collectGarbage()
      world.clock.nowMs += ROUND_MS
    }
    expect(leftToDo(key, world, runner, found)).toEqual([])
    expectNothingStuck(world, found)
    expect(runner.counted.starts).toBeLessThanOrEqual(1)
    expect(runner.counted.ends.length).toBeLessThanOrEqual(1)
  })
})

function worldOf({ record, pods = [], payload = 'present', nowMs }: Situation): World {
  const world = aWorld()
  world.clock.nowMs = nowMs ?? world.clock.nowMs + 60_000
  if (record !== undefined) world.cluster.put('configmaps', storedAs(record))
  if (record !== undefined && payload === 'present') world.cluster.put('secrets', aPayloadNamed(record.spec.payload.secretName))
  for (const pod of pods) world.cluster.put('pods', pod)
  return world
}

async function oneRound(key: string, world: World, runner: TestRunner, found: Situation): Promise<void> {
  look(world, runner)
  await reconcile(key, { effects: runner.effects, holdsSlot: () => found.holdsSlot ?? true, recordTtlMs: RECORD_TTL_MS, pendingBudgets: PENDING_BUDGETS_MS })
}

function look({ cluster }: World, { effects }: TestRunner): void {
  effects.cache.recordSink().replace(cluster.all('configmaps'))
  effects.cache.podSink().replace(cluster.all('pods'))
}

function leftToDo(key: string, world: World, runner: TestRunner, found: Situation): string[] {
  look(world, runner)
  const run = runner.effects.cache.run(key)
  const seen = observationOf({ ...found, nowMs: world.clock.nowMs })
  // The Job of a run by schedule is gone by now.
  const { record: _, vanishedPod: __, job: ___, ...rest } = seen
  return plan({ ...rest, ...run }).actions.map(inWords)
}

/** No pod is kept by us, every end is told, and told once, and who had to wait still waits. */
function expectNothingStuck({ cluster, collate }: World, { record, holdsSlot = true }: Situation): void {
  for (const pod of cluster.all('pods')) expect(pod.metadata?.finalizers ?? []).not.toContain(END_RECORDED_FINALIZER)
  const [left] = cluster.all('configmaps')
  if (left !== undefined) {
    const { status } = must(parseRecord(left))
    const mayWait = !holdsSlot && record?.status.kill === undefined && (record === undefined || !isAskedAtScreen(record.spec))
    expect(status).toMatchObject(mayWait ? { phase: 'Queued' } : { phase: 'Ended', end: { isAcknowledged: true } })
  }
  expect(collate.history.filter(({ pipelineState }) => pipelineState !== 'queued').length).toBeLessThanOrEqual(1)
}
