/**
 * Somebody deletes what belongs to a run, or its node goes; once while the runner is there, once while it is not (killed with -9 before,
 * started anew after). Either way the run has one truthful end, and nothing is stuck.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunEnd } from '../../compiler/record.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import { podsEverStarted } from '../scenario/audit-log.ts'
import type { Gate } from '../scenario/gates.ts'
import { openPlace, type Place } from '../scenario/place.ts'
import { accepted, failureIn, historyOf, policyOf } from '../scenario/run-story.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { podOf, recordOf, untilGone, untilSettled } from '../scenario/settled.ts'
import { createGhostNode, type GhostNode, placementOnGhost } from './ghost-node.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'by-hand' })
})
afterAll(async () => place?.stop())

type RunnerIs = 'there' | 'down'

/** Does by hand what is to be done, while the runner is there or down; a runner that was down is started again after. */
async function whileRunnerIs(runnerIs: RunnerIs, scenario: Scenario, deed: () => Promise<unknown>): Promise<void> {
  if (runnerIs === 'down') await scenario.runner().kill()
  await deed()
  if (runnerIs === 'down') await scenario.startRunner()
}

async function withRunner(agentId: string, environment: Readonly<Record<string, string>>, body: (scenario: Scenario) => Promise<void>): Promise<void> {
  const scenario = await prepareScenario({ place, agentId, environment })
  try {
    await scenario.startRunner()
    await body(scenario)
  } finally {
    await scenario.stop()
  }
}

async function remove(resource: string, name: string | undefined): Promise<void> {
  const path = `/api/v1/namespaces/${place.namespace}/${resource}/${name ?? ''}`
  await callJson(place.cluster.api, { method: 'DELETE', path, body: { propagationPolicy: 'Background' } })
}

/** Deletes an object whatever holds it. */
async function removeByForce(resource: string, name: string | undefined): Promise<void> {
  await remove(resource, name)
  const path = `/api/v1/namespaces/${place.namespace}/${resource}/${name ?? ''}`
  await place.cluster.api({ method: 'PATCH', path, body: { metadata: { finalizers: null } }, contentType: 'application/merge-patch+json' })
}

async function payloadOf(scenario: Scenario, runId: string): Promise<string | undefined> {
  return (await scenario.list('secrets')).find(({ metadata }) => metadata.name.includes(runId))?.metadata.name
}

/** It runs until the gate is open; without one until it is killed. */
async function running(scenario: Scenario, gate?: Gate): Promise<string> {
  const { runId } = await accepted(scenario, { waitAt: (gate ?? (await place.gate())).url, end: 'none' })
  await scenario.collate.waitForStatus({ runId, state: 'running' })
  return runId
}

/** Pods are those that were ever started. */
async function expectOneFailure(scenario: Scenario, runId: string, failureClass: RunEnd['failureClass'], pods: number): Promise<void> {
  const failed = await scenario.collate.waitForStatus({ runId, state: 'failed', writer: 'runner' })
  const { name = '', error = '' } = failureIn(failed.status) ?? {}
  expect(`${name}: ${error}`).toMatch(new RegExp(`^${failureClass}: .`))
  // Kubernetes' words, what to do, and where to read on.
  expect(error.split('\n').length).toBeGreaterThanOrEqual(3)
  expect(error).toMatch(new RegExp(`\\(${failureClass}/(?!other)\\w+: docs/failures.md#`))
  const ends = (await historyOf(scenario, runId)).filter((state) => !/^(queued|running)/.test(state))
  expect(ends).toEqual(['failed by runner'])
  expect(await podsEverStarted(scenario, runId)).toHaveLength(pods)
}

// First, because Kubernetes takes a minute to give up the pods of a node that is gone.
describe.concurrent.each<RunnerIs>(['down', 'there'])('with the runner %s', (runnerIs) => {
  test('a run whose node goes is told as lost with its node', async () => {
    const node: GhostNode = await createGhostNode(place.cluster, `ghost-${place.namespace}-${runnerIs}`)
    try {
      await withRunner(`node-${runnerIs}`, policyOf(placementOnGhost(node.name)), async (scenario) => {
        const { runId } = await accepted(scenario)
        const isScheduled = async (): Promise<string | undefined> => {
          const pod = await podOf(scenario, runId)
          return pod?.spec?.['nodeName'] === node.name ? pod.metadata.name : undefined
        }
        await node.playRunning(place.namespace, await waitFor(isScheduled, { what: 'the pod on the ghost node' }))
        await whileRunnerIs(runnerIs, scenario, node.remove)
        await expectOneFailure(scenario, runId, 'NodeLost', 1)
        expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'failed', failureClass: 'NodeLost' })
      })
    } finally {
      await node.remove()
    }
  })
})

describe.concurrent('a run whose payload is deleted while it waits', () => {
  test('is told so by the restarted runner once no repeat of its request can come any more', async () => {
    await withRunner('queued-payload-down', { MAX_ACTIVE_RUNS: '1' }, async (scenario) => {
      const first = await running(scenario)
      const { runId } = await accepted(scenario, {}, { notAfter: Date.now() + 15_000 })
      await scenario.runner().kill()
      await remove('secrets', await payloadOf(scenario, runId))
      await scenario.startRunner()
      await scenario.kill(first)
      await expectOneFailure(scenario, runId, 'NeverStarted', 0)
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'failed', message: expect.stringContaining('payload') })
    })
  })

  test('gets it back from a repeat of its request, and runs', async () => {
    await withRunner('queued-payload-repeat', { MAX_ACTIVE_RUNS: '1' }, async (scenario) => {
      const first = await running(scenario)
      const request = await accepted(scenario)
      await scenario.runner().kill()
      await remove('secrets', await payloadOf(scenario, request.runId))
      await scenario.startRunner()
      expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
      await scenario.kill(first)
      expect(await untilSettled(scenario, request.runId)).toMatchObject({ state: 'success' })
      expect(await podsEverStarted(scenario, request.runId)).toHaveLength(1)
    })
  })

  test('under the eyes of the runner is given up: nobody can bring it back, and its pipeline is not to be blocked', async () => {
    await withRunner('queued-payload-there', { MAX_ACTIVE_RUNS: '1' }, async (scenario) => {
      const first = await running(scenario)
      const { runId } = await accepted(scenario)
      const payload = await payloadOf(scenario, runId)
      await remove('secrets', payload)
      await scenario.kill(first)
      const told = await scenario.collate.waitForStatus({ runId, state: 'failed', writer: 'runner' })
      expect(failureIn(told.status)).toMatchObject({ name: 'ConfigError', error: expect.stringContaining(`secret "${payload}" not found`) })
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'failed', failureClass: 'ConfigError' })
    })
  })
})

describe.concurrent.each<RunnerIs>(['down', 'there'])('with the runner %s', (runnerIs) => {
  test('a run whose pod is deleted is told as deleted, and not started again', async () => {
    await withRunner(`pod-${runnerIs}`, {}, async (scenario) => {
      const runId = await running(scenario)
      await whileRunnerIs(runnerIs, scenario, async () => remove('pods', (await podOf(scenario, runId))?.metadata.name))
      await expectOneFailure(scenario, runId, 'Deleted', 1)
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'failed', failureClass: 'Deleted' })
    })
  })

  test('a run whose record is deleted while it runs is ended, told as deleted, and leaves nothing', async () => {
    await withRunner(`record-${runnerIs}`, {}, async (scenario) => {
      const runId = await running(scenario)
      await whileRunnerIs(runnerIs, scenario, async () => remove('configmaps', (await recordOf(scenario, runId))?.metadata.name))
      await expectOneFailure(scenario, runId, 'Deleted', 1)
      await untilGone(scenario, runId)
      expect(await recordOf(scenario, runId)).toBeUndefined()
    })
  })

  test('a run whose record is deleted while it waits is told as deleted, never starts, and leaves nothing', async () => {
    await withRunner(`queued-record-${runnerIs}`, { MAX_ACTIVE_RUNS: '1' }, async (scenario) => {
      const first = await running(scenario)
      const { runId } = await accepted(scenario)
      await whileRunnerIs(runnerIs, scenario, async () => remove('configmaps', (await recordOf(scenario, runId))?.metadata.name))
      await expectOneFailure(scenario, runId, 'Deleted', 0)
      await untilGone(scenario, runId)
      expect(await recordOf(scenario, runId)).toBeUndefined()
      await scenario.kill(first)
      expect(await untilSettled(scenario, first)).toMatchObject({ state: 'stopped' })
    })
  })

  test('a run whose record is torn away by force is told by its pod, and leaves nothing', async () => {
    await withRunner(`orphan-${runnerIs}`, {}, async (scenario) => {
      const runId = await running(scenario)
      await whileRunnerIs(runnerIs, scenario, async () => removeByForce('configmaps', (await recordOf(scenario, runId))?.metadata.name))
      await expectOneFailure(scenario, runId, 'Deleted', 1)
      await untilGone(scenario, runId)
      expect(await recordOf(scenario, runId)).toBeUndefined()
    })
  })

  test('a run whose payload is deleted while it runs goes on', async () => {
    await withRunner(`payload-${runnerIs}`, {}, async (scenario) => {
      const gate = await place.gate()
      const runId = await running(scenario, gate)
      await whileRunnerIs(runnerIs, scenario, async () => remove('secrets', await payloadOf(scenario, runId)))
      gate.open()
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      expect(await podsEverStarted(scenario, runId)).toHaveLength(1)
    })
  })
})
