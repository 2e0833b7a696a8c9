import { randomBytes } from 'node:crypto'
import type { V1ConfigMap, V1Pod } from '@kubernetes/client-node'
import { expect, test, vi } from 'vitest'
import { PATIENCE_MS } from '../cluster/waiting.ts'
import type { Cluster, Kind, WatchEvent } from '../../reconciler/cluster/cluster.ts'

const FINALIZER = 'hybrid-runner.collate.io/contract'
const LABEL = 'hybrid-runner.collate.io/contract'

/** What every Cluster does, the fake as well as the real one. `cluster()` is asked for inside each test. */
export function clusterContract(cluster: () => Cluster): void {
  readsAndWrites(cluster)
  deletes(cluster)
  lists(cluster)
  watches(cluster)
}

function readsAndWrites(cluster: () => Cluster): void {
  test('a created object has a uid and a version, and reads back as it is', async () => {
    const created = await cluster().create('configmaps', aConfigMap(aName()))
    expect(created.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/)
    expect(BigInt(created.metadata?.resourceVersion ?? '')).toBeGreaterThan(0n)
    expect(await cluster().read('configmaps', created.metadata?.name ?? '')).toMatchObject({ data: { key: 'value' }, metadata: { uid: created.metadata?.uid } })
  })

  test('a second create of a name is AlreadyExists', async () => {
    const name = aName()
    await cluster().create('configmaps', aConfigMap(name))
    await expect(cluster().create('configmaps', aConfigMap(name))).rejects.toMatchObject({ code: 'AlreadyExists' })
  })

  test('a create that is only tried tells a taken name from a free one and leaves nothing', async () => {
    const name = aName()
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name } }
    await cluster().create('secrets', secret, { dryRun: true })
    await cluster().create('secrets', secret)
    await expect(cluster().create('secrets', secret, { dryRun: true })).rejects.toMatchObject({ code: 'AlreadyExists' })
  })

  test('an absent object reads as undefined and has no log', async () => {
    expect(await cluster().read('pods', aName())).toBeUndefined()
    expect(await cluster().readPodLog(aName(), { container: 'main', tailLines: 1, limitBytes: 1 })).toBeUndefined()
  })

  test('a merge patch changes what it names, takes away what is null, and gives a newer version', async () => {
    const { metadata } = await cluster().create('configmaps', aConfigMap(aName()))
    const patched = await cluster().mergePatch('configmaps', metadata?.name ?? '', {
      metadata: { resourceVersion: metadata?.resourceVersion },
      data: { key: null, other: 'x' },
    })
    expect(patched.data).toEqual({ other: 'x' })
    expect(BigInt(patched.metadata?.resourceVersion ?? '')).toBeGreaterThan(BigInt(metadata?.resourceVersion ?? ''))
  })

  test('a merge patch on a version that has passed is a Conflict and changes nothing', async () => {
    const { metadata } = await cluster().create('configmaps', aConfigMap(aName()))
    const name = metadata?.name ?? ''
    await cluster().mergePatch('configmaps', name, { data: { key: 'newer' } })
    const late = cluster().mergePatch('configmaps', name, { metadata: { resourceVersion: metadata?.resourceVersion }, data: { key: 'late' } })
    await expect(late).rejects.toMatchObject({ code: 'Conflict' })
    expect((await cluster().read('configmaps', name))?.data).toEqual({ key: 'newer' })
  })

  test('a patch of an absent object is NotFound', async () => {
    await expect(cluster().mergePatch('configmaps', aName(), { data: {} })).rejects.toMatchObject({ code: 'NotFound' })
    await expect(cluster().jsonPatch('pods', aName(), [{ op: 'test', path: '/metadata/uid', value: 'x' }])).rejects.toMatchObject({ code: 'NotFound' })
  })

  test('a JSON patch that is only tried gives what would be and changes nothing', async () => {
    const { metadata } = await cluster().create('configmaps', aConfigMap(aName()))
    const name = metadata?.name ?? ''
    const steps = [
      { op: 'test', path: '/metadata/resourceVersion', value: metadata?.resourceVersion },
      { op: 'add', path: '/data', value: { other: 'x' } },
    ] as const
    expect((await cluster().jsonPatch('configmaps', name, steps, { dryRun: true })).data).toEqual({ other: 'x' })
    expect((await cluster().read('configmaps', name))?.data).toEqual({ key: 'value' })
    expect((await cluster().jsonPatch('configmaps', name, steps)).data).toEqual({ other: 'x' })
    await expect(cluster().jsonPatch('configmaps', name, steps)).rejects.toMatchObject({ code: 'Conflict' })
  })

  test('a JSON patch whose test fails is a Conflict and changes nothing', async () => {
    const { metadata } = await cluster().create('configmaps', { ...aConfigMap(aName()), data: { key: 'value' } })
    const name = metadata?.name ?? ''
    const steps = [
      { op: 'test', path: '/metadata/uid', value: 'another' },
      { op: 'remove', path: '/data/key' },
    ] as const
    await expect(cluster().jsonPatch('configmaps', name, steps)).rejects.toMatchObject({ code: 'Conflict' })
    expect((await cluster().read('configmaps', name))?.data).toEqual({ key: 'value' })
  })
}

function deletes(cluster: () => Cluster): void {
  test('a delete with another uid, or of an absent object, does nothing and is good', async () => {
    const name = aName()
    await cluster().create('configmaps', aConfigMap(name))
    await cluster().delete('configmaps', name, { uid: crypto.randomUUID() })
    await cluster().delete('configmaps', aName(), { uid: crypto.randomUUID() })
    expect(await cluster().read('configmaps', name)).toBeDefined()
  })

  test('a delete with the right uid takes the object away', async () => {
    const { metadata } = await cluster().create('configmaps', aConfigMap(aName()))
    await cluster().delete('configmaps', metadata?.name ?? '', { uid: metadata?.uid ?? '' })
    expect(await cluster().read('configmaps', metadata?.name ?? '')).toBeUndefined()
  })

  test('an object that is deleted in the foreground takes what it owns with it before it goes, also when a finalizer holds it', async () => {
    const owner = await cluster().create('configmaps', {
      ...aConfigMap(aName()),
      metadata: { name: aName(), labels: { [LABEL]: 'none' }, finalizers: [FINALIZER] },
    })
    const { name = '', uid = '' } = owner.metadata ?? {}
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, blockOwnerDeletion: true }]
    const pod = aPodThatNobodySchedules(aName())
    await cluster().create('pods', { ...pod, metadata: { name: pod.metadata?.name ?? '', labels: { [LABEL]: 'none' }, ownerReferences } })
    await cluster().delete('configmaps', name, { uid })
    await cluster().delete('configmaps', name, { uid }, { isForeground: true })
    await vi.waitFor(async () => expect(await cluster().read('pods', pod.metadata?.name ?? '')).toBeUndefined(), PATIENCE_MS)
    expect((await cluster().read('configmaps', name))?.metadata?.finalizers).toContain(FINALIZER)
    await cluster().mergePatch('configmaps', name, { metadata: { finalizers: null } })
    await vi.waitFor(async () => expect(await cluster().read('configmaps', name)).toBeUndefined(), PATIENCE_MS)
  })

  test('a finalizer keeps a deleted pod, marked as such, until a JSON patch takes it off', async () => {
    const { metadata } = await cluster().create('pods', aPodThatNobodySchedules(aName()))
    const name = metadata?.name ?? ''
    await cluster().delete('pods', name, { uid: metadata?.uid ?? '' })
    expect((await cluster().read('pods', name))?.metadata).toMatchObject({ deletionTimestamp: expect.any(String), finalizers: [FINALIZER] })
    await cluster().jsonPatch('pods', name, [
      { op: 'test', path: '/metadata/uid', value: metadata?.uid },
      { op: 'test', path: '/metadata/finalizers/0', value: FINALIZER },
      { op: 'remove', path: '/metadata/finalizers/0' },
    ])
    expect(await cluster().read('pods', name)).toBeUndefined()
  })
}

function lists(cluster: () => Cluster): void {
  test('a list gives what the labels select, page by page', async () => {
    const label = aName()
    for (const _ of [1, 2, 3]) await cluster().create('configmaps', aConfigMap(aName(), label))
    await cluster().create('configmaps', aConfigMap(aName(), 'another'))
    const first = await cluster().list('configmaps', { labelSelector: `${LABEL}=${label}`, limit: 2 })
    expect(first.items).toHaveLength(2)
    const second = await cluster().list('configmaps', { labelSelector: `${LABEL}=${label},${LABEL}`, limit: 2, continueToken: first.continueToken ?? '' })
    expect(second.items).toHaveLength(1)
    expect(second.continueToken).toBeUndefined()
    expect(new Set([...first.items, ...second.items].map(({ metadata }) => metadata?.uid)).size).toBe(3)
  })
}

function watches(cluster: () => Cluster): void {
  test('a watch gives what happens after its version, once each and in order', async () => {
    const label = aName()
    const before = await cluster().create('configmaps', aConfigMap(aName(), label))
    const { metadata } = await cluster().create('configmaps', aConfigMap(aName(), label))
    const name = metadata?.name ?? ''
    const events = watchOf(cluster(), 'configmaps', label, before.metadata?.resourceVersion)
    await cluster().mergePatch('configmaps', name, { data: { key: 'two' } })
    await cluster().create('configmaps', aConfigMap(aName(), 'another'))
    await cluster().delete('configmaps', name, { uid: metadata?.uid ?? '' })
    expect(await take(events, 3)).toMatchObject([
      { type: 'ADDED', object: { metadata: { name }, data: { key: 'value' } } },
      { type: 'MODIFIED', object: { data: { key: 'two' } } },
      { type: 'DELETED', object: { metadata: { name } } },
    ])
  })

  test('a watch that hears nothing for too long is Unavailable', async () => {
    const { metadata } = await cluster().create('configmaps', aConfigMap(aName()))
    await expect(take(watchOf(cluster(), 'configmaps', aName(), metadata?.resourceVersion, 100), 1)).rejects.toMatchObject({ code: 'Unavailable' })
  })

  test('a watch ends without an error when its signal aborts', async () => {
    const { metadata } = await cluster().create('configmaps', aConfigMap(aName()))
    const stop = new AbortController()
    const ended = take(watchOf(cluster(), 'configmaps', aName(), metadata?.resourceVersion, 60_000, stop.signal), 1)
    stop.abort()
    expect(await ended).toEqual([])
  })
}

function watchOf<K extends Kind>(
  cluster: Cluster,
  kind: K,
  label: string,
  resourceVersion = '',
  inactivityMs = 60_000,
  signal = new AbortController().signal,
): AsyncIterable<WatchEvent<K>> {
  return cluster.watch(kind, { labelSelector: `${LABEL}=${label}`, resourceVersion, inactivityMs, signal })
}

/** The first events, bookmarks left out. Fewer when the watch ends. */
async function take<K extends Kind>(events: AsyncIterable<WatchEvent<K>>, count: number): Promise<WatchEvent<K>[]> {
  const taken: WatchEvent<K>[] = []
  for await (const event of events) {
    if (event.type !== 'BOOKMARK') taken.push(event)
    if (taken.length === count) break
  }
  return taken
}

function aName(): string {
  return `contract-${randomBytes(6).toString('hex')}`
}

function aConfigMap(name: string, label = 'none'): V1ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { [LABEL]: label } }, data: { key: 'value' } }
}

function aPodThatNobodySchedules(name: string): V1Pod {
  const metadata = { name, labels: { [LABEL]: 'none' }, finalizers: [FINALIZER] }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'none' }] } }
}
