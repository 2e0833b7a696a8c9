import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { WatchEvent } from '../../../reconciler/cluster/cluster.ts'
import { type Reflector, startReflector } from '../../../reconciler/cluster/reflector.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'

describe('a watch of events, of which there are no bookmarks,', () => {
  let cluster: FakeCluster
  let stop: AbortController
  let slept: number[]
  let troubles: unknown[]
  let nowMs: number
  interface Watched {
    readonly resourceVersion: string
    readonly inactivityMs: number
    readonly timeoutSeconds?: number
  }
  let watched: Watched[]
  let endWatch: () => void
  let news: WatchEvent<'events'>[]
  let lists: number
  beforeEach(() => {
    cluster = new FakeCluster()
    stop = new AbortController()
    slept = []
    troubles = []
    nowMs = 0
    watched = []
    news = []
    lists = 0
    Object.assign(cluster, {
      list: async () => ({ items: [], resourceVersion: String(100 * ++lists) }),
      watch: async function* (_kind: string, options: Watched) {
        watched.push(options)
        yield* news
        const closed = new Promise<void>((resolve) => (endWatch = resolve))
        cluster.changes.notify()
        await closed
      },
    })
  })

  afterEach(() => stop.abort())

  const follow = (): Reflector =>
    startReflector<'events'>({
      cluster,
      kind: 'events',
      labelSelector: '',
      sink: { replace: () => undefined, upsert: () => undefined, remove: () => undefined },
      signal: stop.signal,
      now: () => nowMs,
      random: () => 0.5,
      sleep: async (ms) => void slept.push(ms),
      onTrouble: (_message, error) => troubles.push(error),
    })

  test('is closed by the server in peace before it counts as dead and before its place is forgotten, and is no trouble', async () => {
    const reflector = follow()
    await cluster.changes.until(() => watched.length === 1)
    for (let times = 2; times <= 4; times += 1) {
      nowMs += 240_000
      endWatch()
      await cluster.changes.until(() => watched.length === times)
      expect(reflector.lastSignOfLifeMs()).toBe(nowMs)
    }
    expect(watched.map(({ resourceVersion }) => resourceVersion)).toEqual(['100', '200', '300', '400'])
    for (const { timeoutSeconds = Infinity, inactivityMs } of watched) {
      expect(timeoutSeconds * 1000).toBeLessThan(inactivityMs)
      expect(inactivityMs).toBeLessThan(300_000)
    }
    expect([troubles, slept]).toEqual([[], []])
  })

  test('goes on where it was when it has brought one', async () => {
    news = [{ type: 'ADDED', object: { metadata: { resourceVersion: '150' }, involvedObject: {} } }]
    follow()
    await cluster.changes.until(() => watched.length === 1)
    nowMs += 240_000
    endWatch()
    await cluster.changes.until(() => watched.length === 2)
    expect([watched[1]?.resourceVersion, lists, troubles]).toEqual(['150', 1, []])
  })
})
