/** Every way in which a run goes wrong that a cluster can be brought to show: its class, Kubernetes' words, what to do, and its end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callJson } from '../../cluster/kubernetes-api.ts'
import type { Explanation } from '../../../reconciler/explain/explain.ts'
import { run } from '../../cluster/shell.ts'
import { accepted, expectOneStart, failureIn, historyOf } from '../run-story.ts'
import { podOf, untilSettled } from '../settled.ts'
import { CASES_THAT_FAIL } from './cases-that-fail.ts'
import { CASES_THAT_WAIT } from './cases-that-wait.ts'
import type { FailureCase } from './failure-case.ts'
import { expectTold, playCase } from './play-case.ts'
import { openStage, quotaFor, type Stage, TYPE_OF } from './stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => stage?.stop())

/** On a busy machine a report takes its time; the seconds of an idle one are printed by `npm run bench:failures`. */
const PATIENCE = 10

function expectInTime({ limitSeconds }: FailureCase, seconds: number | undefined): void {
  if (limitSeconds === undefined || seconds === undefined) return
  expect(seconds).toBeLessThan(limitSeconds * PATIENCE)
}

describe.concurrent('a run whose', () => {
  test.for(CASES_THAT_FAIL)('$name is told as $failureClass/$cause, with Kubernetes’ words and what to do', async (one, { skip }) => {
    if (one.cause === 'admissionPolicy' && !stage.hasAdmissionPolicies) skip('this Kubernetes serves no admission policies by itself')
    const played = await playCase(one, stage)
    expectTold(one, played)
    expectInTime(one, played.seconds)
    expect((await historyOf(stage.shared, played.run.runId)).at(-1)).toBe('failed by runner')
    if (one.failureClass !== 'Rejected') await expectOneStart(stage.shared, played.run.runId)
  })

  test.for(CASES_THAT_WAIT)('$name waits as $failureClass/$cause, with Kubernetes’ words and what to do, and can be killed', async (one, { skip }) => {
    if (one.failureClass === 'ImagePull' && stage.registry === undefined) skip('the nodes of this cluster are not ours')
    const played = await playCase(one, stage)
    expectTold(one, played)
    expectInTime(one, played.seconds)
    const history = await historyOf(stage.shared, played.run.runId)
    expect(history.filter((state) => !state.startsWith('queued'))).toEqual(['stopped by runner'])
    // A reason is told once, however often it is tried again.
    expect(history.filter((state) => state.startsWith('queued')).length).toBeLessThanOrEqual(2)
  })

  test('namespace has no quota left for pods waits as Unschedulable/quota, and starts by itself once there is room', async () => {
    const { shared, props } = stage
    const { runId } = await accepted(shared, {}, { pipelineType: TYPE_OF.quota })
    const told = await shared.collate.waitForStatus({ runId, state: 'queued', writer: 'runner' })
    const { name, error = '' } = failureIn(told.status) ?? {}
    expect(name).toBe('Unschedulable')
    for (const words of [`exceeded quota: ${props.quota}`, `The quota ${props.quota} of the namespace is used up`, '(Unschedulable/quota: '])
      expect(error).toContain(words)
    const path = `/api/v1/namespaces/${shared.namespace}/resourcequotas/${props.quota}`
    const { spec } = quotaFor(props, 10) as unknown as { readonly spec: object }
    await callJson(shared.cluster.api, { method: 'PATCH', path, body: { spec }, contentType: 'application/merge-patch+json' })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'success' })
    await expectOneStart(shared, runId)
  })
})

describe.concurrent('a run that is killed while it finishes', () => {
  test('keeps the end that its program has told', async () => {
    const { shared } = stage
    const { runId } = await accepted(shared, { lingerSeconds: 30 })
    await shared.collate.waitForStatus({ runId, state: 'success' })
    expect(await shared.kill(runId)).toMatchObject({ result: { code: 200 } })
    expect(await untilSettled(shared, runId)).toMatchObject({ state: 'success' })
    expect(await historyOf(shared, runId)).toEqual(['running by bot', 'success by bot'])
    await expectOneStart(shared, runId)
  })
})

describe.concurrent('hybrid-runner explain', () => {
  /** Throws when its exit code is not 0. */
  async function explained(name: string, kubeconfig: string): Promise<Explanation> {
    const { SIMPLEK8S_PIPELINE_TYPE_CONFIGS = '' } = stage.shared.environment
    const env = { KUBECONFIG: kubeconfig, EXECUTOR_TYPE: 'simpleK8s', SIMPLEK8S_PIPELINE_TYPE_CONFIGS }
    const printed = await run(process.execPath, [stage.place.program, 'explain', name, '-n', stage.place.namespace, '-o', 'json'], { env })
    return JSON.parse(printed) as Explanation
  }

  test('names the taint to an account that may read nodes, by pod as by run id, and says to others that they may not', async () => {
    const { shared, place, props } = stage
    const { runId } = await accepted(shared, {}, { pipelineType: TYPE_OF.taint })
    await shared.collate.waitForStatus({ runId, state: 'queued', writer: 'runner' })
    const pod = (await podOf(shared, runId))?.metadata.name ?? ''
    const [byPod, byRunId, byRunner] = await Promise.all([
      explained(pod, place.cluster.kubeconfigPath),
      explained(runId, place.cluster.kubeconfigPath),
      explained(pod, place.kubeconfig),
    ])
    await shared.kill(runId)
    expect(byPod).toMatchObject({ pod, runId, state: 'waiting', failure: { failureClass: 'Unschedulable', cause: 'taint' } })
    expect(byPod.failure?.remedy).toContain('The nodes have the taint example.com/dedicated=others:NoSchedule.')
    // Kubernetes taints a node without a kubelet itself, too, after a while.
    const note = byPod.notes.find((text) => text.startsWith(`${props.taintedNode}: `))
    expect(note).toContain('has the taint example.com/dedicated=others:NoSchedule, which the pod does not tolerate')
    expect(byRunId).toMatchObject({ pod, failure: byPod.failure })
    expect(byRunner.notes.join()).toContain('may not read nodes')
  })

  test('tells of a run that has ended what its record says', async () => {
    const { shared, place } = stage
    const { runId } = await accepted(shared, { allocateMiB: 128 })
    await untilSettled(shared, runId)
    expect(await explained(runId, place.cluster.kubeconfigPath)).toMatchObject({
      state: 'failed',
      failure: { failureClass: 'OOMKilled', message: expect.stringContaining('64Mi') },
    })
  })
})
