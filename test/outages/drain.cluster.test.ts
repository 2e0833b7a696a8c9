/** A node is drained by the real kubectl, under runs and under the runner itself: minutes, and a cluster of its own, so only when nothing is left out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runnerPods } from '../charts/released.ts'
import type { CommandError } from '../cluster/shell.ts'
import { waitFor } from '../cluster/waiting.ts'
import { expectExactlyOnce, untilAllSettled } from './aftermath.ts'
import { expectEnds } from './expected-ends.ts'
import { drainNode, uncordonNode } from './node-drain.ts'
import { keepAccount } from './outage-account.ts'
import { INSTALL_TIMEOUT_MS, openOutageStage, type OutageStage, valuesOf } from './outage-stage.ts'
import { startWork } from './work.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const BUDGET = { enabled: true }

/** What was still running was evicted; the small ones may have ended just before, or begin after. */
const BY_DRAIN = {
  long: { state: 'failed', failureClass: 'Evicted' },
  fired: { state: 'failed', failureClass: 'Evicted' },
  longTest: { state: 'failed', failureClass: 'Evicted' },
  failing: { state: 'failed', failureClass: expect.stringMatching(/^(ExitCode|Evicted)$/) },
  silent: { state: expect.stringMatching(/^(success|failed)$/) },
  quickTest: { state: expect.stringMatching(/^(success|failed)$/) },
  queued: { state: expect.stringMatching(/^(success|failed)$/) },
}

describe.runIf(IS_ALL)('a node that is drained', () => {
  let stage: OutageStage
  beforeAll(async () => {
    stage = await openOutageStage('outage-drain', { ownCluster: 'outage-drain', values: { podDisruptionBudget: { ...BUDGET, minAvailable: 1 } } })
  }, INSTALL_TIMEOUT_MS)
  afterAll(async () => stage?.stop())

  test('of all but the runner, which its budget keeps: the ends are told while the node is cordoned, and what is tried again runs after it', async () => {
    const { cluster, collate } = stage.place
    const work = await startWork(stage, { longSeconds: 60 })
    const drain = drainNode(cluster, ['--timeout=30s']).catch((error: unknown) => error)
    for (const runId of [work.long, work.fired]) await collate.waitForStatus({ runId, state: 'failed', writer: 'runner' })
    const kept = await drain
    expect((kept as CommandError).stderr).toContain("Cannot evict pod as it would violate the pod's disruption budget")
    await keepAccount(stage, 'drain-cordoned')
    await uncordonNode(cluster)
    const ends = await untilAllSettled(stage)
    await keepAccount(stage, 'drain-kept')
    expectEnds(work, ends, BY_DRAIN)
    await expectExactlyOnce(stage)
  })

  test('of everything, the runner with it: its successor tells the ends, and the drain ends with them', async () => {
    const { cluster, collate } = stage.place
    const { release, scenario } = stage.released
    await release.upgrade(valuesOf(stage, { podDisruptionBudget: BUDGET }))
    const [before] = await runnerPods(release, stage.place)
    const work = await startWork(stage, { longSeconds: 60 })
    const drain = drainNode(cluster)
    await collate.waitForRunner(scenario.agentId, 'Inactive')
    const hasEmptied = async (): Promise<true | undefined> => {
      const left = (await stage.place.list('pods')).filter(({ status }) => status?.['phase'] === 'Running')
      return left.length === 0 ? true : undefined
    }
    await waitFor(hasEmptied, { what: 'an empty node' })
    await uncordonNode(cluster)
    await collate.waitForRunner(scenario.agentId, 'Active')
    expect(await drain).toContain('drained')
    const ends = await untilAllSettled(stage)
    await keepAccount(stage, 'drain-all')
    const [after] = await runnerPods(release, stage.place)
    expect(after?.metadata.name).not.toBe(before?.metadata.name)
    expectEnds(work, ends, BY_DRAIN)
    await expectExactlyOnce(stage)
  })
})
