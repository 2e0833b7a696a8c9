/** The reflector before a real API server, with everything between the two that goes wrong in the field. */
import type { V1ConfigMap } from '@kubernetes/client-node'
import { rm } from 'node:fs/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ApiLimiter } from '../../reconciler/cluster/api-limiter.ts'
import type { Cluster } from '../../reconciler/cluster/cluster.ts'
import { connectKubeCluster } from '../../reconciler/cluster/kube-cluster.ts'
import { startReflector } from '../../reconciler/cluster/reflector.ts'
import { sleep } from '../../reconciler/queue/sleep.ts'
import { type Cluster as TestCluster, startCluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { createAccounts } from '../scenario/runner-account.ts'
import { Changes } from '../support/changes.ts'
import { ApiProxy, type CallMatch } from './api-proxy.ts'

const WATCH: CallMatch = { method: 'GET', path: /\/configmaps\?.*watch=true/ }
const LIST: CallMatch = { method: 'GET', path: /\/configmaps\?(?!.*watch=true)/ }
const NEXT_PAGE: CallMatch = { method: 'GET', path: /\/configmaps\?.*continue=/ }
const expired = JSON.stringify({ kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message: 'too old resource version' })

let testCluster: TestCluster
let namespace: TestNamespace
let proxy: ApiProxy
let proxied: string
let limiter: ApiLimiter
let cluster: Cluster
let stop: AbortController

beforeAll(async () => {
  testCluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
})
beforeEach(async () => {
  namespace = await createNamespace(testCluster, 'reflector')
  proxy = new ApiProxy(testCluster.apiServerUrl, testCluster.caData)
  await proxy.listen()
  proxied = await proxy.writeKubeconfig(await createAccounts(testCluster, namespace.name))
  limiter = new ApiLimiter({ perSecond: 100, burst: 200, maxInFlight: 32, now: () => performance.now() })
  cluster = connect()
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await proxy.stop()
  await rm(proxied)
  await namespace.delete()
})

function connect(): Cluster {
  const before = process.env['KUBECONFIG']
  process.env['KUBECONFIG'] = proxied
  try {
    return connectKubeCluster({ namespace: namespace.name, limiter })
  } finally {
    if (before === undefined) delete process.env['KUBECONFIG']
    else process.env['KUBECONFIG'] = before
  }
}

/** What one reflector has told. */
interface Mirror {
  readonly synced: Promise<void>
  /** uid by name. */
  readonly known: Map<string, string>
  readonly troubles: string[]
  lists: number
  until(isTrue: () => boolean): Promise<void>
}

function reflect(inactivityMs = 60_000): Mirror {
  const changes = new Changes()
  const known = new Map<string, string>()
  const put = ({ metadata }: V1ConfigMap): unknown => known.set(metadata?.name ?? '', metadata?.uid ?? '')
  const mirror = { known, troubles: new Array<string>(), lists: 0, until: async (isTrue: () => boolean) => changes.until(isTrue) }
  const sink = {
    replace: (objects: readonly V1ConfigMap[]) => {
      mirror.lists += 1
      known.clear()
      for (const object of objects) put(object)
      changes.notify()
    },
    upsert: (object: V1ConfigMap) => (put(object), changes.notify()),
    remove: ({ metadata }: V1ConfigMap) => (known.delete(metadata?.name ?? ''), changes.notify()),
  }
  const onTrouble = (_: string, error: unknown): void => {
    mirror.troubles.push(error instanceof Error ? error.message : String(error))
    changes.notify()
  }
  const { synced } = startReflector<'configmaps'>({
    cluster,
    kind: 'configmaps',
    labelSelector: 'mine=yes',
    sink,
    signal: stop.signal,
    now: Date.now,
    random: Math.random,
    sleep,
    onTrouble,
    inactivityMs,
  })
  return Object.assign(mirror, { synced })
}

const path = (name = ''): string => `/api/v1/namespaces/${namespace.name}/configmaps${name === '' ? '' : `/${name}`}`

async function put(name: string): Promise<void> {
  await callJson(testCluster.api, { method: 'POST', path: path(), body: { metadata: { name, labels: { mine: 'yes' } } } })
}

async function remove(name: string): Promise<void> {
  await callJson(testCluster.api, { method: 'DELETE', path: path(name) })
}

/** Synced, and its watch is open: an object made now is seen. */
async function untilWatching(mirror: Mirror): Promise<void> {
  await mirror.synced
  await put('first')
  await mirror.until(() => mirror.known.has('first'))
}

describe('a watch', () => {
  test('whose connection is half open is given up after its time, and loses nothing', async () => {
    const mirror = reflect(2_000)
    await untilWatching(mirror)
    proxy.freeze()
    await put('behind-the-silence')
    await mirror.until(() => mirror.known.has('behind-the-silence'))
    expect(mirror.lists).toBe(1)
    expect(mirror.troubles.length).toBeGreaterThan(0)
  })

  test('that never begins to answer is given up, too', async () => {
    const mirror = reflect(2_000)
    await untilWatching(mirror)
    const { reached } = proxy.catch(WATCH, 'before')
    proxy.freeze()
    await reached
    await put('behind-the-silence')
    await mirror.until(() => mirror.known.has('behind-the-silence'))
    expect(mirror.lists).toBe(1)
  })

  test.each([
    ['by its status', { status: 410, body: expired }],
    ['by an event inside a 200', { status: 200, body: `{"type":"ERROR","object":${expired}}\n` }],
  ])('that is told Expired %s costs one list, which shows what went and what came again under its name', async (_, answer) => {
    const mirror = reflect(2_000)
    await untilWatching(mirror)
    await put('recreated')
    await put('gone')
    await mirror.until(() => mirror.known.size === 3)
    const before = mirror.known.get('recreated')
    proxy.answer(WATCH, answer)
    proxy.freeze()
    await Promise.all([remove('recreated'), remove('gone')])
    await put('recreated')
    await mirror.until(() => mirror.lists === 2 && mirror.known.size === 2 && mirror.known.get('recreated') !== before)
    expect(mirror.known.get('recreated')).not.toBe(before)
    expect([...mirror.known.keys()].toSorted()).toEqual(['first', 'recreated'])
  })

  test('that is told of another error inside a 200 goes on where it was', async () => {
    const mirror = reflect(2_000)
    await untilWatching(mirror)
    proxy.answer(WATCH, { status: 200, body: `{"type":"ERROR","object":{"code":500,"reason":"InternalError","message":"etcd has no leader"}}\n` })
    proxy.freeze()
    await mirror.until(() => mirror.troubles.includes('etcd has no leader'))
    await put('after')
    await mirror.until(() => mirror.known.has('after'))
    expect(mirror.lists).toBe(1)
  })
})

describe('a list', () => {
  test('in pages whose place expires between two of them comes to an end and is whole', async () => {
    for (let from = 0; from < 600; from += 50) await Promise.all(Array.from({ length: 50 }, async (_, index) => put(`c${from + index}`)))
    proxy.answer(NEXT_PAGE, { status: 410, body: expired })
    const mirror = reflect()
    await mirror.synced
    expect(mirror.known.size).toBe(600)
    expect(mirror.troubles).toHaveLength(1)
  })

  test('of pages of many megabytes is whole', async () => {
    const big = 'x'.repeat(500_000)
    for (let index = 0; index < 40; index += 1)
      await callJson(testCluster.api, { method: 'POST', path: path(), body: { metadata: { name: `big${index}`, labels: { mine: 'yes' } }, data: { big } } })
    const mirror = reflect()
    await mirror.synced
    expect(mirror.known.size).toBe(40)
  })

  test('that is throttled waits as long as it is told, and everybody else with it', async () => {
    proxy.answer(LIST, { status: 429, headers: { 'retry-after': '1' }, body: '{"reason":"TooManyRequests","message":"please try again later"}' }, 2)
    const startedMs = performance.now()
    const mirror = reflect()
    await new Promise<void>((resolve) => {
      const look = setInterval(() => limiter.state().throttled > 0 && (clearInterval(look), resolve()), 5)
    })
    await cluster.version()
    expect(performance.now() - startedMs).toBeGreaterThan(1_000)
    await mirror.synced
    expect(performance.now() - startedMs).toBeGreaterThan(2_000)
    expect(limiter.state().throttled).toBe(2)
    expect(mirror.troubles).toEqual([])
  })
})

test('an API server that restarts hears of eight watchers sixteen times in any second at most, and all of them are back', async () => {
  const mirrors = Array.from({ length: 8 }, () => reflect())
  await Promise.all(mirrors.map(async ({ synced }) => synced))
  await put('before')
  await Promise.all(mirrors.map(async (mirror) => mirror.until(() => mirror.known.has('before'))))
  const from = proxy.calls.length
  proxy.goDown()
  await sleep(4_000, stop.signal)
  await put('while-away')
  proxy.comeBack()
  await Promise.all(mirrors.map(async (mirror) => mirror.until(() => mirror.known.has('while-away'))))
  const times = proxy.calls.slice(from).map(({ atMs }) => atMs)
  const inAnySecond = times.map((atMs) => times.filter((other) => other >= atMs && other < atMs + 1_000).length)
  expect(Math.max(...inAnySecond)).toBeLessThanOrEqual(16)
  expect(mirrors.map(({ lists }) => lists)).toEqual(Array.from({ length: 8 }, () => 1))
})
