/** Argo's controller away while a pod goes that it has not yet seen run: it would make that pod again, and the program would start a second time. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API_ROOTS } from '../../reconciler/cluster/cluster.ts'
import { externalKubeconfig } from '../cluster/external-cluster.ts'
import { type KilledDaemon, killDaemon } from '../cluster/killed-daemon.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import { openPlace, type Place } from '../scenario/place.ts'
import type { RunRequest } from '../scenario/run-request.ts'
import { accepted, expectOneStart, historyOf } from '../scenario/run-story.ts'
import { type Scenario, startScenario } from '../scenario/scenario.ts'
import { attemptOf, podOf, untilSettled } from '../scenario/settled.ts'
import { listenForMarks, type ProgramMarks } from './program-marks.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

let place: Place
let scenario: Scenario
let marks: ProgramMarks

/** A run whose program goes on, and of whose pod Argo knows no more than that it has made it. */
async function unseenRun(): Promise<RunRequest & { readonly controller: KilledDaemon }> {
  const request = await accepted(scenario, { seconds: 600, markAt: marks.urlFor(place.cluster.hostIp) })
  await waitFor(() => podOf(scenario, request.runId), { what: 'the pod of the run', everyMs: 50 })
  const controller = await killDaemon(place.cluster, 'workflow-controller')
  await scenario.collate.waitForStatus({ runId: request.runId, state: 'running' })
  return { ...request, controller }
}

/** Argo has looked at all that there was before: it looks in the order of the events, and has taken a later run to its end. */
async function untilArgoHasLooked(): Promise<void> {
  const { runId } = await accepted(scenario)
  expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
}

/** As `kubectl delete --cascade=foreground` does it. */
async function remove(resource: 'pods' | 'workflows', name = ''): Promise<void> {
  const path = `${API_ROOTS[resource]}/namespaces/${place.namespace}/${resource}/${name}`
  await callJson(place.cluster.api, { method: 'DELETE', path, body: { propagationPolicy: 'Foreground' } })
}

async function expectOneProgram(runId: string): Promise<void> {
  expect(marks.all().filter((mark) => mark.event === 'started' && mark.pod.includes(runId))).toHaveLength(1)
  await expectOneStart(scenario, runId)
}

describe.runIf(IS_ALL && externalKubeconfig() === undefined)("a run whose pod goes while Argo's controller is away", () => {
  beforeAll(async () => {
    place = await openPlace({ executor: 'argo', namespacePrefix: 'argo-away', cluster: { name: `argo-away-${process.pid}`, auditLog: true, reuse: false } })
    marks = await listenForMarks()
    scenario = await startScenario({ place })
  })
  afterAll(async () => {
    await scenario?.stop()
    await place?.stop()
    await marks?.stop()
    await place?.cluster.stop()
  })

  test.for<{ readonly name: string; readonly away: (runId: string) => Promise<unknown>; readonly state: string }>([
    { name: 'by a kill', away: async (runId) => scenario.kill(runId), state: 'stopped' },
    { name: 'because somebody deleted its pod', away: async (runId) => remove('pods', (await podOf(scenario, runId))?.metadata.name), state: 'failed' },
    {
      name: 'because somebody deleted its Workflow',
      away: async (runId) => remove('workflows', (await attemptOf(scenario, runId))?.metadata.name),
      state: 'failed',
    },
  ])('$name, and whose end Collate takes late, is not started again', async ({ away, state }) => {
    const { runId, ingestionPipeline, controller } = await unseenRun()
    const hold = await scenario.collate.hold({ method: 'PUT', path: `${ingestionPipeline.fullyQualifiedName}/pipelineStatus`, token: 'runner' })
    await away(runId)
    await hold.waitHeld()
    await waitFor(async () => ((await podOf(scenario, runId)) === undefined ? true : undefined), { what: 'the pod gone', everyMs: 50 })
    controller.startAgain()
    await untilArgoHasLooked()
    await hold.release()
    expect(await untilSettled(scenario, runId)).toMatchObject({ state })
    const [begun, ...ends] = await historyOf(scenario, runId)
    expect(begun).toBe('running by bot')
    // What Collate keeps waiting is told again.
    expect([...new Set(ends)]).toEqual([`${state} by runner`])
    await expectOneProgram(runId)
  })
})
