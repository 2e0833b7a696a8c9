import type { V1ContainerStatus, V1Pod, V1PodCondition, V1PodStatus } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { failureCause } from '../../../reconciler/failures/failure-table.ts'
import type { ObservedPod } from '../../../reconciler/observe/observed-pod.ts'
import { observePod } from '../../../reconciler/observe/observe-pod.ts'
import { pendingReason } from '../../../reconciler/observe/pending.ts'
import { aPodOf, onNode, running, unschedulable, waitingFor, withCondition, withLostSandbox } from '../../support/a-pod.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aRecord } from '../../support/a-record.ts'

const POD = aPodOf(aRecord())

function withEvent(pod: V1Pod, reason: string, message: string, times = 2): ObservedPod {
  return { ...observePod(pod), events: [{ reason, message, times, name: 'event', lastSeenMs: 1 }] }
}

function withInit(pod: V1Pod, state: V1ContainerStatus['state']): V1Pod {
  const init = { name: 'wait-for-vpn', image: 'x', imageID: 'x', ready: false, restartCount: 0, ...(state === undefined ? {} : { state }) }
  return { ...pod, status: { ...pod.status, initContainerStatuses: [init] } }
}

test.each([
  ['InvalidImageName', 'ImageInvalid'],
  ['ErrImagePull', 'ImagePull'],
  ['ImagePullBackOff', 'ImagePull'],
  ['ErrImageNeverPull', 'ImagePull'],
  ['CreateContainerConfigError', 'ConfigError'],
  ['CreateContainerError', 'ConfigError'],
  ['CreatePodSandboxError', 'NeverStarted'],
])('a container that waits for %s is a case of %s, in the words of the kubelet', (reason, failureClass) => {
  expect(pendingReason(observePod(waitingFor(POD, reason, 'its words')))).toEqual({ failureClass, message: `container main: ${reason}: its words` })
})

test("a pod that no node takes is told in the scheduler's words", () => {
  expect(pendingReason(observePod(unschedulable(POD, '0/1 nodes are available')))).toEqual({
    failureClass: 'Unschedulable',
    message: 'Unschedulable: 0/1 nodes are available',
  })
})

test('what an autoscaler says to it is told along', () => {
  const pod = withEvent(unschedulable(POD, '1 Insufficient cpu'), 'NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached", 1)
  expect(pendingReason(pod)?.message).toBe("Unschedulable: 1 Insufficient cpu; NotTriggerScaleUp: pod didn't trigger scale-up: 1 max node group size reached")
})

test('an init container that waits holds the pod up as the program would', () => {
  const pod = withInit(waitingFor(POD, 'PodInitializing', ''), { waiting: { reason: 'ImagePullBackOff', message: 'its words' } })
  expect(pendingReason(observePod(pod))).toEqual({ failureClass: 'ImagePull', message: 'container wait-for-vpn: ImagePullBackOff: its words' })
})

test('a pull secret that is not there is told with the pull that fails', () => {
  const pod = withEvent(waitingFor(POD, 'ErrImagePull', '401'), 'FailedToRetrieveImagePullSecret', 'Unable to retrieve some image pull secrets (regcred)', 1)
  expect(pendingReason(pod)?.message).toContain('401; FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (regcred)')
})

describe('what only events tell', () => {
  const creating = waitingFor(POD, 'ContainerCreating', '')

  test.each([
    ['FailedMount', 'ConfigError'],
    ['FailedAttachVolume', 'ConfigError'],
    ['FailedCreatePodSandBox', 'NeverStarted'],
    ['NetworkNotReady', 'NeverStarted'],
  ])('%s is a case of %s', (reason, failureClass) => {
    expect(pendingReason(withEvent(creating, reason, 'its words'))).toEqual({ failureClass, message: `${reason}: its words` })
  })

  test('is not believed the first time: a cache of the kubelet may lag behind', () => {
    expect(pendingReason(withEvent(creating, 'FailedMount', 'its words', 1))).toBeUndefined()
  })

  test('is over once the pod has its sandbox', () => {
    const ready = withCondition(creating, { type: 'PodReadyToStartContainers', status: 'True' })
    expect(pendingReason(withEvent(ready, 'FailedMount', 'its words'))).toBeUndefined()
  })
})

describe('a pod whose node has lost its sandbox', () => {
  const lost = withLostSandbox(POD, NOW_MS)
  const [main] = lost.status?.containerStatuses ?? []
  const withStatus = (status: V1PodStatus): V1Pod => ({ ...lost, status: { ...lost.status, ...status } })

  test('after it had made the program’s container is lost', () => {
    const message = 'node node-1 has lost the sandbox of the pod after it had made container main, and makes no other'
    expect(pendingReason(observePod(lost))).toEqual({ failureClass: 'Lost', message })
    expect(failureCause('Lost', message)).toBe('sandbox')
  })

  test('after an init container had been made, or had ended well, is lost, too', () => {
    const waiting = { ...main, name: 'main', containerID: '', state: { waiting: { reason: 'PodInitializing' } } } as V1ContainerStatus
    for (const state of [{ waiting: {} }, { terminated: { exitCode: 0, reason: 'Completed' } }]) {
      const init = { ...main, name: 'secrets', state } as V1ContainerStatus
      const pod = withStatus({ initContainerStatuses: [init], containerStatuses: [waiting] })
      expect(pendingReason(observePod(pod))?.message).toContain('after it had made container secrets')
    }
  })

  test('before any container was made gets another', () => {
    expect(pendingReason(observePod(withStatus({ containerStatuses: [{ ...main, containerID: '' } as V1ContainerStatus] })))).toBeUndefined()
  })

  test('is not one whose node says nothing of its sandbox, or that it is there', () => {
    const there: V1PodCondition = { type: 'PodReadyToStartContainers', status: 'True' }
    for (const conditions of [[], [there]]) expect(pendingReason(observePod(withStatus({ conditions })))).toBeUndefined()
  })
})

test.each([
  { name: 'was just created', pod: POD },
  { name: 'found a node', pod: onNode(withCondition(POD, { type: 'PodScheduled', status: 'True' })) },
  { name: 'is being created', pod: waitingFor(POD, 'ContainerCreating', '') },
  { name: 'is being prepared', pod: withInit(waitingFor(POD, 'PodInitializing', ''), { running: {} }) },
  { name: 'runs', pod: running(POD) },
])('a pod that $name waits for nothing', ({ pod }) => {
  expect(pendingReason(observePod(pod))).toBeUndefined()
})
