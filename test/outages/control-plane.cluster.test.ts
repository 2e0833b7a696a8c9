/** API server and etcd are killed in the middle of runs and of new requests: minutes in all, and a cluster of its own, so only when nothing is left out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { killDaemon, untilApiServerReady } from '../cluster/killed-daemon.ts'
import { expectExactlyOnce, untilAllSettled } from './aftermath.ts'
import { keepAsking } from './ask.ts'
import { expectEnds } from './expected-ends.ts'
import { keepAccount } from './outage-account.ts'
import { INSTALL_TIMEOUT_MS, openOutageStage, type OutageStage } from './outage-stage.ts'
import { startWork } from './work.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

describe.runIf(IS_ALL)('a control plane whose', () => {
  let stage: OutageStage
  beforeAll(async () => {
    stage = await openOutageStage('outage-control-plane', { ownCluster: 'outage-control' })
  }, INSTALL_TIMEOUT_MS)
  afterAll(async () => stage?.stop())

  test.for(['kube-apiserver', 'etcd'] as const)(
    '%s is killed, and comes back at once, and then after the runner has lost its lease: everything ends once',
    async (daemon) => {
      const { cluster, collate } = stage.place
      const { agentId } = stage.released.scenario
      const work = await startWork(stage, { longSeconds: 45 })
      const asking = keepAsking(stage)

      const shortly = await killDaemon(cluster, daemon)
      shortly.startAgain()
      await untilApiServerReady(cluster)
      await collate.waitForRunner(agentId, 'Active')

      const forLong = await killDaemon(cluster, daemon)
      await collate.waitForRunner(agentId, 'Inactive')
      forLong.startAgain()
      await untilApiServerReady(cluster)
      await collate.waitForRunner(agentId, 'Active')
      const accepted = await asking.stop()
      console.log(`${daemon}: ${accepted} of the requests meanwhile were accepted; the others were told: ${[...asking.refusals].join(' | ')}`)
      expect(accepted).toBeGreaterThan(0)
      expect(asking.refusals.size).toBeGreaterThan(0)

      const ends = await untilAllSettled(stage)
      await keepAccount(stage, daemon)
      expectEnds(work, ends)
      await expectExactlyOnce(stage, { mayLackCreations: true })
    },
  )
})
