/** Runs that wait longer than they may: given up, with the reason, and their pods gone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import { openPlace, type Place } from './place.ts'
import { accepted, expectOneStart, failureIn, historyOf, policyOf } from './run-story.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { endOn, podOf, recordOf, untilSettled } from './settled.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'given-up' })
})
afterAll(async () => place?.stop())

const NOWHERE = policyOf({ nodeSelector: { 'example.com/pool': 'nowhere' } })

const waits = [
  {
    name: 'an image that cannot be had',
    agentId: 'no-image',
    environment: {
      INGESTION_IMAGE: 'localhost/no-such-image:1',
      DYNAMIC_INGESTION_VERSION_ENABLED: 'false',
      PENDING_IMAGE_NOT_FOUND_SECONDS: '2',
      PENDING_IMAGE_UNAUTHORIZED_SECONDS: '2',
      PENDING_IMAGE_UNREACHABLE_SECONDS: '2',
    },
    failureClass: 'ImagePull',
    words: /given up after 2 s \(PENDING_IMAGE_/,
  },
  {
    name: 'a node that there is not',
    agentId: 'no-node',
    environment: { ...NOWHERE, PENDING_UNSCHEDULABLE_SECONDS: '3' },
    failureClass: 'Unschedulable',
    words: /didn't match Pod's node affinity\/selector.*given up after 3 s \(PENDING_UNSCHEDULABLE_SECONDS\)/,
  },
]

describe.concurrent('a run that waits too long for', () => {
  test.for(waits)('$name is given up, and its pod ends', async ({ agentId, environment, failureClass, words }) => {
    const scenario = await startScenario({ place, agentId, environment })
    try {
      const { runId } = await accepted(scenario, {})
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'failed', failureClass, message: expect.stringMatching(words) })
      const told = await scenario.collate.waitForStatus({ runId, state: 'failed' })
      expect(failureIn(told.status)).toMatchObject({ name: failureClass, error: expect.stringMatching(words) })
      expect((await historyOf(scenario, runId)).at(-1)).toBe('failed by runner')
      await waitFor(async () => ((await podOf(scenario, runId)) === undefined ? true : undefined), { what: 'the end of the pod' })
      await expectOneStart(scenario, runId)
    } finally {
      await scenario.stop()
    }
  })

  test('a node that an autoscaler brings is not given up when another one is', async () => {
    const scenario = await startScenario({ place, agentId: 'scaled-up', environment: { ...NOWHERE, PENDING_UNSCHEDULABLE_SECONDS: '10' } })
    try {
      const scaled = await accepted(scenario, {})
      await tellOfScaleUp(scenario, scaled.runId)
      const alone = await accepted(scenario, {})
      expect(await untilSettled(scenario, alone.runId)).toMatchObject({ state: 'failed', failureClass: 'Unschedulable' })
      const record = await recordOf(scenario, scaled.runId)
      expect([record?.data?.['phase'], record?.data?.['kill'], endOn(record)]).toEqual(['Queued', undefined, undefined])
      expect((await podOf(scenario, scaled.runId))?.metadata.deletionTimestamp).toBeUndefined()
      await scenario.kill(scaled.runId)
      expect(await untilSettled(scenario, scaled.runId)).toMatchObject({ state: 'stopped' })
    } finally {
      await scenario.stop()
    }
  })
})

/** As cluster-autoscaler does. */
async function tellOfScaleUp(scenario: Scenario, runId: string): Promise<void> {
  const { namespace, cluster } = scenario
  const pod = await waitFor(async () => podOf(scenario, runId), { what: 'the pod' })
  const { name, uid } = pod.metadata
  const time = new Date().toISOString().replace(/\.\d+Z/, 'Z')
  const body = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.scale-up`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid },
    type: 'Normal',
    reason: 'TriggeredScaleUp',
    message: 'pod triggered scale-up: [{pool 1->2 (max: 3)}]',
    source: { component: 'cluster-autoscaler' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  }
  await callJson(cluster.api, { method: 'POST', path: `/api/v1/namespaces/${namespace}/events`, body })
}
