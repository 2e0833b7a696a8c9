import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { V1ConfigMap } from '@kubernetes/client-node'
import type { WatchEvent } from '../../../reconciler/cluster/cluster.ts'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import { type Reflector, type ReflectorSink, startReflector } from '../../../reconciler/cluster/reflector.ts'
import { Changes } from '../../support/changes.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'
import { randomFrom } from '../../support/random-from.ts'

const NOTHING_HAPPENS_MS = 90_000

/** What a reflector has told, and what follows from it. */
class Mirror implements ReflectorSink<'configmaps'> {
  readonly told: string[] = []
  readonly objects = new Map<string, V1ConfigMap>()
  readonly changes = new Changes()

  replace(objects: readonly V1ConfigMap[]): void {
    this.objects.clear()
    for (const object of objects) this.objects.set(object.metadata?.name ?? '', object)
    this.#tell(`replace ${objects.length}`)
  }
  upsert(object: V1ConfigMap): void {
    this.objects.set(object.metadata?.name ?? '', object)
    this.#tell(`upsert ${object.metadata?.name}`)
  }
  remove(object: V1ConfigMap): void {
    this.objects.delete(object.metadata?.name ?? '')
    this.#tell(`remove ${object.metadata?.name}`)
  }
  #tell(line: string): void {
    this.told.push(line)
    this.changes.notify()
  }
}

let cluster: FakeCluster
let mirror: Mirror
let stop: AbortController
let slept: number[]
let troubles: unknown[]
let nowMs: number
beforeEach(() => {
  cluster = new FakeCluster()
  mirror = new Mirror()
  stop = new AbortController()
  slept = []
  troubles = []
  nowMs = 0
})
afterEach(() => stop.abort())

function start(inactivityMs = NOTHING_HAPPENS_MS): Reflector {
  return startReflector<'configmaps'>({
    cluster,
    kind: 'configmaps',
    labelSelector: 'mine=yes',
    sink: mirror,
    signal: stop.signal,
    now: () => nowMs,
    random: () => 0.5,
    sleep: async (ms) => void slept.push(ms),
    onTrouble: (_message, error) => troubles.push(error),
    inactivityMs,
  })
}

function aConfigMap(name: string, data: Record<string, string> = {}): V1ConfigMap {
  return { metadata: { name, labels: { mine: 'yes' } }, data }
}

async function untilTold(line: string): Promise<void> {
  await mirror.changes.until(() => mirror.told.includes(line))
}

async function untilWatching(): Promise<void> {
  await cluster.changes.until(() => cluster.calls.at(-1) === 'watch configmaps')
  await new Promise(setImmediate)
}

const lists = (): number => cluster.calls.filter((call) => call === 'list configmaps').length

describe('the first list', () => {
  test('is read page by page and given over whole, before anything else', async () => {
    for (let index = 0; index < 1_201; index += 1) cluster.put('configmaps', aConfigMap(`c${index}`))
    cluster.put('configmaps', { metadata: { name: 'foreign' } })
    await start().synced
    expect(mirror.told).toEqual(['replace 1201'])
    expect(lists()).toBe(3)
  })

  test('that fails is tried again, and only then is the reflector synced', async () => {
    cluster.failNext('list', 'Unavailable')
    cluster.failNext('list', 'Throttled')
    await start().synced
    expect(troubles).toMatchObject([{ code: 'Unavailable' }, { code: 'Throttled' }])
    expect(slept).toEqual([500, 1_000])
  })
})

describe('a list that is throttled', () => {
  test('is asked again no sooner than the API server says', async () => {
    let isFirst = true
    const list = cluster.list.bind(cluster)
    const busy: typeof list = async (kind, options) => {
      if (!isFirst) return list(kind, options)
      isFirst = false
      throw new ClusterError('Throttled', 'too many requests', { retryAfterMs: 7_000 })
    }
    Object.assign(cluster, { list: busy })
    await start().synced
    expect(slept).toEqual([7_500])
  })
})

describe('a list whose place expires between two pages', () => {
  test('begins anew with larger pages, so that it comes to an end, and gives nothing of the torn one', async () => {
    for (let index = 0; index < 3_000; index += 1) cluster.put('configmaps', aConfigMap(`c${index}`))
    const limits: number[] = []
    const list = cluster.list.bind(cluster)
    const shortLived: typeof list = async (kind, options) => {
      limits.push(options.limit)
      if (options.continueToken !== undefined && options.limit < 2_500) throw new ClusterError('Expired', 'the provided continue parameter is too old')
      return list(kind, options)
    }
    Object.assign(cluster, { list: shortLived })
    await start().synced
    expect(limits).toEqual([500, 500, 2_000, 2_000, 8_000])
    expect(mirror.told).toEqual(['replace 3000'])
    expect(troubles).toMatchObject([{ code: 'Expired' }, { code: 'Expired' }])
  })
})

describe('the watch', () => {
  test('tells every change in order, and nothing of what is not selected', async () => {
    await start().synced
    cluster.put('configmaps', { metadata: { name: 'foreign' } })
    const { metadata } = cluster.put('configmaps', aConfigMap('a'))
    await cluster.mergePatch('configmaps', 'a', { data: { x: '1' } } as object)
    await cluster.delete('configmaps', 'a', { uid: metadata?.uid ?? '' })
    await untilTold('remove a')
    expect(mirror.told).toEqual(['replace 0', 'upsert a', 'upsert a', 'remove a'])
  })

  test('that breaks goes on where it was, without a list, and loses and repeats nothing', async () => {
    await start().synced
    cluster.put('configmaps', aConfigMap('a'))
    await untilTold('upsert a')
    cluster.events.breakWatches('Unavailable')
    cluster.put('configmaps', aConfigMap('b'))
    await untilTold('upsert b')
    expect(mirror.told).toEqual(['replace 0', 'upsert a', 'upsert b'])
    expect(lists()).toBe(1)
  })

  test('that the server ends in good order goes on at once', async () => {
    await start().synced
    cluster.put('configmaps', aConfigMap('a'))
    await untilTold('upsert a')
    nowMs += 1_800_000
    cluster.events.endWatches()
    cluster.put('configmaps', aConfigMap('b'))
    await untilTold('upsert b')
    expect(slept).toEqual([])
    expect(lists()).toBe(1)
  })

  test('that the server ends again and again before a word waits longer each time', async () => {
    await start().synced
    for (const _ of [1, 2, 3]) {
      await untilWatching()
      cluster.events.endWatches()
      await new Promise(setImmediate)
    }
    expect(slept).toEqual([500, 1_000, 2_000])
  })

  test('that the server ends after a word, again and again, waits longer each time, too', async () => {
    await start().synced
    for (const name of ['a', 'b', 'c']) {
      await untilWatching()
      cluster.put('configmaps', aConfigMap(name))
      await untilTold(`upsert ${name}`)
      cluster.events.endWatches()
      await new Promise(setImmediate)
    }
    expect(slept).toEqual([500, 1_000, 2_000])
    expect(lists()).toBe(1)
  })

  test('that lived starts the waits anew', async () => {
    await start().synced
    for (const livedMs of [0, 0, 60_000, 0]) {
      await untilWatching()
      nowMs += livedMs
      cluster.events.breakWatches('Unavailable')
      await new Promise(setImmediate)
    }
    expect(slept).toEqual([500, 1_000, 500, 1_000])
  })

  test('lives on bookmarks alone, and takes none for news', async () => {
    const reflector = start()
    await reflector.synced
    await untilWatching()
    for (nowMs = 60_000; nowMs <= 600_000; nowMs += 60_000) {
      cluster.events.sendBookmarks()
      await new Promise(setImmediate)
      expect(reflector.lastSignOfLifeMs()).toBe(nowMs)
    }
    expect(mirror.told).toEqual(['replace 0'])
    expect(troubles).toEqual([])
  })

  test('whose object names no version goes on from the last one that did', async () => {
    const watched: string[] = []
    const events: WatchEvent<'configmaps'>[] = [
      { type: 'ADDED', object: { metadata: { name: 'a', resourceVersion: '2000' } } },
      { type: 'MODIFIED', object: { metadata: { name: 'a' } } },
      { type: 'BOOKMARK', resourceVersion: '' },
    ]
    Object.assign(cluster, {
      watch: async function* (_kind: string, { resourceVersion }: { resourceVersion: string }) {
        watched.push(resourceVersion)
        if (watched.length === 1) yield* events
        cluster.changes.notify()
        if (watched.length > 1) await new Promise(() => undefined)
      },
    })
    await start().synced
    await cluster.changes.until(() => watched.length === 2)
    expect(watched[1]).toBe('2000')
  })

  test('takes its place from bookmarks, so that an expired past costs no list', async () => {
    await start().synced
    await untilWatching()
    cluster.put('pods', { metadata: { name: 'of-another-kind' } })
    cluster.events.sendBookmarks()
    await new Promise(setImmediate)
    cluster.events.compact()
    cluster.events.breakWatches('Unavailable')
    cluster.put('configmaps', aConfigMap('b'))
    await untilTold('upsert b')
    expect(lists()).toBe(1)
  })

  test('from an expired version costs a list, which tells what went in between', async () => {
    cluster.put('configmaps', aConfigMap('gone'))
    await start().synced
    await untilWatching()
    cluster.events.breakWatches('Unavailable')
    await cluster.delete('configmaps', 'gone', { uid: cluster.find('configmaps', 'gone')?.metadata?.uid ?? '' })
    cluster.put('configmaps', aConfigMap('new'))
    cluster.events.compact()
    await mirror.changes.until(() => mirror.told.length > 1)
    expect(mirror.told).toEqual(['replace 1', 'replace 1'])
    expect([...mirror.objects.keys()]).toEqual(['new'])
    expect(troubles).toContainEqual(expect.objectContaining({ code: 'Expired' }))
  })

  test('that is silent for too long is opened anew', async () => {
    await start(20).synced
    await cluster.changes.until(() => cluster.calls.filter((call) => call === 'watch configmaps').length === 3)
    expect(troubles).toMatchObject([{ code: 'Unavailable' }, { code: 'Unavailable' }])
    expect(lists()).toBe(1)
    cluster.put('configmaps', aConfigMap('a'))
    await untilTold('upsert a')
  })

  test('ends with its signal and is not opened again', async () => {
    await start().synced
    await untilWatching()
    stop.abort()
    await new Promise(setImmediate)
    expect(cluster.events.watcherCount()).toBe(0)
    expect(cluster.calls.filter((call) => call === 'watch configmaps')).toHaveLength(1)
    expect(troubles).toEqual([])
  })
})

describe('a sign of life', () => {
  test('is a page, an event or a bookmark, and not a failure', async () => {
    cluster.failNext('list', 'Unavailable')
    nowMs = 1
    const reflector = start()
    await reflector.synced
    await untilWatching()
    nowMs = 2
    cluster.events.sendBookmarks()
    await new Promise(setImmediate)
    expect(reflector.lastSignOfLifeMs()).toBe(2)
    nowMs = 3
    cluster.put('configmaps', aConfigMap('a'))
    await untilTold('upsert a')
    expect(reflector.lastSignOfLifeMs()).toBe(3)
    nowMs = 4
    cluster.failNext('watch', 'Unavailable')
    cluster.events.breakWatches('Unavailable')
    await new Promise(setImmediate)
    expect(reflector.lastSignOfLifeMs()).toBe(3)
  })
})

describe('an API server that restarts', () => {
  /** Reflectors of one process on a simulated clock, and when each of their requests went out. */
  async function requestsWhile(reflectors: number, downForMs: number, random: () => number): Promise<number[]> {
    vi.useFakeTimers()
    const requests: number[] = []
    let isDown = false
    const breaks = new Set<() => void>()
    const call = (): void => {
      requests.push(performance.now())
      if (isDown) throw new ClusterError('Unavailable', 'connect ECONNREFUSED')
    }
    Object.assign(cluster, {
      list: async () => (call(), { items: [], resourceVersion: '1' }),
      watch: async function* (): AsyncIterable<WatchEvent<'configmaps'>> {
        call()
        yield { type: 'BOOKMARK', resourceVersion: '2' }
        await new Promise<void>((resolve) => breaks.add(resolve))
        throw new ClusterError('Expired', 'too old')
      },
    })
    const synced = Array.from({ length: reflectors }, async () => {
      const options = { cluster, kind: 'configmaps', labelSelector: 'mine=yes', sink: mirror, signal: stop.signal, onTrouble: () => undefined } as const
      return startReflector<'configmaps'>({
        ...options,
        now: () => performance.now(),
        random,
        sleep: async (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      }).synced
    })
    await Promise.all(synced)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(breaks.size).toBe(reflectors)
    requests.length = 0
    isDown = true
    const startMs = performance.now()
    for (const cut of breaks) cut()
    await vi.advanceTimersByTimeAsync(downForMs)
    isDown = false
    await vi.advanceTimersByTimeAsync(60_000)
    vi.useRealTimers()
    return requests.map((atMs) => atMs - startMs)
  }

  test.each([0, 5_000, 60_000])(
    'for %i ms hears of ten watchers at most twice a second each, ten times each in all, and all are back in half a minute',
    async (downForMs) => {
      const requests = await requestsWhile(10, downForMs, randomFrom(7))
      const perSecond = new Map<number, number>()
      for (const atMs of requests) perSecond.set(Math.floor(atMs / 1_000), (perSecond.get(Math.floor(atMs / 1_000)) ?? 0) + 1)
      // Each of them comes back with a list and the watch that follows it.
      expect(requests.length).toBeGreaterThanOrEqual(20)
      expect(requests.length).toBeLessThanOrEqual(100)
      expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(20)
      expect(Math.max(...requests)).toBeLessThan(downForMs + 30_000)
    },
  )
})

test('a sink that takes a list by pages is given each object as it comes, and at the end which there were', async () => {
  for (let index = 0; index < 501; index += 1) cluster.put('configmaps', aConfigMap(`c-${index}`))
  const kept: [number, number, number][] = []
  let upserted = 0
  const sink: ReflectorSink<'configmaps'> = {
    replace: () => expect.unreachable('the list is told by pages'),
    upsert: () => void (upserted += 1),
    remove: () => undefined,
    retain: ({ uids, names }) => kept.push([upserted, uids.size, names.size]),
  }
  const common = { cluster, kind: 'configmaps', labelSelector: 'mine=yes', signal: stop.signal, now: () => nowMs, random: () => 0.5 } as const
  await startReflector<'configmaps'>({ ...common, sink, sleep: async () => Promise.resolve(), onTrouble: () => undefined }).synced
  expect(kept).toEqual([[501, 501, 501]])
  expect(cluster.calls.filter((call) => call === 'list configmaps')).toHaveLength(2)
})
