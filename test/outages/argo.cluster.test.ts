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

/** A test connection writes what it finds at Collate: one that cannot fails. */
const EITHER = { state: expect.stringMatching(/^(success|failed)$/) }
const WITHOUT_COLLATE = { quickTest: EITHER, longTest: EITHER }

/** Argo may leave a Workflow Running whose pod has ended: has it look again, as docs/argo.md says, until there is none. */
async function haveArgoLook({ place, released: { scenario } }: OutageStage): Promise<void> {
  const ofRuns = `/apis/argoproj.io/v1alpha1/namespaces/${place.namespace}/workflows`
  const probe = async (): Promise<true> => {
    const [workflows, pods] = [await scenario.list('workflows'), await scenario.pods()]
    const phaseOf = (name: string): string => String(pods.find(({ metadata }) => metadata.name === name)?.status?.['phase'] ?? 'gone')
    const goesOn = (name: string): boolean => !['gone', 'Succeeded', 'Failed'].includes(phaseOf(name))
    const open = workflows.filter(({ status }) => status?.['phase'] === 'Running')
    const left = open.filter(({ metadata }) => !goesOn(metadata.name))
    for (const { metadata } of left) {
      const body = { metadata: { annotations: { looked: new Date().toISOString() } } }
      await place.cluster.api({ method: 'PATCH', path: `${ofRuns}/${metadata.name}`, contentType: 'application/merge-patch+json', body })
    }
    if (open.length > 0) throw new Error(`these go on: ${open.map(({ metadata }) => `${metadata.name}, its pod ${phaseOf(metadata.name)}`).join('; ')}`)
    return true
  }
  await waitFor(probe, { what: 'the end of every Workflow', everyMs: 15_000 })
}

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
    expectEnds(work, await untilAllSettled(stage), WITHOUT_COLLATE)
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
    await haveArgoLook(stage)
    const ends = await untilAllSettled(stage)
    await keepAccount(stage, 'argo-reboot')
    expectEnds(work, ends, BY_REBOOT)
    await expectExactlyOnce(stage)
  })
})
