import type { V1Pod } from '@kubernetes/client-node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { admit } from '../../compiler/admit.ts'
import { LABEL_AGENT, LABEL_ATTEMPT, LABEL_RECORD, LABEL_RUN_ID } from '../../compiler/labels.ts'
import { acceptRun } from '../../reconciler/request/accept-run.ts'
import { killRun } from '../../reconciler/request/kill-run.ts'
import { aMetadataRun, RUN_ID } from '../compiler/examples/run-request.ts'
import { exited, running } from '../support/a-pod.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../support/a-runner.ts'
import { endOfRun, endsTold, podIn, recordIn, RUN_KEY } from '../support/run-in-world.ts'

let world: World
let runner: TestRunner
beforeEach(async () => {
  world = aWorld()
  runner = aRunner(world)
  await runner.controller.start()
  await acceptRun(admit, aMetadataRun(), runner.context)
  world.cluster.put('pods', running(await podIn(world)))
})
afterEach(async () => runner.controller.stop())

/** As the node does it that was told to stop the pod. */
async function stopWhenDeleted(): Promise<void> {
  await world.cluster.changes.until(() => podNow().metadata?.deletionTimestamp !== undefined)
  world.cluster.put('pods', exited(podNow(), 143))
}

function podNow(): V1Pod {
  const [pod] = world.cluster.all('pods')
  if (pod === undefined) throw new Error('there is no pod')
  return pod
}

function withoutOwner(pod: V1Pod): V1Pod {
  const { ownerReferences: _, ...metadata } = pod.metadata ?? {}
  return { ...pod, metadata }
}

describe('a running pod that loses its owner', () => {
  test('stays the one start of its run', async () => {
    world.cluster.put('pods', exited(withoutOwner(podNow()), 0))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'success' })
    expect(world.cluster.events.created('pods')).toHaveLength(1)
    expect(world.cluster.calls).not.toContain('delete pods')
    expect(endsTold(world)).toEqual(['success'])
  })

  test('by a deletion of its record that orphans it, is stopped, and its run ends as deleted while it ran', async () => {
    world.cluster.put('pods', withoutOwner(podNow()))
    await world.cluster.delete('configmaps', RUN_KEY, { uid: recordIn(world)?.uid ?? '' })
    await stopWhenDeleted()
    await world.cluster.changes.until(() => recordIn(world) === undefined)
    expect(endsTold(world)).toEqual(['failed'])
    const told = JSON.stringify(world.collate.history.at(-1))
    expect(told).toContain('Deleted')
    expect(told).not.toContain('before the run had started')
    expect(world.cluster.events.created('pods')).toHaveLength(1)
  })
})

describe('a running pod that loses its labels', () => {
  const OURS = [LABEL_RECORD, LABEL_AGENT, LABEL_RUN_ID, LABEL_ATTEMPT]

  /** A watch that selects by labels tells of a pod that lost them as of one that is deleted. */
  async function lose(labels: readonly string[]): Promise<void> {
    const lost = Object.fromEntries(labels.map((label) => [label, null]))
    const pod = await world.cluster.mergePatch('pods', podNow().metadata?.name ?? '', { metadata: { labels: lost } } as object)
    runner.effects.cache.podSink().remove?.(pod)
  }

  test.each([
    { what: 'all that say whose it is', labels: OURS },
    { what: 'the one of its record', labels: [LABEL_RECORD] },
    { what: 'the one of its runner', labels: [LABEL_AGENT] },
  ])('($what) gets them back, and its run ends with it', async ({ labels }) => {
    const before = podNow().metadata?.labels
    await lose(labels)
    await world.cluster.changes.until(() => labels.every((label) => podNow().metadata?.labels?.[label] === before?.[label]))
    world.cluster.put('pods', exited(podNow(), 0))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'success' })
    expect(world.cluster.events.created('pods')).toHaveLength(1)
    expect(endsTold(world)).toEqual(['success'])
  })

  test('is stopped when its run is killed', async () => {
    await lose(OURS)
    await killRun({ runner: 'aws-prod', runId: RUN_ID }, runner.context)
    await stopWhenDeleted()
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'stopped' })
    expect(endsTold(world)).toEqual(['stopped'])
  })
})
