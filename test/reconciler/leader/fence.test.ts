import { beforeEach, describe, expect, test } from 'vitest'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import { WRITE_TIMEOUT_MS } from '../../../reconciler/cluster/cluster.ts'
import type { Fence } from '../../../reconciler/leader/elector.ts'
import { fencedCluster } from '../../../reconciler/leader/fenced-cluster.ts'
import { fencedCollate } from '../../../reconciler/leader/fenced-collate.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'
import { FakeCollate } from '../../support/fake-collate.ts'

let asked: number[]
let isHeld: boolean
const fence: Fence = {
  ensureHeld: async (forMs) => {
    asked.push(forMs)
    await Promise.resolve()
    if (!isHeld) throw new ClusterError('Unavailable', 'not the leader')
  },
}
beforeEach(() => {
  asked = []
  isHeld = false
})

describe('a cluster behind the fence', () => {
  const behind = new FakeCluster()
  const cluster = fencedCluster(behind, fence)
  const WRITES = {
    create: async () => cluster.create('configmaps', { metadata: { name: 'a' } }),
    mergePatch: async () => cluster.mergePatch('configmaps', 'a', {}),
    jsonPatch: async () => cluster.jsonPatch('configmaps', 'a', []),
    delete: async () => cluster.delete('configmaps', 'a', { uid: 'none' }),
  }

  test.each(Object.keys(WRITES) as (keyof typeof WRITES)[])('takes a %s of the leader only, who holds the lease for longer than it may take', async (write) => {
    behind.calls.length = 0
    await expect(WRITES[write]()).rejects.toThrow('not the leader')
    expect(behind.calls).toEqual([])
    isHeld = true
    await WRITES[write]()
    expect(behind.calls).toEqual([`${write} configmaps`])
    expect(asked).toEqual([WRITE_TIMEOUT_MS, WRITE_TIMEOUT_MS])
  })

  test('lets everybody read', async () => {
    await cluster.read('configmaps', 'a')
    await cluster.list('configmaps', { labelSelector: 'a', limit: 1 })
    await cluster.readPodLog('a', { container: 'main', tailLines: 1, limitBytes: 1 })
    await cluster.version()
    expect(asked).toEqual([])
  })
})

test('Collate behind the fence takes a status of the leader only, and is worth another try', async () => {
  const behind = new FakeCollate()
  const collate = fencedCollate(behind, fence)
  const status = { runId: 'r', pipelineState: 'queued' } as const
  await expect(collate.writeStatus('p', status)).rejects.toMatchObject({ code: 'Unavailable' })
  expect(behind.history).toEqual([])
  expect(await collate.readStatus('p', 'r')).toBeUndefined()
  isHeld = true
  await collate.writeStatus('p', status)
  expect(behind.history).toMatchObject([{ runId: 'r' }])
})
