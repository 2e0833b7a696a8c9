/**
 * kill -9 of the runner at every write by which a run is tried again, and by which one is stopped. Whatever the moment: each attempt
 * has exactly one pod, the run ends once, and `stopped` is told of a pod that has ended.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import { podsEverStarted } from '../scenario/audit-log.ts'
import { openPlace, type Place } from '../scenario/place.ts'
import type { RequestOptions } from '../scenario/run-request.ts'
import { endOn, recordOf, untilSettled } from '../scenario/settled.ts'
import { type Arm, atCall, atReport, FINALIZER_OFF, openStage, pipelineOf, POD_CREATE, POD_DELETE, RECORD_PATCH, type Stage } from './crash-stage.ts'

interface Moment {
  readonly name: string
  readonly arm: Arm
}

/** The first attempt fails without a word of its own, the second one ends well. */
const RETRIED: Partial<RequestOptions> = { simulate: { failAttempts: 1 }, retries: 1, retryDelay: 1 }

const OF_A_RETRY: readonly Moment[] = [
  { name: 'before Collate is told of it', arm: atReport('beforeWork') },
  { name: 'after Collate has taken it and before the runner knows', arm: atReport('beforeAnswer') },
  { name: 'before the attempt is on the record', arm: atCall(RECORD_PATCH, 'before') },
  { name: 'after the attempt is on the record and before the runner knows', arm: atCall(RECORD_PATCH, 'after') },
  { name: 'before the pod of the first attempt is let go', arm: atCall(FINALIZER_OFF, 'before') },
  { name: 'after the pod of the first attempt is let go and before the runner knows', arm: atCall(FINALIZER_OFF, 'after') },
  { name: 'before the pod of the second attempt is created', arm: atCall(POD_CREATE, 'before', 1) },
  { name: 'after the pod of the second attempt is created and before the runner knows', arm: atCall(POD_CREATE, 'after', 1) },
]

const OF_A_KILL: readonly Moment[] = [
  { name: 'before the wish is on the record', arm: atCall(RECORD_PATCH, 'before') },
  { name: 'after the wish is on the record and before the server knows', arm: atCall(RECORD_PATCH, 'after') },
  { name: 'before the pod is deleted', arm: atCall(POD_DELETE, 'before') },
  { name: 'after the pod is deleted and before the runner knows', arm: atCall(POD_DELETE, 'after') },
  { name: 'before Collate is told', arm: atReport('beforeWork') },
  { name: 'after Collate is told and before the runner knows', arm: atReport('beforeAnswer') },
  { name: 'before the end is on the record', arm: atCall(RECORD_PATCH, 'before', 1) },
  { name: 'after the end is on the record and before the runner knows', arm: atCall(RECORD_PATCH, 'after', 1) },
  { name: 'before the pod is let go', arm: atCall(FINALIZER_OFF, 'before') },
  { name: 'after the pod is let go and before the runner knows', arm: atCall(FINALIZER_OFF, 'after') },
]

let place: Place
beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'crash-attempts' })
})
afterAll(async () => place?.stop())

async function onStage(agentId: string, play: (stage: Stage, kubeconfig: string) => Promise<void>): Promise<void> {
  const stage = await openStage(place, agentId)
  try {
    await play(stage, await stage.proxy.writeKubeconfig(stage.scenario.kubeconfig))
  } finally {
    await stage.scenario.stop()
    await stage.proxy.stop()
  }
}

/** Waits for the moment, kills the runner there and starts another one. */
async function dieAndComeBack({ scenario, proxy }: Stage, kubeconfig: string, moment: () => Promise<unknown>): Promise<void> {
  const undo = await moment()
  await scenario.runner().kill()
  proxy.clear()
  if (typeof undo === 'function') await undo()
  await scenario.startRunner({ KUBECONFIG: kubeconfig })
}

describe.concurrent('a runner killed with -9 while a run is tried again,', () => {
  it.for(OF_A_RETRY.map((moment, index) => ({ ...moment, agentId: `retry-${index}` })))('$name', async ({ agentId, arm }) => {
    await onStage(agentId, async (stage, kubeconfig) => {
      const { scenario } = stage
      await scenario.startRunner({ KUBECONFIG: kubeconfig })
      const request = scenario.request({ pipelineName: pipelineOf(scenario), ...RETRIED })
      const { runId } = request
      const moment = await arm(stage, runId)
      expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
      await dieAndComeBack(stage, kubeconfig, moment)
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      const started = await podsEverStarted(scenario, runId)
      expect(started.map(({ name }) => name.slice(-2)).toSorted()).toEqual(['-1', '-2'])
      expect((await recordOf(scenario, runId))?.data).toMatchObject({ attempt: '2' })
      const states = (await scenario.collate.history({ runId })).map(({ status }) => status.pipelineState)
      expect(states.filter((state) => state !== 'queued')).toEqual(['running', 'running', 'success'])
      expect(await scenario.collate.status(request.ingestionPipeline.fullyQualifiedName, runId)).toMatchObject({ pipelineState: 'success' })
    })
  })
})

describe.concurrent('a runner killed with -9 while a run is stopped,', () => {
  it.for(OF_A_KILL.map((moment, index) => ({ ...moment, agentId: `kill-${index}` })))('$name', async ({ agentId, arm }) => {
    await onStage(agentId, async (stage, kubeconfig) => {
      const { scenario } = stage
      await scenario.startRunner({ KUBECONFIG: kubeconfig })
      const request = scenario.request({ pipelineName: pipelineOf(scenario), simulate: { seconds: 300 } })
      const { runId } = request
      expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
      await scenario.collate.waitForStatus({ runId, state: 'running' })
      const moment = await arm(stage, runId)
      const answer = scenario.kill(runId).catch(() => undefined)
      await dieAndComeBack(stage, kubeconfig, moment)
      await answer
      // The server repeats what was not answered; for what was, a repeat changes nothing.
      expect(await scenario.kill(runId)).toMatchObject({ result: { code: 200 } })
      await scenario.collate.waitForStatus({ runId, state: 'stopped' })
      await expectNothingRuns(stage)
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'stopped' })
      expect(endOn(await recordOf(scenario, runId))?.state).toBe('stopped')
      expect(await podsEverStarted(scenario, runId)).toHaveLength(1)
      expect((await scenario.collate.history({ runId })).map(({ status }) => status.pipelineState)).toEqual(['running', 'stopped'])
    })
  })
})

/** When `stopped` is told, the pod has ended. */
async function expectNothingRuns({ scenario }: Stage): Promise<void> {
  const pods = await waitFor(async () => scenario.pods(), { what: 'the list of pods' })
  expect(pods.filter(({ status }) => status?.['phase'] !== 'Succeeded' && status?.['phase'] !== 'Failed')).toEqual([])
}
