import type { V1CronJob } from '@kubernetes/client-node'
import { beforeEach, describe, expect, test } from 'vitest'
import { END_RECORDED_FINALIZER } from '../../../compiler/labels.ts'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { type Remains, uninstall } from '../../../reconciler/uninstall/uninstall.ts'
import { leaseName } from '../../../compiler/names.ts'
import { payloadSecret } from '../../../compiler/payload.ts'
import { scheduleConfigMap } from '../../../compiler/schedule/schedule-config-map.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { aMetadataRun, RUN_ID, withPipeline } from '../../compiler/examples/run-request.ts'
import { aDeploy, scheduleOf } from '../../compiler/examples/schedule.ts'
import { running } from '../../support/a-pod.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../../support/a-runner.ts'
import { aRecord, storedAs } from '../../support/a-record.ts'
import { aWorkflowOf, inPhase, podOfWorkflow } from '../../support/a-workflow.ts'
import { stepPods } from '../../support/fake-kubelet.ts'
import { podIn } from '../../support/run-in-world.ts'

const OTHER_RUN = '00000000-0000-4000-8000-000000000002'

let world: World
let runner: TestRunner
let progress: string[]
beforeEach(async () => {
  world = aWorld()
  runner = aRunner(world, { maxActiveRuns: 1 })
  progress = []
  await runner.controller.start()
})

/** One run that works, one that waits for it, and a schedule. */
async function twoRunsAndASchedule(): Promise<void> {
  await handleRequest('pipeline/run', aMetadataRun(), runner.context)
  await handleRequest('pipeline/run', { ...withPipeline({ id: crypto.randomUUID() }), runId: OTHER_RUN }, runner.context)
  world.cluster.put('pods', running(await podIn(world)))
  const { stored, cronJob } = deployed()
  world.cluster.put('configmaps', { ...scheduleConfigMap(stored), metadata: { ...scheduleConfigMap(stored).metadata, uid: stored.uid } })
  world.cluster.put('cronjobs', cronJob)
}

interface TakeAway {
  readonly doNodesAnswer?: boolean
  readonly mayListSecrets?: boolean
  readonly onSleep?: () => void
  readonly deployment?: string
}

/** Each second nodes do their part, as far as they answer. */
async function takeAway({ doNodesAnswer = true, mayListSecrets = true, onSleep = (): void => undefined, ...more }: TakeAway = {}): Promise<Remains> {
  return uninstall({
    cluster: world.cluster,
    agentId: 'aws-prod',
    mayListSecrets: async () => mayListSecrets,
    timeoutMs: 300_000,
    now: () => world.clock.nowMs,
    sleep: async (ms) => {
      world.clock.nowMs += ms
      onSleep()
      if (doNodesAnswer) stepPods(world.cluster, world.clock.nowMs)
      await new Promise(setImmediate)
    },
    onProgress: (words) => void progress.push(words),
    ...more,
  })
}

/** As after `kubectl delete configmap --cascade=orphan`: the owner is gone, and so is its mark on the payload. */
function leaveOrphan(): void {
  const payload = payloadSecret({ secretName: 'orphan', digest: '', delivery: 'env', secrets: 'none', content: '{}' }, deployed().stored)
  const { ownerReferences: _, ...metadata } = payload.metadata ?? {}
  world.cluster.put('secrets', { ...payload, metadata })
}

const LEASE = leaseName('aws-prod')

/** As a runner that leads has it. */
function leadingRunner(holderIdentity = 'runner-1'): void {
  world.cluster.put('leases', { metadata: { name: LEASE }, spec: { holderIdentity, leaseDurationSeconds: 6, leaseTransitions: 3 } })
}

const objectsLeft = (): number => ['configmaps', 'secrets', 'pods', 'cronjobs', 'workflows'].flatMap((kind) => world.cluster.all(kind as 'pods')).length

describe('uninstall', () => {
  test('with the runner gone and Collate away stops the runs, waits for their end, takes everything away, and says what Collate does not know', async () => {
    await twoRunsAndASchedule()
    await runner.controller.stop()
    world.collate.trouble = 'Unavailable'
    expect((await takeAway()).untold.toSorted()).toEqual([`Collate was not told how run ${OTHER_RUN} ended`, `Collate was not told how run ${RUN_ID} ended`])
    expect(objectsLeft()).toBe(0)
    expect(progress[0]).toMatch(/^waiting for 1 run\(s\) to end: run-5f0c6c0e.* \(on node-1\)$/)
    expect(progress[1]).toBe('waiting for the runner to tell Collate how 2 run(s) ended')
  })

  test('beside a runner that lives has it tell Collate', async () => {
    await twoRunsAndASchedule()
    expect(await takeAway()).toEqual({ left: [], untold: [] })
    expect(objectsLeft()).toBe(0)
    expect(world.collate.history.map(({ runId, pipelineState }) => `${runId} ${pipelineState}`).toSorted()).toEqual([
      `${OTHER_RUN} stopped`,
      `${RUN_ID} stopped`,
    ])
    await runner.controller.stop()
  })

  test('leaves schedules alone until the runner is fenced off, which would deploy them again, and then takes the record first', async () => {
    await twoRunsAndASchedule()
    await runner.controller.stop()
    leadingRunner()
    world.cluster.calls.length = 0
    await takeAway()
    const writes = world.cluster.writes()
    const fenced = writes.indexOf('mergePatch leases')
    expect(writes.indexOf('mergePatch configmaps')).toBeLessThan(fenced)
    expect(writes.slice(fenced, fenced + 3)).toEqual(['mergePatch leases', 'delete configmaps', 'mergePatch cronjobs'])
    expect(writes.at(-1)).toBe('delete leases')
  })

  test('of a run whose node does not answer lets go of its pod when the time is up, without force, and says so', async () => {
    await twoRunsAndASchedule()
    await runner.controller.stop()
    const { left } = await takeAway({ doNodesAnswer: false })
    expect(left[0]).toMatch(/^still there, and may still run: run-5f0c6c0e.* \(on node-1\)\. They are deleted;/)
    expect(world.cluster.all('configmaps')).toEqual([])
    const pods = world.cluster.all('pods')
    expect(pods).toHaveLength(1)
    expect(pods[0]?.metadata).toMatchObject({ deletionGracePeriodSeconds: 60, deletionTimestamp: expect.anything() })
    expect(pods[0]?.metadata?.finalizers).not.toContain(END_RECORDED_FINALIZER)
  })

  test('of nothing writes nothing, and so does a second one', async () => {
    await runner.controller.stop()
    world.cluster.calls.length = 0
    expect(await takeAway()).toEqual({ left: [], untold: [] })
    expect(world.cluster.writes()).toEqual([])
    expect(progress).toEqual([])
  })

  test('goes on after calls that fail for a moment, and after objects that change under its hands', async () => {
    await twoRunsAndASchedule()
    await runner.controller.stop()
    world.cluster.failNext('list', 'Unavailable')
    world.cluster.failNext('mergePatch', 'Conflict')
    world.cluster.failNext('delete', 'Throttled')
    await takeAway()
    expect(objectsLeft()).toBe(0)
  })

  test('takes the lease at the end, for longer than a runner waits, and then away: a runner that still runs stands by', async () => {
    await runner.controller.stop()
    leadingRunner()
    const held: unknown[] = []
    expect(await takeAway({ onSleep: () => void held.push(...world.cluster.all('leases').map(({ spec }) => spec)) })).toEqual({ left: [], untold: [] })
    expect(held).toEqual([expect.objectContaining({ holderIdentity: 'uninstall', leaseDurationSeconds: 60, leaseTransitions: 4 })])
    expect(world.cluster.all('leases')).toEqual([])
  })

  test('takes away what the runner took on just before it was fenced off, and holds the lease as long as that takes', async () => {
    await runner.controller.stop()
    leadingRunner()
    const labels = { 'hybrid-runner.collate.io/agent': 'aws-prod' }
    const metadata = { name: 'run-late', uid: 'late', labels, finalizers: [END_RECORDED_FINALIZER] }
    const late = running({ metadata, spec: { nodeName: 'node-1', containers: [{ name: 'ingestion' }] } })
    let naps = 0
    const whileFencing = (): void => void (naps++ === 0 && world.cluster.put('pods', late))
    const { left } = await takeAway({ doNodesAnswer: false, onSleep: whileFencing })
    expect(left).toEqual([expect.stringMatching(/^still there, and may still run: run-late \(on node-1\)/)])
    const holds = world.cluster.writes().filter((write) => write === 'mergePatch leases')
    expect(holds.length).toBeGreaterThan(300 / 20 - 3)
    expect(world.cluster.all('leases')[0]?.spec).toHaveProperty('leaseDurationSeconds', 1)
    expect(world.cluster.all('leases')[0]?.spec).not.toHaveProperty('holderIdentity')
  })

  test('looks again when the lease was renewed under its hands, and says so when it may not touch it', async () => {
    await runner.controller.stop()
    leadingRunner()
    world.cluster.failNext('mergePatch', 'Conflict', { kind: 'leases' })
    expect(await takeAway()).toEqual({ left: [], untold: [] })
    expect(world.cluster.all('leases')).toEqual([])
    leadingRunner()
    world.cluster.failNext('mergePatch', 'Forbidden', { kind: 'leases' })
    expect(await takeAway()).toEqual({ left: [], untold: [] })
    expect(progress.at(-1)).toMatch(/is not kept from starting again: this account may not write its lease/)
  })

  test('by an account that may not delete the lease says that it runs out, and takes away all else', async () => {
    await runner.controller.stop()
    leadingRunner()
    world.cluster.failNext('delete', 'Forbidden', { kind: 'leases' })
    expect(await takeAway()).toEqual({ left: [], untold: [] })
    expect(progress.at(-1)).toMatch(/^the lease of the runner stays, and runs out within a minute/)
    expect(world.cluster.all('leases')[0]?.spec).toMatchObject({ holderIdentity: 'uninstall', leaseDurationSeconds: 60 })
  })

  describe('for a Deployment', () => {
    const OURS = 'first-hybrid-ingestion-runner'
    const OTHERS_POD = 'second-hybrid-ingestion-runner-6c9f8d7b5-x2x4z'
    const renew = (): void => void world.cluster.mergePatch('leases', LEASE, { spec: { renewTime: String(world.clock.nowMs) } } as object)

    test('leaves everything to a pod of another one that leads under the agent id, and names it', async () => {
      await twoRunsAndASchedule()
      await runner.controller.stop()
      leadingRunner(`${OTHERS_POD}_uid`)
      const before = objectsLeft()
      world.cluster.calls.length = 0
      expect(await takeAway({ deployment: OURS, onSleep: renew })).toEqual({ left: [], untold: [], otherLeader: OTHERS_POD })
      expect(objectsLeft()).toBe(before)
      expect(world.cluster.writes().filter((write) => write !== 'mergePatch leases')).toEqual([])
      expect(world.cluster.all('leases')[0]?.spec).toMatchObject({ holderIdentity: `${OTHERS_POD}_uid` })
    })

    test('takes everything away where the other one has died', async () => {
      await twoRunsAndASchedule()
      await runner.controller.stop()
      leadingRunner(`${OTHERS_POD}_uid`)
      expect(await takeAway({ deployment: OURS })).not.toHaveProperty('otherLeader')
      expect(objectsLeft()).toBe(0)
    })

    test.each(['first-hybrid-ingestion-runner-6c9f8d7b5-x2x4z_uid', 'uninstall', ''])(
      'takes everything away where it leads itself, or none does (%j)',
      async (holder) => {
        await twoRunsAndASchedule()
        await runner.controller.stop()
        leadingRunner(holder)
        expect(await takeAway({ deployment: OURS, onSleep: renew })).not.toHaveProperty('otherLeader')
        expect(objectsLeft()).toBe(0)
      },
    )
  })

  test("does not touch another runner's objects", async () => {
    await twoRunsAndASchedule()
    await runner.controller.stop()
    const others = aRunner(world, { policy: aPolicy({ AGENT_ID: 'gcp-prod' }) })
    await handleRequest('pipeline/run', { ...aMetadataRun(), runner: 'gcp-prod' }, others.context)
    await takeAway()
    expect(world.cluster.all('configmaps').map(({ metadata }) => metadata?.labels?.['hybrid-runner.collate.io/agent'])).toEqual(['gcp-prod'])
  })

  test('deletes the payload that a record left behind when it was deleted alone, and no other Secret', async () => {
    await runner.controller.stop()
    leaveOrphan()
    world.cluster.put('secrets', { metadata: { name: 'somebodys' } })
    expect(await takeAway()).toEqual({ left: [], untold: [] })
    expect(world.cluster.all('secrets').map(({ metadata }) => metadata?.name)).toEqual(['somebodys'])
  })

  test('names the payload that it may not delete, and says what it may not look for', async () => {
    await runner.controller.stop()
    leaveOrphan()
    world.cluster.failNext('delete', 'Forbidden', { kind: 'secrets' })
    expect((await takeAway()).left).toEqual([expect.stringMatching(/^payload \S+ is still there: this account may not delete Secrets$/)])
    expect(await takeAway({ mayListSecrets: false })).toEqual({ left: [], untold: [] })
    expect(progress).toEqual([expect.stringMatching(/were not looked for: this account may not list Secrets; kubectl get secrets -l .*role=payload/)])
  })

  test('suspends a Workflow before its pod goes, which Argo would make again, and waits for nothing but the pod', async () => {
    await runner.controller.stop()
    const record = aRecord()
    const workflow = inPhase(aWorkflowOf(record), 'Running')
    world.cluster.put('configmaps', storedAs(record))
    world.cluster.put('workflows', workflow)
    world.cluster.put('pods', running(podOfWorkflow(workflow, record)))
    const suspended: unknown[] = []
    const noteTheDeleted = (): void => {
      const { deletionTimestamp } = world.cluster.all('pods')[0]?.metadata ?? {}
      if (deletionTimestamp !== undefined) suspended.push(world.cluster.all('workflows')[0]?.spec.suspend)
    }
    expect((await takeAway({ onSleep: noteTheDeleted })).left).toEqual([])
    expect(suspended[0]).toBe(true)
    expect(objectsLeft()).toBe(0)
  })

  test('works where Argo is not installed', async () => {
    world.cluster.failNext('list', 'NotFound', { kind: 'cronworkflows' })
    world.cluster.failNext('list', 'Forbidden', { kind: 'workflows' })
    expect(await takeAway()).toEqual({ left: [], untold: [] })
    await runner.controller.stop()
  })
})

function deployed() {
  const { stored, object } = scheduleOf(aDeploy(), aPolicy())
  return { stored, cronJob: object as V1CronJob }
}
