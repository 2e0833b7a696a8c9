/** The node loses its power under runs and under the runner: a minute or two, and a cluster of its own, so only when nothing is left out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callJson } from '../cluster/kubernetes-api.ts'
import { turnOffNode } from '../cluster/rebooted-node.ts'
import { expectExactlyOnce, untilAllSettled } from './aftermath.ts'
import { keepAsking } from './ask.ts'
import { BY_REBOOT, expectEnds } from './expected-ends.ts'
import { keepAccount } from './outage-account.ts'
import { INSTALL_TIMEOUT_MS, openOutageStage, type OutageStage } from './outage-stage.ts'
import { startWork } from './work.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

describe.runIf(IS_ALL)('a node that loses its power', () => {
  let stage: OutageStage
  beforeAll(async () => {
    stage = await openOutageStage('outage-reboot', { ownCluster: 'outage-reboot' })
  }, INSTALL_TIMEOUT_MS)
  afterAll(async () => stage?.stop())

  test('and comes back: what ran is told as lost, what may be tried again is, and nothing starts twice', async () => {
    const { cluster, collate } = stage.place
    const { agentId } = stage.released.scenario
    const work = await startWork(stage, { longSeconds: 60 })
    const asking = keepAsking(stage)
    const node = await turnOffNode(cluster)
    await collate.waitForRunner(agentId, 'Inactive')
    await node.turnOn()
    await collate.waitForRunner(agentId, 'Active')
    expect(await asking.stop()).toBeGreaterThan(0)
    const ends = await untilAllSettled(stage)
    await keepAccount(stage, 'reboot')
    const { items } = (await callJson(cluster.api, { method: 'GET', path: '/api/v1/namespaces/default/events' })) as {
      readonly items: readonly { readonly reason: string }[]
    }
    expect(items.map(({ reason }) => reason)).toContain('Rebooted')
    expectEnds(work, ends, BY_REBOOT)
    await expectExactlyOnce(stage)
  })
})
