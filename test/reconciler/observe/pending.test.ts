import { expect, test } from 'vitest'
import { observePod } from '../../../reconciler/observe/observed-pod.ts'
import { pendingReason } from '../../../reconciler/observe/pending.ts'
import { aPodOf, onNode, running, unschedulable, waitingFor, withCondition } from '../../support/a-pod.ts'
import { aRecord } from '../../support/a-record.ts'

const POD = aPodOf(aRecord())

test.each([
  ['InvalidImageName', 'ImageInvalid'],
  ['ErrImagePull', 'ImagePull'],
  ['ImagePullBackOff', 'ImagePull'],
  ['ErrImageNeverPull', 'ImagePull'],
  ['CreateContainerConfigError', 'ConfigError'],
  ['CreateContainerError', 'ConfigError'],
])('a container that waits for %s is a case of %s, in the words of the kubelet', (reason, failureClass) => {
  expect(pendingReason(observePod(waitingFor(POD, reason, 'its words')))).toEqual({ failureClass, message: `container main: ${reason}: its words` })
})

test("a pod that no node takes is told in the scheduler's words", () => {
  expect(pendingReason(observePod(unschedulable(POD, '0/1 nodes are available')))).toEqual({
    failureClass: 'Unschedulable',
    message: 'Unschedulable: 0/1 nodes are available',
  })
})

test.each([
  { name: 'was just created', pod: POD },
  { name: 'found a node', pod: onNode(withCondition(POD, { type: 'PodScheduled', status: 'True' })) },
  { name: 'is being created', pod: waitingFor(POD, 'ContainerCreating', '') },
  { name: 'runs', pod: running(POD) },
])('a pod that $name waits for nothing', ({ pod }) => {
  expect(pendingReason(observePod(pod))).toBeUndefined()
})
