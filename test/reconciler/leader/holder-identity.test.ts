import { expect, test } from 'vitest'
import { holderIdentity } from '../../../reconciler/leader/holder-identity.ts'

test('a container that starts again in its pod is the same holder', () => {
  expect(holderIdentity({ name: 'runner-1', uid: 'u' }, () => 'random')).toBe('runner-1_u')
})

test('a process whose pod is not known is a holder of its own', () => {
  expect(holderIdentity({ name: 'host' }, () => 'random')).toBe('host_random')
})
