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

/** It runs until `finish` is called. */
async function aRunningRun(): Promise<{ readonly runId: string; readonly finish: () => void }> {
  const gate = await place.gate()
  const { runId } = await accepted(shared, { waitAt: gate.url })
  await shared.collate.waitForStatus({ runId, state: 'running' })
  return { runId, finish: gate.open }
}

async function patchPod(runId: string, metadata: object): Promise<void> {
  const { namespace, cluster } = shared
  const path = `/api/v1/namespaces/${namespace}/pods/${(await podOf(shared, runId))?.metadata.name}`
  await callJson(cluster.api, { method: 'PATCH', path, body: { metadata }, contentType: 'application/merge-patch+json' })
}

describe.concurrent('a running pod', () => {
  test('that loses its owner ends its run, and is started once', async () => {
    const { runId, finish } = await aRunningRun()
    await patchPod(runId, { ownerReferences: null })
    finish()
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'success' })
    await expectOneStart(shared, runId)
  })

  test('whose record is deleted with --cascade=orphan is stopped, and its run ends as deleted', async () => {
    const { runId } = await aRunningRun()
    const { namespace, cluster } = shared
    const path = `/api/v1/namespaces/${namespace}/configmaps/${(await recordOf(shared, runId))?.metadata.name}`
    await callJson(cluster.api, { method: 'DELETE', path, body: { propagationPolicy: 'Orphan' } })
    const told = await shared.collate.waitForStatus({ runId, state: 'failed' })
    expect(failureIn(told.status)).toMatchObject({ name: 'Deleted', error: expect.not.stringContaining('before the run had started') })
    await waitFor(async () => ((await podOf(shared, runId))?.metadata.finalizers === undefined ? true : undefined), {
      what: 'the pod let go',
    })
    await expectOneStart(shared, runId)
  })

  test('that loses its labels gets them back and ends its run', async () => {
    const { runId, finish } = await aRunningRun()
    const lost = Object.fromEntries([LABEL_RECORD, LABEL_AGENT, LABEL_RUN_ID, LABEL_ATTEMPT].map((label) => [label, null]))
    await patchPod(runId, { labels: lost })
    const isBack = async (): Promise<true | undefined> => ((await podOf(shared, runId))?.metadata.labels?.[LABEL_RUN_ID] === runId ? true : undefined)
    await waitFor(isBack, { what: 'the labels of the pod' })
    finish()
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'success' })
    await expectOneStart(shared, runId)
  })
})
