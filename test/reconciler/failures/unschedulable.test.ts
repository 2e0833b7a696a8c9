import { describe, expect, test } from 'vitest'
import { unschedulableCauses } from '../../../reconciler/failures/unschedulable.ts'

describe('the scheduler’s message', () => {
  test.each([
    {
      name: 'names the taint up to Kubernetes 1.34',
      message: '0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: openmetadata-hybrid-runner}. preemption: 0/3 nodes are available',
      causes: [{ kind: 'taint', key: 'dedicated', value: 'openmetadata-hybrid-runner' }],
    },
    {
      name: 'names a taint without a value',
      message: '1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }',
      causes: [{ kind: 'taint', key: 'node.kubernetes.io/unreachable', value: '' }],
    },
    {
      name: 'only says that there is a taint since 1.35',
      message: '0/1 nodes are available: 1 node(s) had untolerated taint(s).',
      causes: [{ kind: 'taint', key: null, value: '' }],
    },
    {
      name: 'may hold several reasons',
      message: "0/4 nodes are available: 1 Insufficient cpu, 2 Insufficient memory, 1 node(s) didn't match Pod's node affinity/selector.",
      causes: [{ kind: 'resources', resource: 'cpu' }, { kind: 'resources', resource: 'memory' }, { kind: 'affinity' }],
    },
    { name: 'names an extended resource', message: '1 Insufficient nvidia.com/gpu.', causes: [{ kind: 'resources', resource: 'nvidia.com/gpu' }] },
    { name: 'tells of volumes', message: "1 node(s) didn't find available persistent volumes to bind", causes: [{ kind: 'volume' }] },
    { name: 'tells a reason once', message: 'Insufficient cpu, Insufficient cpu', causes: [{ kind: 'resources', resource: 'cpu' }] },
    { name: 'may say what nobody foresaw', message: 'no idea', causes: [{ kind: 'other' }] },
  ])('$name', ({ message, causes }) => {
    expect(unschedulableCauses(message)).toEqual(causes)
  })
})
