import { beforeEach, describe, expect, test } from 'vitest'
import { tryStart } from '../../../reconciler/explain/try-start.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { aRecord } from '../../support/a-record.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'

let cluster: FakeCluster
beforeEach(() => {
  cluster = new FakeCluster()
})

describe('a start that is only tried', () => {
  test('leaves nothing', async () => {
    expect(await tryStart(aRecord(), aPolicy(), cluster)).toEqual({ kind: 'free' })
    expect(cluster.calls).toEqual(['dryRun pods'])
    expect(cluster.all('pods')).toEqual([])
  })

  test.each([
    { code: 'QuotaExceeded', message: 'exceeded quota: compute', failureClass: 'Unschedulable' },
    { code: 'Rejected', message: 'violates PodSecurity "restricted"', failureClass: 'Rejected' },
    { code: 'Unavailable', message: 'Internal error occurred: failed calling webhook "a.b": refused', failureClass: 'Rejected' },
  ] as const)('tells what refuses it: $message', async ({ code, message, failureClass }) => {
    cluster.failNext('dryRun', code, { kind: 'pods', message })
    expect(await tryStart(aRecord(), aPolicy(), cluster)).toEqual({ kind: 'refused', pending: { failureClass, message } })
  })

  test('by an account that may not create pods tells nothing of the runner’s own', async () => {
    cluster.failNext('dryRun', 'Forbidden', { kind: 'pods', message: 'User "me" cannot create resource "pods"' })
    expect(await tryStart(aRecord(), aPolicy(), cluster)).toEqual({ kind: 'untried', why: 'User "me" cannot create resource "pods"' })
  })
})
