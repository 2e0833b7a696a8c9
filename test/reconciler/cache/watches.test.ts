import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Watches } from '../../../reconciler/cache/watches.ts'
import type { Kind } from '../../../reconciler/cluster/cluster.ts'
import type { ReflectorSink } from '../../../reconciler/cluster/reflector.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'

let cluster: FakeCluster
let nowMs: number
let said: string[]
/** What a watch that has failed waits for. */
let pause: PromiseWithResolvers<void>
let watches: Watches
beforeEach(() => {
  cluster = new FakeCluster()
  nowMs = 0
  said = []
  pause = Promise.withResolvers<void>()
  const say =
    (level: string) =>
    (_fields: object, message: string): void => {
      said.push(`${level}: ${message}`)
      cluster.changes.notify()
    }
  watches = new Watches({
    cluster,
    log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    now: () => nowMs,
    random: () => 0,
    sleep: async () => pause.promise,
  })
})
afterEach(() => watches.stop())

/** Names of all that was told. */
function sink<K extends Kind>(names: string[]): ReflectorSink<K> {
  return {
    replace: (objects) => void names.push(...objects.map(({ metadata }) => metadata?.name ?? '')),
    upsert: ({ metadata }) => void names.push(metadata?.name ?? ''),
    remove: () => undefined,
  }
}

describe('the watches of a controller', () => {
  test('tell what there is before they are called known, and grow old together with the most silent of them', async () => {
    cluster.put('pods', { metadata: { name: 'one' } })
    const names: string[] = []
    expect(watches.ageMs()).toBe(0)
    await watches.follow('pods', '', sink(names))
    expect(names).toEqual(['one'])
    nowMs = 5_000
    await watches.follow('configmaps', '', sink([]))
    nowMs = 7_000
    expect(watches.ageMs()).toBe(7_000)
  })

  test('grow old from their start, should the first list never come', () => {
    cluster.failNext('list', 'Unavailable')
    void watches.follow('pods', '', sink([]))
    nowMs = 400_000
    expect(watches.ageMs()).toBe(400_000)
  })

  test.each(['workflows', 'cronworkflows'] as const)('of %s say what is missing, and are no trouble until the cluster has Argo', async (kind) => {
    cluster.failNext('list', 'NotFound')
    const known = watches.follow(kind, '', sink([]))
    await cluster.changes.until(() => said.length > 0)
    expect(said).toEqual([expect.stringMatching(/^error: this cluster does not serve Argo's Workflows .*; trying again$/)])
    nowMs = 400_000
    expect(watches.ageMs()).toBe(0)
    pause.resolve()
    await known
    nowMs = 401_000
    expect(watches.ageMs()).toBe(1_000)
  })

  test('that only help are waited for by nobody, and do not count', async () => {
    cluster.failNext('list', 'Forbidden')
    watches.followHints('events', 'reason=Failed', sink([]))
    nowMs = 400_000
    expect(watches.ageMs()).toBe(0)
    await cluster.changes.until(() => said.length > 0)
    expect(said).toEqual(['warn: watch of events'])
  })

  test('end together', async () => {
    await watches.follow('pods', '', sink([]))
    watches.stop()
    expect(watches.signal.aborted).toBe(true)
  })
})
