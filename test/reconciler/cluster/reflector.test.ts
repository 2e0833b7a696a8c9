import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { V1ConfigMap } from '@kubernetes/client-node'
import { type Reflector, type ReflectorSink, startReflector } from '../../../reconciler/cluster/reflector.ts'
import { Changes } from '../../support/changes.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'

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
    expect(slept).toEqual([250, 500])
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
    expect(slept).toEqual([250, 500, 1_000])
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
