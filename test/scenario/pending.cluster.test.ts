/** Runs whose pods cannot start: what Collate is told, and that they can be stopped. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlace, type Place } from './place.ts'
import { accepted, expectOneStart, failureIn, historyOf, policyOf } from './run-story.ts'
import { startScenario } from './scenario.ts'
import { untilSettled } from './settled.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'pending' })
})
afterAll(async () => place?.stop())

describe.concurrent('a run that cannot start', () => {
  const policies = [
    {
      name: 'node selector',
      environment: policyOf({ nodeSelector: { 'example.com/pool': 'nowhere' } }),
      words: "didn't match Pod's node affinity/selector",
      failureClass: 'Unschedulable',
    },
    {
      name: 'resources',
      environment: policyOf({ resources: { requests: { cpu: '900' }, limits: { cpu: '900' } } }),
      words: 'Insufficient cpu',
      failureClass: 'Unschedulable',
    },
    {
      name: 'image',
      environment: { INGESTION_IMAGE: 'localhost/no-such-image:1', DYNAMIC_INGESTION_VERSION_ENABLED: 'false' },
      words: 'ErrImagePull',
      failureClass: 'ImagePull',
    },
  ]

  test.for(policies)(
    'for its $name is told as queued in the words of Kubernetes, and can be killed',
    { timeout: 120_000 },
    async ({ name, environment, words, failureClass }) => {
      const scenario = await startScenario({ place, agentId: `without-${name.replace(' ', '-')}`, environment })
      try {
        const { runId, ingestionPipeline } = await accepted(scenario, {})
        const told = await scenario.collate.waitForStatus({ runId, state: 'queued', writer: 'runner' }, 60_000)
        expect(failureIn(told.status)).toMatchObject({ name: failureClass, error: expect.stringContaining(words) })
        expect(await scenario.kill(runId)).toMatchObject({ result: { code: 200 } })
        expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'stopped' })
        expect(await scenario.collate.status(ingestionPipeline.fullyQualifiedName, runId)).toMatchObject({ pipelineState: 'stopped' })
        expect((await historyOf(scenario, runId)).filter((state) => !state.startsWith('queued'))).toEqual(['stopped by runner'])
        await expectOneStart(scenario, runId)
      } finally {
        await scenario.stop()
      }
    },
  )

  test('because of a taint is told as queued in the words of the scheduler, and can be killed', async () => {
    const node = await createTaintedNode(`tainted-${randomUUID().slice(0, 8)}`)
    const scenario = await startScenario({ place, agentId: 'without-toleration', environment: policyOf({ nodeSelector: { 'example.com/pool': node.name } }) })
    try {
      const { runId } = await accepted(scenario, {})
      const told = await scenario.collate.waitForStatus({ runId, state: 'queued', writer: 'runner' }, 60_000)
      expect(failureIn(told.status)).toMatchObject({ name: 'Unschedulable', error: expect.stringContaining('untolerated taint') })
      await scenario.kill(runId)
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'stopped' })
      await expectOneStart(scenario, runId)
    } finally {
      await scenario.stop()
      await node.delete()
    }
  })
})

async function createTaintedNode(name: string): Promise<{ readonly name: string; readonly delete: () => Promise<void> }> {
  const taints = [{ key: 'example.com/dedicated', value: 'others', effect: 'NoSchedule' }]
  const body = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'example.com/pool': name } }, spec: { taints } }
  await place.cluster.api({ method: 'POST', path: '/api/v1/nodes', body })
  return { name, delete: async () => void (await place.cluster.api({ method: 'DELETE', path: `/api/v1/nodes/${name}` })) }
}
