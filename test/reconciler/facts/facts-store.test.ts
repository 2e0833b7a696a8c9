import { beforeEach, describe, expect, test } from 'vitest'
import { FactsStore } from '../../../reconciler/facts/facts-store.ts'
import type { Log } from '../../../reconciler/log.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'

let cluster: FakeCluster
let warnings: string[]
let log: Log
beforeEach(() => {
  cluster = new FakeCluster()
  warnings = []
  const ignore = (): void => undefined
  log = { debug: ignore, info: ignore, error: ignore, warn: (_, message) => void warnings.push(message) }
})

function aStore(agentId = 'aws-prod'): FactsStore {
  return new FactsStore(cluster, agentId, log)
}

describe('the facts', () => {
  test('are unknown at first, and outlive the process once learned', async () => {
    const first = aStore()
    await first.load()
    expect(first.current()).toEqual({})
    await first.learnServerVersion('1.11.1')
    const second = aStore()
    await second.load()
    expect([first.current(), second.current()]).toEqual([{ serverVersion: '1.11.1' }, { serverVersion: '1.11.1' }])
  })

  test('are written when they are news, and only then', async () => {
    const store = aStore()
    await store.learnServerVersion('1.11.1')
    await store.learnServerVersion('1.11.1')
    await store.learnServerVersion('1.12.0')
    expect(cluster.writes()).toEqual(['mergePatch configmaps', 'create configmaps', 'mergePatch configmaps'])
    expect(cluster.all('configmaps')).toMatchObject([{ data: { serverVersion: '1.12.0' } }])
  })

  test('that were deleted by hand are written down again, all of them, and only then', async () => {
    const store = aStore()
    const limits = { maxActiveRuns: 3, maxActiveRunsByType: {}, automationSlots: 0 }
    await store.learnServerVersion('1.11.1')
    await store.publishLimits(limits)
    const [facts] = cluster.all('configmaps')
    const before = cluster.writes().length
    await store.restore()
    expect(cluster.writes().length).toBe(before)
    await cluster.delete('configmaps', facts?.metadata?.name ?? '', { uid: facts?.metadata?.uid ?? '' })
    await store.restore()
    expect(cluster.all('configmaps')).toMatchObject([{ data: { serverVersion: '1.11.1', limits: JSON.stringify(limits) } }])
  })

  test('of two runners in one namespace stay apart', async () => {
    await aStore('a').learnServerVersion('1.11.1')
    const other = aStore('b')
    await other.load()
    expect(other.current()).toEqual({})
  })

  test('learned from the server win over those of the last time', async () => {
    await aStore().learnServerVersion('1.11.1')
    const store = aStore()
    await store.learnServerVersion('1.12.0')
    await store.load()
    expect(store.current()).toEqual({ serverVersion: '1.12.0' })
  })

  test('hold also while they can be neither read nor written down', async () => {
    cluster.failNext('read', 'Unavailable')
    cluster.failNext('mergePatch', 'Forbidden')
    const store = aStore()
    await store.load()
    await store.learnServerVersion('1.11.1')
    expect(store.current()).toEqual({ serverVersion: '1.11.1' })
    expect(warnings).toHaveLength(2)
  })
})

test('the version of the API server is unknown where it does not answer', async () => {
  expect(await aStore().kubernetesVersion()).toBe(await cluster.version())
  cluster.version = async () => Promise.reject(new Error('away'))
  expect(await aStore().kubernetesVersion()).toBeUndefined()
})
