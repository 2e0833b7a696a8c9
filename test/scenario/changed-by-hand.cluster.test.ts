/** Pods that somebody changes by hand while their runs go on: each stays the one start of its run. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LABEL_AGENT, LABEL_ATTEMPT, LABEL_RECORD, LABEL_RUN_ID } from '../../compiler/labels.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import { openPlace, type Place } from './place.ts'
import { accepted, expectOneStart, failureIn } from './run-story.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { podOf, recordOf, untilSettled } from './settled.ts'

let place: Place
let shared: Scenario

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'changed-by-hand' })
  shared = await startScenario({ place, agentId: 'changed-by-hand' })
})
afterAll(async () => {
  await shared?.stop()
  await place?.stop()
})

async function aRunningRun(): Promise<string> {
  const { runId } = await accepted(shared, { seconds: 8 })
  await shared.collate.waitForStatus({ runId, state: 'running' }, 60_000)
  return runId
}

async function patchPod(runId: string, metadata: object): Promise<void> {
  const { namespace, cluster } = shared
  const path = `/api/v1/namespaces/${namespace}/pods/${(await podOf(shared, runId))?.metadata.name}`
  await callJson(cluster.api, { method: 'PATCH', path, body: { metadata }, contentType: 'application/merge-patch+json' })
}

describe.concurrent('a running pod', () => {
  test('that loses its owner ends its run, and is started once', { timeout: 120_000 }, async () => {
    const runId = await aRunningRun()
    await patchPod(runId, { ownerReferences: null })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'success' })
    await expectOneStart(shared, runId)
  })

  test('whose record is deleted with --cascade=orphan is stopped, and its run ends as deleted', { timeout: 120_000 }, async () => {
    const runId = await aRunningRun()
    const { namespace, cluster } = shared
    const path = `/api/v1/namespaces/${namespace}/configmaps/${(await recordOf(shared, runId))?.metadata.name}`
    await callJson(cluster.api, { method: 'DELETE', path, body: { propagationPolicy: 'Orphan' } })
    const told = await shared.collate.waitForStatus({ runId, state: 'failed' }, 60_000)
    expect(failureIn(told.status)).toMatchObject({ name: 'Deleted', error: expect.not.stringContaining('before the run had started') })
    await waitFor(async () => ((await podOf(shared, runId))?.metadata.finalizers === undefined ? true : undefined), {
      what: 'the pod let go',
      timeoutMs: 60_000,
    })
    await expectOneStart(shared, runId)
  })

  test('that loses its labels gets them back and ends its run', { timeout: 120_000 }, async () => {
    const runId = await aRunningRun()
    const lost = Object.fromEntries([LABEL_RECORD, LABEL_AGENT, LABEL_RUN_ID, LABEL_ATTEMPT].map((label) => [label, null]))
    await patchPod(runId, { labels: lost })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'success' })
    expect((await podOf(shared, runId))?.metadata.labels?.[LABEL_RUN_ID]).toBe(runId)
    await expectOneStart(shared, runId)
  })
})
