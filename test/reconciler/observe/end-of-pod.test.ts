import type { V1Pod } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { endOfPod } from '../../../reconciler/observe/end-of-pod.ts'
import { hasTerminated } from '../../../reconciler/observe/pod-state.ts'
import { observePod } from '../../../reconciler/observe/observe-pod.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aPodOf, deletedAt, exited, onGoneNode, onNode, running, waitingFor, withCondition, withPodStatus } from '../../support/a-pod.ts'
import { aRecord } from '../../support/a-record.ts'

const POD = aPodOf(aRecord())
const KILL = { atMs: NOW_MS + 10_000, reason: 'stopped on request of Collate' }
const END_MS = NOW_MS + 30_000
const LATE_KILL = { ...KILL, atMs: END_MS + 5_000 }

function endOf(pod: V1Pod, kill?: typeof KILL): string {
  const { state, failureClass } = endOfPod(observePod(pod), kill, NOW_MS + 99_000)
  return failureClass === undefined ? state : `${state} ${failureClass}`
}

/** A pod that its kubelet has ended and deleted for good: that is the time it bears then. */
function removedAt(pod: V1Pod, ms: number): V1Pod {
  const deleted = deletedAt(pod, ms)
  return { ...deleted, metadata: { ...deleted.metadata, deletionTimestamp: new Date(ms).toISOString() as unknown as Date, deletionGracePeriodSeconds: 0 } }
}

function disrupted(pod: V1Pod, reason: string, message = 'because'): V1Pod {
  return withCondition(pod, { type: 'DisruptionTarget', status: 'True', reason, message })
}

/** The kubelet has told of the containers, and not of the pod yet. */
function beforeItsPhase(pod: V1Pod): V1Pod {
  return { ...pod, status: { ...pod.status, phase: 'Running' } }
}

/** Of a pod that its node took at NOW_MS. */
function withDeadline(pod: V1Pod, seconds: number): V1Pod {
  const startTime = new Date(NOW_MS)
  return { ...pod, spec: { containers: [], ...pod.spec, activeDeadlineSeconds: seconds }, status: { ...pod.status, startTime } }
}

function withSideCar(pod: V1Pod): V1Pod {
  const [main] = pod.status?.containerStatuses ?? []
  const sideCar = { ...main, name: 'proxy', image: 'x', imageID: 'x', ready: true, restartCount: 0, state: { running: {} } }
  return { ...pod, status: { ...pod.status, containerStatuses: [...(pod.status?.containerStatuses ?? []), sideCar] } }
}

const SHUTDOWN = 'Pod was terminated in response to imminent node shutdown.'

/** Its program never ran. */
function withFailedInit(pod: V1Pod, reason: string, exitCode = 1): V1Pod {
  const waiting = waitingFor(pod, 'PodInitializing', '')
  const init = { name: 'wait-for-vpn', image: 'x', imageID: 'x', ready: false, restartCount: 0, state: { terminated: { exitCode, reason } } }
  return { ...waiting, status: { ...waiting.status, phase: 'Failed', initContainerStatuses: [init] } }
}

/** The pod with a container that a webhook has put beside ours; the API server lists containers by name. */
function withSidecar(pod: V1Pod, sidecar: V1Pod): V1Pod {
  const ours = pod.status?.containerStatuses ?? []
  const theirs = (sidecar.status?.containerStatuses ?? []).map((status) => ({ ...status, name: 'istio-proxy' }))
  return { ...pod, status: { ...pod.status, containerStatuses: [...theirs, ...ours] } }
}

describe('the end of a pod', () => {
  test.each<{ name: string; pod: V1Pod; kill?: typeof KILL; end: string }>([
    { name: 'exit code 0', pod: exited(POD, 0), end: 'success' },
    { name: 'another exit code', pod: exited(POD, 3), end: 'failed ExitCode' },
    { name: 'killed for memory', pod: exited(POD, 137, { reason: 'OOMKilled' }), end: 'failed OOMKilled' },
    { name: 'past its deadline', pod: withPodStatus(exited(POD, 143), { reason: 'DeadlineExceeded', message: '' }), end: 'failed DeadlineExceeded' },
    { name: 'evicted by the kubelet', pod: withPodStatus(exited(POD, 137), { reason: 'Evicted', message: 'low on memory' }), end: 'failed Evicted' },
    { name: 'drained', pod: disrupted(deletedAt(exited(POD, 143), END_MS), 'EvictionByEvictionAPI'), end: 'failed Evicted' },
    { name: 'tainted away', pod: disrupted(deletedAt(exited(POD, 143), END_MS), 'DeletionByTaintManager'), end: 'failed Evicted' },
    { name: 'put off by its node', pod: disrupted(exited(POD, 143), 'TerminationByKubelet'), end: 'failed Evicted' },
    { name: 'node shut down', pod: disrupted(exited(POD, 143), 'TerminationByKubelet', SHUTDOWN), end: 'failed Preempted' },
    { name: 'node shut down, told on the pod', pod: withPodStatus(exited(POD, 143), { reason: 'Terminated', message: SHUTDOWN }), end: 'failed Preempted' },
    { name: 'not startable', pod: exited(POD, 128, { reason: 'StartError', message: 'no such file' }), end: 'failed ConfigError' },
    { name: 'ended by its init container', pod: withFailedInit(POD, 'Error'), end: 'failed ExitCode' },
    { name: 'ended by the memory of its init container', pod: withFailedInit(POD, 'OOMKilled'), end: 'failed OOMKilled' },
    { name: 'deleted while its init container ran', pod: deletedAt(withFailedInit(POD, 'Error'), END_MS), end: 'failed Deleted' },
    { name: 'preempted', pod: disrupted(deletedAt(exited(POD, 143), END_MS), 'PreemptionByScheduler'), end: 'failed Preempted' },
    { name: 'node gone', pod: onGoneNode(running(POD)), end: 'failed NodeLost' },
    { name: 'node gone, and a kill asked for', pod: onGoneNode(running(POD)), kill: KILL, end: 'stopped' },
    { name: 'refused by the node', pod: withPodStatus(onNode(POD), { reason: 'OutOfcpu', message: 'not enough' }), end: 'failed Rejected' },
    { name: 'deleted by hand while it ran', pod: deletedAt(exited(POD, 143), NOW_MS + 20_000), end: 'failed Deleted' },
    { name: 'deleted by hand, ended within the same second', pod: deletedAt(exited(POD, 143), END_MS), end: 'failed Deleted' },
    { name: 'deleted by hand before it ran', pod: deletedAt(POD, END_MS), end: 'failed Deleted' },
    { name: 'failed before it was deleted', pod: deletedAt(exited(POD, 3), END_MS + 5_000), end: 'failed ExitCode' },
    { name: 'ended well before it was deleted', pod: deletedAt(exited(POD, 0), END_MS), end: 'success' },
    { name: 'ended with 0 because it was told to stop', pod: deletedAt(exited(POD, 0), NOW_MS + 20_000), end: 'failed Deleted' },
    { name: 'ended with 0 because it was killed', pod: deletedAt(exited(POD, 0), NOW_MS + 20_000), kill: KILL, end: 'stopped' },
    { name: 'ended well before the kill reached it', pod: deletedAt(exited(POD, 0), END_MS + 1_000), kill: KILL, end: 'success' },
    { name: 'deleted by hand, seen after the kubelet removed it', pod: removedAt(exited(POD, 143), END_MS + 2_000), end: 'failed Deleted' },
    { name: 'killed, seen after the kubelet removed it', pod: removedAt(exited(POD, 0), END_MS + 2_000), kill: KILL, end: 'stopped' },
    { name: 'ended well before the kill, seen after the kubelet removed it', pod: removedAt(exited(POD, 0), END_MS + 9_000), kill: LATE_KILL, end: 'success' },
    { name: 'failed, and was deleted when it had', pod: removedAt(exited(POD, 3), END_MS + 2_000), end: 'failed ExitCode' },
    { name: 'ended well, and then drained', pod: disrupted(deletedAt(exited(POD, 0), END_MS), 'EvictionByEvictionAPI'), end: 'success' },
    { name: 'failed on its own although a kill was asked for', pod: exited(POD, 3), kill: KILL, end: 'stopped' },
    { name: 'unknown to a node that was rebooted', pod: exited(POD, 255, { reason: 'Unknown' }), end: 'failed Lost' },
    { name: 'unknown to a node that was rebooted, and deleted before', pod: deletedAt(exited(POD, 255, { reason: 'Unknown' }), END_MS), end: 'failed Deleted' },
    { name: 'unknown to a node that was rebooted, and a kill asked for', pod: exited(POD, 255, { reason: 'Unknown' }), kill: KILL, end: 'stopped' },
    { name: 'unknown to a node that was rebooted, before its program began', pod: withFailedInit(POD, 'Unknown', 255), end: 'failed Lost' },
    { name: 'exit code 255 of its own', pod: exited(POD, 255), end: 'failed ExitCode' },
    { name: 'unknown to a kubelet that came back', pod: exited(POD, 137, { reason: 'ContainerStatusUnknown' }), end: 'failed Lost' },
    { name: 'failed without a word', pod: withPodStatus(onNode(POD), { reason: '', message: '' }), end: 'failed Lost' },
    { name: 'ended well beside a sidecar that failed', pod: withSidecar(exited(POD, 0), exited(POD, 137)), end: 'success' },
    { name: 'failed beside a sidecar that ended well', pod: withSidecar(exited(POD, 3), exited(POD, 0)), end: 'failed ExitCode' },
  ])('$name: $end', ({ pod, kill, end }) => {
    expect(endOf(pod, kill)).toBe(end)
  })

  test('tells the times of the program, or of now when it never ran', () => {
    expect(endOfPod(observePod(exited(POD, 0)), undefined, 1)).toMatchObject({ startedAtMs: NOW_MS, endedAtMs: END_MS })
    expect(endOfPod(observePod(deletedAt(POD, NOW_MS)), undefined, 1)).toMatchObject({ startedAtMs: null, endedAtMs: 1 })
  })

  test('carries the words of the program and of Kubernetes', () => {
    expect(endOfPod(observePod(exited(POD, 3, { message: 'no such table' })), undefined, 1).message).toBe(
      'container main ended with exit code 3: no such table',
    )
    expect(endOfPod(observePod(onGoneNode(running(POD))), undefined, 1).message).toContain('PodGC: node no longer exists')
    expect(endOfPod(observePod(exited(POD, 137, { reason: 'OOMKilled' })), undefined, 1).message).toBe(
      `container main was killed for using more memory than its limit of ${POD.spec?.containers[0]?.resources?.limits?.['memory']} (exit code 137)`,
    )
  })
})

describe('a pod has terminated', () => {
  test.each([
    { name: 'not when it was just created', pod: POD, is: false },
    { name: 'not while it pulls its image', pod: waitingFor(POD, 'ImagePullBackOff', ''), is: false },
    { name: 'not while it runs', pod: running(POD), is: false },
    { name: 'not while it is being deleted and still runs', pod: deletedAt(running(POD), NOW_MS), is: false },
    { name: 'not when a node has it that has not said a word yet', pod: deletedAt(onNode(POD), NOW_MS), is: false },
    {
      name: 'not when its phase is final and a container is said to run',
      pod: { ...running(POD), status: { ...running(POD).status, phase: 'Failed' } },
      is: false,
    },
    { name: 'when it succeeded', pod: exited(POD, 0), is: true },
    { name: 'when it failed', pod: exited(POD, 1), is: true },
    { name: 'when the node refused it', pod: withPodStatus(onNode(POD), { reason: 'OutOfcpu', message: '' }), is: true },
    { name: 'when its node is gone, whatever is said of its containers', pod: onGoneNode(running(POD)), is: true },
    { name: 'when it was deleted before any node had it', pod: deletedAt(POD, NOW_MS), is: true },
    { name: 'when its program failed, before the phase says so', pod: beforeItsPhase(exited(POD, 1)), is: true },
    { name: 'when its program was killed for its memory, before the phase says so', pod: beforeItsPhase(exited(POD, 137, { reason: 'OOMKilled' })), is: true },
    { name: 'not before the phase when a signal ended the program', pod: beforeItsPhase(exited(POD, 143)), is: false },
    { name: 'not before the phase when the program succeeded', pod: beforeItsPhase(exited(POD, 0)), is: false },
    { name: 'not before the phase when somebody deletes it', pod: deletedAt(beforeItsPhase(exited(POD, 1)), NOW_MS), is: false },
    { name: 'not before the phase when the cluster takes it away', pod: disrupted(beforeItsPhase(exited(POD, 1)), 'TerminationByKubelet'), is: false },
    { name: 'not before the phase when its deadline was over', pod: withDeadline(beforeItsPhase(exited(POD, 1)), 30), is: false },
    { name: 'before the phase when its deadline is yet to come', pod: withDeadline(beforeItsPhase(exited(POD, 1)), 300), is: true },
    { name: 'not before the phase while a container beside it runs', pod: withSideCar(beforeItsPhase(exited(POD, 1))), is: false },
  ])('$name', ({ pod, is }) => {
    expect(hasTerminated(observePod(pod))).toBe(is)
  })
})
