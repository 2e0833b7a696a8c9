/** A run under Argo against a cluster in memory: what is created, deleted and let go. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { admit } from '../../compiler/admit.ts'
import type { Workflow } from '../../compiler/argo/workflow-types.ts'
import { acceptRun } from '../../reconciler/request/accept-run.ts'
import { killRun } from '../../reconciler/request/kill-run.ts'
import { aPolicyOf } from '../compiler/examples/policy.ts'
import { aMetadataRun, RUN_ID } from '../compiler/examples/run-request.ts'
import { exited, running } from '../support/a-pod.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../support/a-runner.ts'
import { inPhase, podOfWorkflow } from '../support/a-workflow.ts'
import { recordIn, RUN_KEY } from '../support/run-in-world.ts'

const ARGO = aPolicyOf('argo')
const NAME = `${RUN_KEY}-1`

let world: World
let runner: TestRunner
beforeEach(async () => {
  world = aWorld()
  runner = aRunner(world, { policy: ARGO })
  await runner.controller.start()
})
afterEach(async () => runner.controller.stop())

async function started(): Promise<Workflow> {
  await acceptRun(admit, aMetadataRun(), runner.context)
  return vi.waitFor(() => workflowNow())
}

function workflowNow(): Workflow {
  const workflow = world.cluster.find('workflows', NAME)
  if (workflow === undefined) throw new Error('there is no Workflow')
  return workflow
}

/** The pod that Argo makes, as the cluster has it. */
function putPod(state: (pod: ReturnType<typeof podOfWorkflow>) => ReturnType<typeof podOfWorkflow>): void {
  const record = recordIn(world)
  if (record === undefined) throw new Error('there is no record')
  world.cluster.put('pods', state(podOfWorkflow(workflowNow(), record)))
}

const ended = async (): Promise<void> => world.cluster.changes.until(() => recordIn(world)?.status.phase === 'Ended')

describe('a run under Argo', () => {
  test('costs the same writes as one that is a pod, and its Workflow is let go when its end is on the record', async () => {
    await started()
    putPod((pod) => exited(pod, 0))
    world.cluster.put('workflows', inPhase(workflowNow(), 'Succeeded'))
    await ended()
    await world.cluster.changes.until(() => (workflowNow().metadata.finalizers ?? []).length === 0)
    expect(world.cluster.writes()).toEqual(['create configmaps', 'create secrets', 'create workflows', 'mergePatch configmaps', 'jsonPatch workflows'])
    expect(world.cluster.all('workflows')).toHaveLength(1)
    expect(recordIn(world)?.status.end).toMatchObject({ state: 'success' })
  })

  test('that is killed takes its pod along, and is told as stopped when that has ended', async () => {
    await started()
    putPod(running)
    await killRun({ runner: ARGO.agentId, runId: RUN_ID }, runner.context)
    await world.cluster.changes.until(() => world.cluster.find('pods', NAME)?.metadata?.deletionTimestamp !== undefined)
    expect(recordIn(world)?.status.phase).toBe('Queued')
    putPod((pod) => exited({ ...pod, metadata: { ...world.cluster.find('pods', NAME)?.metadata } }, 143))
    await ended()
    expect(recordIn(world)?.status.end).toMatchObject({ state: 'stopped' })
    expect(world.collate.history.at(-1)).toMatchObject({ pipelineState: 'stopped' })
  })

  test('that is killed is suspended before its pod goes, so that Argo does not make that again', async () => {
    await started()
    putPod(running)
    world.cluster.failNext('delete', 'Unavailable', { kind: 'workflows' })
    await killRun({ runner: ARGO.agentId, runId: RUN_ID }, runner.context)
    await world.cluster.changes.until(() => world.cluster.calls.includes('delete workflows'))
    expect(workflowNow()).toMatchObject({ spec: { suspend: true } })
    expect(workflowNow().metadata.deletionTimestamp).toBeUndefined()
    await world.cluster.changes.until(() => workflowNow().metadata.deletionTimestamp !== undefined)
  })

  test.each(['Invalid', 'Rejected'] as const)('that is killed takes its pod along, though the cluster has its Workflow changed by nobody: %s', async (code) => {
    await started()
    putPod(running)
    world.cluster.failNext('jsonPatch', code, { kind: 'workflows' })
    await killRun({ runner: ARGO.agentId, runId: RUN_ID }, runner.context)
    await world.cluster.changes.until(() => world.cluster.find('pods', NAME)?.metadata?.deletionTimestamp !== undefined)
    expect(workflowNow()).not.toMatchObject({ spec: { suspend: true } })
  })

  test('that is killed while others write on its Workflow is deleted all the same', async () => {
    await started()
    putPod(running)
    world.cluster.failNext('jsonPatch', 'Conflict', { kind: 'workflows' })
    await killRun({ runner: ARGO.agentId, runId: RUN_ID }, runner.context)
    await world.cluster.changes.until(() => workflowNow().metadata.deletionTimestamp !== undefined)
    expect(workflowNow()).toMatchObject({ spec: { suspend: true } })
  })

  test('whose pod no watch has told of is not stopped before the program has ended', async () => {
    await runner.controller.stop()
    const podsSeen = Promise.withResolvers<void>()
    const watch = world.cluster.watch.bind(world.cluster)
    const lateWatch: typeof watch = async function* (kind, options) {
      if (kind === 'pods') await podsSeen.promise
      yield* watch(kind, options)
    }
    Object.assign(world.cluster, { watch: lateWatch })
    runner = aRunner(world, { policy: ARGO })
    await runner.controller.start()
    await started()
    putPod(running)
    await killRun({ runner: ARGO.agentId, runId: RUN_ID }, runner.context)
    await world.cluster.changes.until(() => world.cluster.calls.filter((call) => call === 'list pods').length > 2)
    await vi.waitFor(() => expect(runner.effects.cache.run(RUN_KEY).pods[0]?.workflow).toMatchObject({ isDeleted: true, isPodThere: true }))
    expect(recordIn(world)?.status.phase).toBe('Queued')
    putPod((pod) => exited({ ...pod, metadata: { ...world.cluster.find('pods', NAME)?.metadata } }, 143))
    podsSeen.resolve()
    await ended()
    expect(recordIn(world)?.status.end).toMatchObject({ state: 'stopped' })
  })

  test('whose Workflow was deleted before it had a pod is ended once the API server has said so', async () => {
    await started()
    world.cluster.failNext('list', 'Unavailable', { kind: 'pods' })
    await killRun({ runner: ARGO.agentId, runId: RUN_ID }, runner.context)
    await ended()
    expect(recordIn(world)?.status.end).toMatchObject({ state: 'stopped' })
    const afterDeletion = world.cluster.calls.slice(world.cluster.calls.indexOf('delete workflows'))
    expect(afterDeletion.filter((call) => /^list pods|^mergePatch/.test(call))).toEqual(['list pods', 'list pods', 'mergePatch configmaps'])
  })

  test('whose create was done and its answer lost adopts the one Workflow there is', async () => {
    world.cluster.failNext('create', 'Unavailable', { kind: 'workflows', isDone: true })
    await started()
    await vi.waitFor(() => expect(runner.effects.cache.run(RUN_KEY).pods).toHaveLength(1))
    expect(world.cluster.all('workflows')).toHaveLength(1)
  })

  test('waits, and says why, while the cluster does not know Workflows any more', async () => {
    world.cluster.failNext('create', 'NotFound', { kind: 'workflows' })
    await acceptRun(admit, aMetadataRun(), runner.context)
    await world.collate.changes.until(() => world.collate.history.length > 0)
    expect(JSON.stringify(world.collate.history[0])).toMatch(/ConfigError.*does not serve Argo's Workflows.*Install Argo Workflows/)
    expect(recordIn(world)?.status.phase).toBe('Queued')
  })
})

describe('after a switch of the executor', () => {
  test('a Workflow that is active is found and adopted, and no pod is created beside it', async () => {
    await started()
    await runner.controller.stop()
    runner = aRunner(world)
    await runner.controller.start()
    putPod((pod) => exited(pod, 0))
    world.cluster.put('workflows', inPhase(workflowNow(), 'Succeeded'))
    await ended()
    expect(world.cluster.calls.filter((call) => call === 'create pods')).toEqual([])
  })

  test.each(['NotFound', 'Forbidden'] as const)('a cluster that answers %s for Workflows has none', async (code) => {
    await runner.controller.stop()
    world = aWorld()
    const first = aRunner(world, { maxActiveRuns: 0 })
    await first.controller.start()
    await acceptRun(admit, aMetadataRun(), first.context)
    await first.controller.stop()
    world.cluster.failNext('list', code, { kind: 'workflows' })
    runner = aRunner(world)
    await runner.controller.start()
    await world.cluster.changes.until(() => world.cluster.find('pods', NAME) !== undefined)
    expect(world.cluster.calls.filter((call) => call === 'watch workflows')).toEqual([])
  })

  test('a runner that finds none asks for Workflows once, and watches none', async () => {
    expect(world.cluster.calls).toContain('watch workflows')
    const other = aWorld()
    const simple = aRunner(other)
    await simple.controller.start()
    expect(other.cluster.calls.filter((call) => call.endsWith('workflows'))).toEqual(['list cronworkflows', 'list workflows'])
    await simple.controller.stop()
  })
})
