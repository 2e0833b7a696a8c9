import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiLimiter } from '../../../reconciler/cluster/api-limiter.ts'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import type { Cluster, WatchEvent } from '../../../reconciler/cluster/cluster.ts'
import { connectKubeCluster, type KubeClusterOptions } from '../../../reconciler/cluster/kube-cluster.ts'
import { kubeconfigFor } from '../../support/kubeconfig-for.ts'

let folder: string
let server: Server
let requests: string[]
let respond: RequestListener
let cluster: Cluster

beforeEach(async () => {
  requests = []
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    respond(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  folder = await mkdtemp(join(tmpdir(), 'kube-cluster-'))
  cluster = await connectThrough(kubeconfigFor((server.address() as AddressInfo).port))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

function answering(status: number, body: string, headers: Record<string, string> = {}): void {
  respond = (_, response) => response.writeHead(status, headers).end(body)
}

function statusOf(code: number, reason: string): string {
  return JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, message: `told ${reason}` })
}

describe('an error of the API server', () => {
  test.each([
    [401, 'Unauthorized', 'Unauthorized'],
    [409, 'AlreadyExists', 'AlreadyExists'],
    [409, 'Conflict', 'Conflict'],
    [410, 'Expired', 'Expired'],
    [422, 'Invalid', 'Invalid'],
    [429, 'TooManyRequests', 'Throttled'],
    [500, 'InternalError', 'Unavailable'],
    [503, 'ServiceUnavailable', 'Unavailable'],
  ])('%i with reason %s becomes %s and keeps its words', async (status, reason, code) => {
    answering(status, statusOf(status, reason))
    await expect(cluster.create('configmaps', {})).rejects.toMatchObject({ code, message: `told ${reason}` })
  })

  test.each([
    ['pods is forbidden: User "system:serviceaccount:a:b" cannot create resource "pods" in API group "" in the namespace "a"', 'Forbidden'],
    ['configmaps "x" is forbidden: unable to create new content in namespace a because it is being terminated', 'Forbidden'],
    ['pods "x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=1, limited: pods=1', 'QuotaExceeded'],
    ['pods "x" is forbidden: status unknown for quota: compute, resources: pods', 'QuotaExceeded'],
    ['pods "x" is forbidden: failed quota: compute: must specify limits.cpu for: main', 'Rejected'],
    ['pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged', 'Rejected'],
    ['admission webhook "images.example.com" denied the request: not from our registry', 'Rejected'],
  ])('403 %j is %s: one may pass, the other does not', async (message, code) => {
    answering(403, JSON.stringify({ reason: 'Forbidden', message }))
    await expect(cluster.create('pods', {})).rejects.toMatchObject({ code, message })
  })

  test('tells how long to wait', async () => {
    answering(429, statusOf(429, 'TooManyRequests'), { 'retry-after': '7' })
    await expect(cluster.read('pods', 'x')).rejects.toMatchObject({ code: 'Throttled', retryAfterMs: 7000 })
  })

  test.each(['<html>a proxy has its say</html>', ''])('that is no Status is taken by its number: %j', async (body) => {
    answering(502, body)
    await expect(cluster.read('pods', 'x')).rejects.toMatchObject({
      code: 'Unavailable',
      message: `HTTP 502 (not the API server's own answer: ${body.length} bytes)`,
    })
  })

  test('an answer that is cut off, or is not what it should be, is Unavailable', async () => {
    respond = (_, response) => response.destroy()
    await expect(cluster.version()).rejects.toMatchObject({ code: 'Unavailable' })
    answering(200, '<html>welcome</html>')
    await expect(cluster.version()).rejects.toMatchObject({ code: 'Unavailable', message: 'GET /version: the answer is no JSON (20 bytes)' })
  })

  test.each([200, 500])('does not repeat what came in place of JSON, with a %i', async (status) => {
    answering(status, '{"data": planted-value')
    const watch = cluster.watch('pods', { labelSelector: '', resourceVersion: '1', inactivityMs: 5000, signal: new AbortController().signal })
    const calls = [async () => cluster.version(), async () => cluster.create('secrets', {}), async () => watch[Symbol.asyncIterator]().next()]
    for (const call of calls) {
      const error: unknown = await call().catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'Unavailable' })
      expect(inspect(error, { depth: 9 })).not.toContain('planted')
    }
  })

  test('of a JSON patch is a Conflict when a step does not fit, and Invalid when the object would be', async () => {
    answering(422, JSON.stringify({ reason: 'Invalid', message: 'the server rejected our request due to an error in our request' }))
    await expect(cluster.jsonPatch('pods', 'x', [])).rejects.toMatchObject({ code: 'Conflict' })
    answering(422, JSON.stringify({ reason: 'Invalid', message: 'Pod "x" is invalid: spec.test: no' }))
    await expect(cluster.jsonPatch('pods', 'x', [])).rejects.toMatchObject({ code: 'Invalid' })
  })
})

describe('a call', () => {
  test('carries the credentials of the kubeconfig and names that are safe in a path', async () => {
    answering(200, '{}')
    await cluster.read('pods', 'a/../b')
    expect(requests).toEqual(['GET /api/v1/namespaces/collate/pods/a%2F..%2Fb Bearer kubeconfig-token'])
  })

  test('that writes names its field manager, has unknown fields refused, and is given up by the API server after a short time', async () => {
    answering(200, '{}')
    await cluster.create('secrets', {}, { dryRun: true })
    const query = new URL(requests[0]?.split(' ')[1] ?? '', 'http://x').searchParams
    expect(Object.fromEntries(query)).toEqual({ fieldManager: 'hybrid-ingestion-runner', fieldValidation: 'Strict', timeout: '3s', dryRun: 'All' })
    await cluster.delete('pods', 'a', { uid: 'u' })
    expect(requests[1]).toContain('timeout=3s')
  })
})

describe('an API server that asks for less', () => {
  const busyOnce = (seconds: string): void => {
    let isBusy = true
    respond = (request, response) => {
      if (isBusy && request.method === 'POST') response.writeHead(429, { 'retry-after': seconds }).end(statusOf(429, 'TooManyRequests'))
      else response.writeHead(200).end('{}')
      if (request.method === 'POST') isBusy = false
    }
  }

  test('is asked again when it said, by all calls and not only the one it told, and its 429 reaches nobody', async () => {
    const limiter = new ApiLimiter({ perSecond: 1000, burst: 1000, maxInFlight: 32, now: () => performance.now() })
    cluster = await connectThrough(kubeconfigFor((server.address() as AddressInfo).port), { limiter })
    busyOnce('0.3')
    const startedMs = performance.now()
    const told = cluster.create('configmaps', {})
    await vi.waitUntil(() => limiter.state().pausedForMs > 0)
    await cluster.mergePatch('configmaps', 'another', {})
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(300)
    await told
    expect(requests.map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(['POST', 'PATCH', 'POST']))
    expect(limiter.state()).toMatchObject({ throttled: 1, inFlight: 0 })
  })

  test('for longer than the caller waits is an error at once', async () => {
    const limiter = new ApiLimiter({ perSecond: 1000, burst: 1000, maxInFlight: 32, now: () => performance.now() })
    cluster = await connectThrough(kubeconfigFor((server.address() as AddressInfo).port), { limiter })
    busyOnce('60')
    await expect(cluster.create('configmaps', {})).rejects.toMatchObject({ code: 'Throttled', retryAfterMs: 60_000 })
  })
})

describe('the kubeconfig', () => {
  test('that changes is read again, also when it is broken in between', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    answering(200, '{}')
    const path = join(folder, 'kubeconfig')
    const { port } = server.address() as AddressInfo
    const before = process.env['KUBECONFIG']
    try {
      await cluster.read('pods', 'x')
      process.env['KUBECONFIG'] = path
      await writeFile(path, '{ half')
      vi.advanceTimersByTime(10_000)
      await cluster.read('pods', 'x')
      await writeFile(path, JSON.stringify(kubeconfigFor(port)).replace('kubeconfig-token', 'rotated'))
      vi.advanceTimersByTime(10_000)
      await cluster.read('pods', 'x')
    } finally {
      vi.useRealTimers()
      if (before === undefined) delete process.env['KUBECONFIG']
      else process.env['KUBECONFIG'] = before
    }
    expect(requests.map((line) => line.split(' ').at(-1))).toEqual(['kubeconfig-token', 'kubeconfig-token', 'rotated'])
  })
})

describe('what is asked before a write', () => {
  test('has the last word on every write, when its turn has come, and none on a read', async () => {
    answering(200, '{}')
    const asked = vi.fn<() => Promise<void>>().mockRejectedValue(new ClusterError('Unavailable', 'this process does not lead'))
    const limiter = new ApiLimiter({ perSecond: 1000, burst: 1000, maxInFlight: 32, now: () => performance.now() })
    cluster = await connectThrough(kubeconfigFor((server.address() as AddressInfo).port), { limiter, beforeWrite: asked })
    const writes = {
      create: async () => cluster.create('pods', {}),
      mergePatch: async () => cluster.mergePatch('pods', 'a', {}),
      jsonPatch: async () => cluster.jsonPatch('pods', 'a', []),
      delete: async () => cluster.delete('pods', 'a', { uid: 'u' }),
    }
    for (const write of Object.values(writes)) await expect(write()).rejects.toThrow('this process does not lead')
    expect([requests, asked.mock.calls.length, limiter.state().inFlight]).toEqual([[], 4, 0])
    await cluster.read('pods', 'a')
    expect(asked).toHaveBeenCalledTimes(4)
    asked.mockResolvedValue()
    for (const write of Object.values(writes)) await write()
    expect(requests.map((request) => request.split(' ')[0])).toEqual(['GET', 'POST', 'PATCH', 'PATCH', 'DELETE'])
  })
})

describe('a watch', () => {
  const watch = (inactivityMs = 60_000): AsyncIterable<WatchEvent<'pods'>> =>
    cluster.watch('pods', { labelSelector: 'a=b', resourceVersion: '7', inactivityMs, signal: new AbortController().signal })

  test('gives events and bookmarks, wherever the chunks are cut, and ends with the answer', async () => {
    const lines = [
      { type: 'ADDED', object: { metadata: { name: 'größe', resourceVersion: '8' } } },
      { type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } },
    ]
    respond = (_, response) => {
      for (const byte of Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))) response.write(Buffer.from([byte]))
      response.end()
    }
    expect(await Array.fromAsync(watch())).toEqual([lines[0], { type: 'BOOKMARK', resourceVersion: '9' }])
    expect(requests[0]).toContain('allowWatchBookmarks=true')
    expect(requests[0]).not.toContain('timeoutSeconds')
  })

  test('asks the server to close it when its caller says so', async () => {
    answering(200, '')
    const options = { labelSelector: '', resourceVersion: '7', inactivityMs: 60_000, timeoutSeconds: 240, signal: new AbortController().signal }
    expect(await Array.fromAsync(cluster.watch('events', options))).toEqual([])
    expect(requests[0]).toContain('timeoutSeconds=240')
  })

  test('from a version that is long gone is Expired, said by status or by event', async () => {
    answering(410, statusOf(410, 'Expired'))
    await expect(Array.fromAsync(watch())).rejects.toMatchObject({ code: 'Expired' })
    answering(200, `${JSON.stringify({ type: 'ERROR', object: JSON.parse(statusOf(410, 'Expired')) })}\n`)
    await expect(Array.fromAsync(watch())).rejects.toMatchObject({ code: 'Expired' })
  })

  test('that its caller ends is over without an error, before its answer began and after', async () => {
    for (const begins of [false, true]) {
      const stop = new AbortController()
      const asked = Promise.withResolvers<void>()
      respond = (_, response) => {
        if (begins) response.flushHeaders()
        asked.resolve()
      }
      const events = Array.fromAsync(cluster.watch('pods', { labelSelector: 'a=b', resourceVersion: '7', inactivityMs: 60_000, signal: stop.signal }))
      await asked.promise
      stop.abort()
      expect(await events).toEqual([])
    }
  })

  test('that is cut, garbled or silent is Unavailable', async () => {
    respond = (_, response) => void response.write('{"type":"ADDED",', () => response.destroy())
    await expect(Array.fromAsync(watch())).rejects.toMatchObject({ code: 'Unavailable' })
    answering(200, 'not JSON\n')
    await expect(Array.fromAsync(watch())).rejects.toMatchObject({ code: 'Unavailable' })
    respond = (_, response) => response.flushHeaders()
    await expect(Array.fromAsync(watch(50))).rejects.toMatchObject({ code: 'Unavailable' })
  })
})

describe('a log', () => {
  const read = async (options: { inactivityMs?: number; signal?: AbortSignal } = {}): Promise<string> => {
    const { inactivityMs = 60_000, signal = new AbortController().signal } = options
    const chunks = await Array.fromAsync(cluster.streamPodLog('x', { container: 'main', follow: true, sinceMs: 1_768_442_400_999, inactivityMs, signal }))
    return Buffer.concat(chunks).toString('utf8')
  }

  test('is asked for with times, from a whole second on', async () => {
    answering(200, '2026-01-15T02:00:00.5Z one\n')
    expect(await read()).toBe('2026-01-15T02:00:00.5Z one\n')
    const query = new URL(requests[0]?.split(' ')[1] ?? '', 'http://x').searchParams
    expect(Object.fromEntries(query)).toEqual({ container: 'main', timestamps: 'true', follow: 'true', sinceTime: '2026-01-15T02:00:00.000Z' })
  })

  test('that the kubelet has not any more is NotFound, though it comes as if it were the log', async () => {
    answering(200, 'unable to retrieve container logs for containerd://abc')
    await expect(read()).rejects.toMatchObject({ code: 'NotFound' })
    expect(await cluster.readPodLog('x', { container: 'main', tailLines: 5, limitBytes: 100 })).toBeUndefined()
  })

  test('that is silent, before its first word or after, or is cut off is Unavailable', async () => {
    respond = () => undefined
    await expect(read({ inactivityMs: 50 })).rejects.toMatchObject({ code: 'Unavailable' })
    respond = (_, response) => void response.write('2026-01-15T02:00:00Z one\n')
    await expect(read({ inactivityMs: 50 })).rejects.toMatchObject({ code: 'Unavailable' })
    respond = (_, response) => void response.write('2026', () => response.destroy())
    await expect(read()).rejects.toMatchObject({ code: 'Unavailable' })
  })

  test('whose node does not answer is Unavailable in the words of the API server', async () => {
    answering(500, JSON.stringify({ reason: 'InternalError', message: 'Get "https://10.0.0.1:10250/containerLogs": dial tcp: i/o timeout' }))
    await expect(read()).rejects.toMatchObject({ code: 'Unavailable', message: expect.stringContaining('i/o timeout') })
  })

  test('that its reader leaves is let go', async () => {
    const stop = new AbortController()
    respond = (_, response) => void response.write('2026-01-15T02:00:00Z one\n', () => stop.abort())
    expect('2026-01-15T02:00:00Z one\n'.startsWith(await read({ signal: stop.signal }))).toBe(true)
  })
})

async function connectThrough(kubeconfig: object, options: Partial<KubeClusterOptions> = {}): Promise<Cluster> {
  const before = process.env['KUBECONFIG']
  process.env['KUBECONFIG'] = join(folder, 'kubeconfig')
  await writeFile(process.env['KUBECONFIG'], JSON.stringify(kubeconfig))
  try {
    return connectKubeCluster({ namespace: 'collate', ...options })
  } finally {
    if (before === undefined) delete process.env['KUBECONFIG']
    else process.env['KUBECONFIG'] = before
  }
}
