import { beforeEach, expect, test } from 'vitest'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import { WRITE_TIMEOUT_MS } from '../../../reconciler/cluster/cluster.ts'
import type { Fence } from '../../../reconciler/leader/elector.ts'
import { fencedCollate } from '../../../reconciler/leader/fenced-collate.ts'
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

test('Collate behind the fence takes a status of the leader only, and is worth another try', async () => {
  const behind = new FakeCollate()
  const collate = fencedCollate(behind, fence)
  const status = { runId: 'r', pipelineState: 'queued' } as const
  await expect(collate.writeStatus('p', status)).rejects.toMatchObject({ code: 'Unavailable' })
  expect(behind.history).toEqual([])
  expect(await collate.readStatus('p', 'r')).toBeUndefined()
  expect(asked).toEqual([WRITE_TIMEOUT_MS])
  isHeld = true
  await collate.writeStatus('p', status)
  expect(behind.history).toMatchObject([{ runId: 'r' }])
})
