/**
 * The same outages where each run is a Workflow of the real Argo, whose controller and executor go through them, too: minutes, and a cluster of its own,
 * so only when nothing is left out.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { killDaemon, untilApiServerReady } from '../cluster/killed-daemon.ts'
import { turnOffNode } from '../cluster/rebooted-node.ts'
import { waitFor } from '../cluster/waiting.ts'
import { endOn } from '../scenario/settled.ts'
import { expectExactlyOnce, untilAllSettled } from './aftermath.ts'
import { keepAsking } from './ask.ts'
import { BY_REBOOT, expectEnds } from './expected-ends.ts'
import { keepAccount } from './outage-account.ts'
import { INSTALL_TIMEOUT_MS, openOutageStage, type OutageStage } from './outage-stage.ts'
import { startWork } from './work.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

describe.runIf(IS_ALL)('under Argo', () => {
  let stage: OutageStage
  beforeAll(async () => {
    stage = await openOutageStage('outage-argo', { ownCluster: 'outage-argo', executor: 'argo' })
  }, INSTALL_TIMEOUT_MS)
  afterAll(async () => stage?.stop())

  test('Collate away: what ends meanwhile is told once when it is back', async () => {
    const { collate } = stage.place
    const { scenario } = stage.released
    const work = await startWork(stage, { longSeconds: 20 })
    await collate.stopListening()
    const hasEnded = async (): Promise<true | undefined> => {
      const untold = (await scenario.records()).filter((record) => endOn(record)?.isAcknowledged === false)
      return untold.length >= 3 ? true : undefined
    }
    await waitFor(hasEnded, { what: 'three ends that Collate does not have' })
    await collate.listenAgain()
    await collate.waitForRunner(scenario.agentId, 'Active')
    expectEnds(work, await untilAllSettled(stage))
    await expectExactlyOnce(stage)
  })

  test('the API server killed until the runner has lost its lease: everything ends once', async () => {
    const { cluster, collate } = stage.place
    const { agentId } = stage.released.scenario
    const work = await startWork(stage, { longSeconds: 45 })
    const asking = keepAsking(stage)
    const apiServer = await killDaemon(cluster, 'kube-apiserver')
    await collate.waitForRunner(agentId, 'Inactive')
    apiServer.startAgain()
    await untilApiServerReady(cluster)
    await collate.waitForRunner(agentId, 'Active')
    expect(await asking.stop()).toBeGreaterThan(0)
    const ends = await untilAllSettled(stage)
    await keepAccount(stage, 'argo-api-server')
    expectEnds(work, ends)
    await expectExactlyOnce(stage, { mayLackCreations: true })
  })

  test('a node that loses its power and comes back: what ran is told as lost, and nothing starts twice', async () => {
    const { cluster, collate } = stage.place
    const { agentId } = stage.released.scenario
    const work = await startWork(stage, { longSeconds: 60 })
    const node = await turnOffNode(cluster)
    await collate.waitForRunner(agentId, 'Inactive')
    await node.turnOn()
    await collate.waitForRunner(agentId, 'Active')
    const ends = await untilAllSettled(stage)
    await keepAccount(stage, 'argo-reboot')
    expectEnds(work, ends, BY_REBOOT)
    await expectExactlyOnce(stage)
  })
})
