/** An attempt that is a Workflow of Argo, as the cache puts it together: whether it is over, how it ended, why it waits. */
import type { V1Pod } from '@kubernetes/client-node'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Workflow } from '../../../compiler/argo/workflow-types.ts'
import { remembered } from '../../../reconciler/cache/finished-record.ts'
import { RunCache } from '../../../reconciler/cache/run-cache.ts'
import { endOfPod } from '../../../reconciler/observe/end-of-pod.ts'
import { hasStarted, hasTerminated, podNameOf } from '../../../reconciler/observe/pod-state.ts'
import type { ObservedPod } from '../../../reconciler/observe/observed-pod.ts'
import { plan } from '../../../reconciler/plan/plan.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { deletedAt, exited, onGoneNode, running, unschedulable, waitingFor, withCondition } from '../../support/a-pod.ts'
import { aKilledRecord, aRecord, storedAs } from '../../support/a-record.ts'
import { inWords, observationOf } from '../../support/a-situation.ts'
import { aWorkflowOf, deletedWorkflow, inPhase, podOfWorkflow, suspendedWorkflow } from '../../support/a-workflow.ts'

const record = aRecord()
const workflow = aWorkflowOf(record)
const pod = podOfWorkflow(workflow, record)
const KILL = { atMs: NOW_MS + 10_000, reason: 'stopped on request of Collate' }
const SECOND_MS = 1_000

let cache: RunCache
beforeEach(() => {
  cache = new RunCache({ keep: remembered, agentId: record.spec.agentId, onChange: () => undefined, onUnreadable: () => undefined })
  cache.putRecord(storedAs(record))
})

let version = 5_000
function newer<T extends Workflow | V1Pod>(object: T): T {
  version += 1
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
}

/** What the cache makes of them, in the order in which they are told. */
function attemptOf(...objects: readonly (Workflow | V1Pod)[]): ObservedPod {
  for (const object of objects) {
    if (object.kind === 'Workflow') cache.putWorkflow(newer(object as Workflow))
    else cache.putPod(newer(object as V1Pod))
  }
  const [attempt, ...others] = cache.run(record.name).pods
  expect(others).toEqual([])
  if (attempt === undefined) throw new Error('there is no attempt')
  return attempt
}

function planned(attempt: ObservedPod, { killed = false, laterMs = 0 } = {}): { readonly actions: string[]; readonly requeueAfterMs: number | undefined } {
  const situation = observationOf({ record: killed ? aKilledRecord() : record, nowMs: NOW_MS + laterMs })
  const { actions, requeueAfterMs } = plan({ ...situation, pods: [attempt] })
  return { actions: actions.map(inWords), requeueAfterMs }
}

function endIn(attempt: ObservedPod, kill?: typeof KILL): string {
  const { state, failureClass, message } = endOfPod(attempt, kill, NOW_MS + 99_000)
  return [state, failureClass, message].filter(Boolean).join(': ')
}

describe('an attempt that is a Workflow', () => {
  test('has the name, the finalizer and the owner of the Workflow, and the containers and node of its pod', () => {
    expect(attemptOf(pod, workflow, running(pod))).toMatchObject({
      resource: 'workflows',
      uid: workflow.metadata.uid,
      ownerUid: record.uid,
      finalizerIndex: 0,
      nodeName: 'node-1',
      containers: [{ name: 'main', state: 'running' }],
      workflow: { podName: pod.metadata?.name, isPodThere: true },
    })
  })

  test('has no pod until there is one', () => {
    expect(podNameOf(attemptOf(workflow))).toBeNull()
    expect(podNameOf(attemptOf(pod))).toBe(pod.metadata?.name)
  })

  test('keeps what its pod was last, when that is gone', () => {
    attemptOf(workflow, exited(pod, 3))
    cache.dropPod(pod.metadata?.name ?? '', pod.metadata?.uid)
    expect(attemptOf(workflow)).toMatchObject({ containers: [{ exitCode: 3 }], workflow: { isPodThere: false, hasLostPod: true } })
  })

  test('leaves nothing behind when it goes', () => {
    attemptOf(inPhase(workflow, 'Succeeded'), exited(pod, 0))
    cache.dropWorkflow(workflow.metadata.name ?? '', workflow.metadata.uid)
    cache.dropPod(pod.metadata?.name ?? '', pod.metadata?.uid)
    expect(cache.run(record.name).pods).toEqual([])
    expect(cache.run(record.name).vanishedPod).toMatchObject({ containers: [{ exitCode: 0 }] })
  })
})

describe('it is over', () => {
  const over = (...objects: readonly (Workflow | V1Pod)[]): boolean => hasTerminated(attemptOf(...objects))

  test.each(['Succeeded', 'Failed', 'Error'])('when Argo says %s and nothing of its pod runs', (phase) => {
    expect(over(inPhase(workflow, phase))).toBe(true)
    expect(over(exited(pod, 1))).toBe(true)
  })

  test.each(['', 'Pending', 'Running'])('not while Argo says %j, though its pod has ended: Argo may try again', (phase) => {
    expect(over(inPhase(workflow, phase), exited(pod, 1))).toBe(false)
  })

  test('not while its pod is seen to run', () => {
    expect(over(inPhase(workflow, 'Failed'), running(pod))).toBe(false)
  })

  test('when it is deleted and its pod has ended, or is gone, or never was', () => {
    expect(over(deletedWorkflow(workflow, 'foreground'))).toBe(true)
    expect(over(running(pod))).toBe(false)
    expect(over(exited(pod, 143))).toBe(true)
  })

  test('when the node of its pod is gone', () => {
    expect(over(inPhase(workflow, 'Running'), onGoneNode(running(pod)))).toBe(true)
  })
})

describe('it ended', () => {
  test.each([
    ['success', inPhase(workflow, 'Succeeded'), exited(pod, 0)],
    ['success', inPhase(workflow, 'Error', { message: 'the wait container could not report' }), exited(pod, 0)],
    [
      'failed: OOMKilled: container main was killed for using more memory than its limit',
      inPhase(workflow, 'Failed'),
      exited(pod, 137, { reason: 'OOMKilled' }),
    ],
    ['failed: ExitCode: container main ended with exit code 3', inPhase(workflow, 'Failed', { message: 'main: Error (exit code 3)' }), exited(pod, 3)],
    ['failed: DeadlineExceeded: Argo: Step exceeded its deadline', inPhase(workflow, 'Failed', { message: 'Step exceeded its deadline' }), exited(pod, 143)],
    [
      'failed: Evicted: EvictionByEvictionAPI: drained',
      inPhase(workflow, 'Error', { message: 'pod deleted' }),
      withCondition(deletedAt(exited(pod, 143), NOW_MS), { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'drained' }),
    ],
  ])('as %s, by what its pod shows', (words, ended, itsPod) => {
    expect(endIn(attemptOf(ended, itsPod))).toContain(words)
  })

  test.each([
    ['success', 'Succeeded', ''],
    ['failed: OOMKilled: Argo: OOMKilled (exit code 137)', 'Failed', 'OOMKilled (exit code 137)'],
    ['failed: ExitCode: Argo: Error (exit code 7)', 'Failed', 'Error (exit code 7)'],
    ['failed: Deleted: Argo: pod deleted', 'Error', 'pod deleted'],
    ['failed: Rejected: Argo: pods "x" is forbidden: violates PodSecurity', 'Error', 'pods "x" is forbidden: violates PodSecurity'],
    ['failed: Lost: Argo: something new', 'Error', 'something new'],
  ])('as %s, by what Argo says where nobody saw its pod', (words, phase, message) => {
    expect(endIn(attemptOf(inPhase(workflow, phase, { message })))).toBe(words)
  })

  test('as stopped by a kill, unless its program had come to a good end', () => {
    expect(endIn(attemptOf(deletedWorkflow(workflow, 'foreground'), deletedAt(exited(pod, 143), NOW_MS)), KILL)).toBe(`stopped: ${KILL.reason}`)
    expect(endIn(attemptOf(inPhase(workflow, 'Succeeded'), exited(pod, 0)), KILL)).toBe('success')
  })

  test('with the times of its program, or of Argo where nobody saw it', () => {
    const finishedAt = '2026-11-24T12:00:00Z'
    expect(endOfPod(attemptOf(inPhase(workflow, 'Failed', { finishedAt })), undefined, 0)).toMatchObject({
      startedAtMs: null,
      endedAtMs: Date.parse(finishedAt),
    })
  })

  test('having run, as far as Argo tells: what failed as a pod may not be taken for never started', () => {
    expect(hasStarted(attemptOf(inPhase(workflow, 'Failed')))).toBe(true)
    expect(hasStarted(attemptOf(inPhase(workflow, 'Error')))).toBe(false)
  })
})

describe('while it waits', () => {
  test('it is given half a minute to be taken up; then nobody seems to run it, which is told', () => {
    expect(planned(attemptOf(workflow), { laterMs: 10 * SECOND_MS })).toEqual({ actions: [], requeueAfterMs: 20 * SECOND_MS })
    const words = `reportPending Unschedulable: Argo: no workflow controller has taken up Workflow ${workflow.metadata.name} within 30 s`
    expect(planned(attemptOf(workflow), { laterMs: 31 * SECOND_MS }).actions).toEqual([words])
    expect(planned(attemptOf(inPhase(workflow, 'Pending')), { laterMs: 31 * SECOND_MS })).toEqual({ actions: [], requeueAfterMs: undefined })
  })

  test('the reasons are those of its pod, whatever Argo runs beside its program', () => {
    const started = running(pod).status?.containerStatuses?.map((container) => ({ ...container, name: 'wait' })) ?? []
    const stuck = waitingFor(pod, 'ErrImagePull', 'no such image')
    const beside = { ...stuck, status: { ...stuck.status, containerStatuses: [...(stuck.status?.containerStatuses ?? []), ...started] } }
    expect(planned(attemptOf(inPhase(workflow, 'Running'), beside)).actions).toEqual(['reportPending ImagePull: container main: ErrImagePull: no such image'])
    expect(planned(attemptOf(unschedulable(pod, '0/1 nodes'))).actions).toEqual(['reportPending Unschedulable: Unschedulable: 0/1 nodes'])
  })

  test("without a pod Argo's own words are told, those of its node among them", () => {
    const node = { phase: 'Pending', message: 'pods "x" is forbidden: exceeded quota: team' }
    expect(planned(attemptOf(inPhase(workflow, 'Running', { nodes: { x: node } }))).actions).toEqual([`reportPending Unschedulable: Argo: ${node.message}`])
  })
})

describe('it is deleted', () => {
  test('once when its run is killed', () => {
    expect(planned(attemptOf(inPhase(workflow, 'Running'), running(pod)), { killed: true }).actions).toEqual([`deletePod: ${KILL.reason}`])
    const deleted = suspendedWorkflow(deletedWorkflow(inPhase(workflow, 'Running'), 'foreground'))
    expect(planned(attemptOf(deleted), { killed: true }).actions).toEqual([])
  })

  test('anew when somebody has deleted it in the background: its pod would run on', () => {
    const deleted = deletedWorkflow(inPhase(workflow, 'Running'), 'background')
    expect(planned(attemptOf(deleted, running(pod))).actions).toEqual(['deletePod: somebody deleted it, and its pod would run on'])
    expect(planned(attemptOf(suspendedWorkflow(deleted), deletedAt(running(pod), NOW_MS))).actions).toEqual([])
  })

  test('anew when somebody has deleted it who did not suspend it: Argo would make its pod again', () => {
    const deleted = deletedWorkflow(inPhase(workflow, 'Running'), 'foreground')
    const why = 'deletePod: it is being deleted, and Argo might start another pod of it'
    expect(planned(attemptOf(deleted, deletedAt(running(pod), NOW_MS))).actions).toEqual([why])
    expect(planned(attemptOf(deleted), { killed: true }).actions).toEqual([`deletePod: ${KILL.reason}`])
    expect(planned(attemptOf(suspendedWorkflow(deleted))).actions).toEqual([])
    expect(planned(attemptOf(suspendedWorkflow(deleted)), { killed: true }).actions).toEqual([])
    expect(planned(attemptOf(deletedWorkflow(inPhase(workflow, 'Failed'), 'foreground'))).actions).toEqual([])
  })

  test('when it is suspended and has no pod: a runner that was to delete it came no further', () => {
    const suspended = suspendedWorkflow(inPhase(workflow, 'Running'))
    expect(planned(attemptOf(suspended)).actions).toEqual(['deletePod: it is suspended and has no pod, and Argo would never end it'])
    expect(planned(attemptOf(running(pod))).actions).toEqual([])
  })

  test('when its pod is being deleted, is gone or is replaced: whether there is another start is not for Argo to say', () => {
    const why = ['deletePod: its pod was deleted, and Argo might start another']
    expect(planned(attemptOf(inPhase(workflow, 'Running'), deletedAt(running(pod), NOW_MS))).actions).toEqual(why)
    cache.dropPod(pod.metadata?.name ?? '', pod.metadata?.uid)
    expect(planned(attemptOf(workflow)).actions).toEqual(why)
    expect(planned(attemptOf({ ...running(pod), metadata: { ...pod.metadata, uid: 'another' } })).actions).toEqual(why)
  })
})
