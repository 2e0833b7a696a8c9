import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startCollate } from './client.ts'
import type { Collate } from './client.ts'
import { createRest, statusOf, statusPath } from './openmetadata-client.ts'
import type { Rest } from './openmetadata-client.ts'
import { accepted, connectRunner, openRunner, refusedHandshake } from './plain-runner.ts'

let collate: Collate
let bot: Rest
beforeAll(async () => {
  collate = await startCollate()
  bot = createRest(collate, collate.tokens.bot)
})
afterEach(() => collate.forget())
afterAll(() => collate.stop())

const put = (over = {}) => bot('PUT', statusPath('svc.p'), statusOf(over))

describe('the link', () => {
  test('refuses handshakes as often as told, with Retry-After', async () => {
    const token = collate.tokens.runner!
    await collate.misbehave({ kind: 'refuseHandshakes', status: 429, retryAfterSeconds: 7, times: 2 })
    for (const _ of ['once', 'twice']) expect(await refusedHandshake(collate, { token })).toEqual({ status: 429, retryAfter: '7' })
    await connectRunner(collate)
    expect(await collate.waitForConnections({ count: 2, status: 429 })).toHaveLength(2)
  })

  test('refuses handshakes until told to behave', async () => {
    const id = await collate.misbehave({ kind: 'refuseHandshakes', status: 503 })
    for (const _ of [1, 2, 3]) expect(await refusedHandshake(collate, { token: collate.tokens.runner! })).toMatchObject({ status: 503 })
    await collate.behave(id)
    await connectRunner(collate)
  })

  test('cuts the socket at once, by a close frame when a code is given', async () => {
    const first = await connectRunner(collate)
    expect(await collate.cut()).toBe(1)
    expect(await first.closed).toMatchObject({ code: 1006 })
    const second = await connectRunner(collate)
    await collate.cut({ code: 1012 })
    expect(await second.closed).toMatchObject({ code: 1012 })
    expect(await collate.cut()).toBe(0)
  })

  test('cuts the socket after a request went out whole, and reads no answer', async () => {
    const got: unknown[] = []
    const runner = await connectRunner(collate, { reply: ({ params }) => (got.push(params), { result: accepted }) })
    await collate.misbehave({ kind: 'cutAfterRequest', method: 'pipeline/run', times: 1 })
    expect(await collate.call('service/status', {})).toEqual({ result: accepted })
    const params = { filler: 'x'.repeat(500_000) }
    await expect(collate.call('pipeline/run', params)).rejects.toMatchObject({ code: 'ConnectionLost' })
    expect(await runner.closed).toMatchObject({ code: 1006 })
    expect(got).toEqual([{}, params])
    await collate.waitForRunner('runner-a', 'Inactive')
    await connectRunner(collate)
    expect(await collate.call('pipeline/run', {})).toEqual({ result: accepted })
  })

  test('leaves hellos and heartbeats without an answer', async () => {
    const runner = await openRunner(collate)
    const answers: unknown[] = []
    runner.socket.on('message', (data) => answers.push(JSON.parse(String(data)).id))
    await collate.misbehave({ kind: 'ignoreHello', times: 1 })
    void runner.hello()
    await collate.waitForFrame({ method: 'runner/hello' })
    await runner.hello()
    await collate.misbehave({ kind: 'ignoreHeartbeats', times: 1 })
    const heartbeat = { agentId: 'runner-a', activeRuns: 0, queuedRuns: 0 }
    void runner.ask('runner/heartbeat', heartbeat)
    await runner.ask('runner/heartbeat', heartbeat)
    expect(answers).toEqual([2, 4])
  })
})

describe('REST', () => {
  test('answers wrongly the next matching calls only, and does nothing for them', async () => {
    await collate.misbehave({
      kind: 'answerRest',
      status: 429,
      retryAfterSeconds: 3,
      times: 1,
      match: { method: 'PUT', path: 'svc.p/pipelineStatus', body: /"failed"/, token: 'bot' },
    })
    expect(await put()).toMatchObject({ status: 201 })
    const refused = await put({ pipelineState: 'failed' })
    expect(refused).toMatchObject({ status: 429, body: { code: 429 } })
    expect(refused.headers.get('retry-after')).toBe('3')
    expect(await put({ pipelineState: 'failed' })).toMatchObject({ status: 201 })
    expect((await collate.requests()).map(({ misbehaved }) => misbehaved)).toEqual([[], ['answerRest'], []])
    expect(await collate.history()).toHaveLength(2)
  })

  test('answers with the page of a proxy', async () => {
    await collate.misbehave({ kind: 'answerRest', status: 502, body: '<h1>Bad gateway</h1>' })
    expect(await put()).toMatchObject({ status: 502, body: '<h1>Bad gateway</h1>' })
  })

  test('loses the answer after the work is done', async () => {
    const status = statusOf()
    await collate.misbehave({ kind: 'loseAnswer', times: 1 })
    await expect(bot('PUT', statusPath('svc.p'), status)).rejects.toThrow('fetch failed')
    expect(await collate.status('svc.p', status.runId)).toEqual(status)
    expect(await collate.waitForRequest({ method: 'PUT', status: null })).toMatchObject({ misbehaved: ['loseAnswer'] })
    expect(await put()).toMatchObject({ status: 201 })
  })

  test('loses the request before any work', async () => {
    await collate.misbehave({ kind: 'loseRequest', times: 1 })
    await expect(put()).rejects.toThrow('fetch failed')
    expect(await collate.history()).toEqual([])
  })

  test('delays', async () => {
    await collate.misbehave({ kind: 'delayRest', delayMs: 60, times: 1 })
    await put()
    await put()
    const [slow, quick] = await collate.requests()
    expect(slow!.endedAt! - slow!.at).toBeGreaterThanOrEqual(59)
    expect(quick!.misbehaved).toEqual([])
  })

  test('holds a call before its work until released', async () => {
    const hold = await collate.hold({ method: 'PUT', path: /pipelineStatus$/ })
    const answered = put()
    expect(await hold.waitHeld()).toMatchObject([{ method: 'PUT', path: `/api/v1${statusPath('svc.p')}` }])
    expect(await collate.history()).toEqual([])
    await hold.release()
    expect(await answered).toMatchObject({ status: 201 })
    expect(await put()).toMatchObject({ status: 201 })
  })

  test('holds a call between its work and its answer, also when the caller is gone by then', async () => {
    const hold = await collate.hold({ method: 'PUT' }, { at: 'beforeAnswer' })
    const gone = new AbortController()
    const request = fetch(`${collate.url}/api/v1${statusPath('svc.p')}`, {
      method: 'PUT',
      body: JSON.stringify(statusOf()),
      headers: { authorization: `Bearer ${collate.tokens.bot}` },
      signal: gone.signal,
    })
    await hold.waitHeld()
    expect(await collate.history()).toHaveLength(1)
    gone.abort()
    await expect(request).rejects.toThrow('aborted')
    await hold.release()
    await collate.waitForRequest({ method: 'PUT' })
    expect(await collate.history()).toHaveLength(1)
  })

  test('tells how many are held when too few are', async () => {
    const hold = await collate.hold({ method: 'PUT' })
    await expect(hold.waitHeld(1, 20)).rejects.toMatchObject({ code: 'TimedOut', message: expect.stringContaining('0 of 1') })
  })
})

test('while it is away nothing is accepted, and back on its port it remembers all', async () => {
  const runner = await connectRunner(collate)
  await put()
  await collate.stopListening()
  await runner.closed
  await expect(put()).rejects.toThrow('fetch failed')
  await expect(connectRunner(collate)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await collate.listenAgain()
  await put()
  await connectRunner(collate)
  expect(await collate.history()).toHaveLength(2)
  expect(await collate.connections()).toHaveLength(2)
})

test('an order that makes no sense is refused with its path', async () => {
  await expect(collate.misbehave({ kind: 'answerRest', status: 200 })).rejects.toMatchObject({
    code: 'InvalidInput',
    message: expect.stringContaining('status'),
  })
  const unclosed = await fetch(`http://127.0.0.1:${collate.controlPort}/misbehave`, {
    method: 'POST',
    body: '{"kind":"hold","match":{"path":"("}}',
  })
  expect(await unclosed.json()).toMatchObject({ code: 'InvalidInput', message: expect.stringContaining('match.path') })
})

test('what it forgets is gone, and it serves on as freshly started', async () => {
  const runner = await connectRunner(collate)
  await put()
  await bot('POST', '/services/ingestionPipelines/logs/svc.p/run', { logs: 'a' })
  await collate.setTokens({})
  await collate.configure({ serverVersion: '9.9.9' })
  await collate.misbehave({ kind: 'answerRest', status: 500 })
  await collate.forget()
  expect(await runner.closed).toMatchObject({ code: 1006 })
  for (const seen of [collate.runners, collate.history, collate.requests, collate.frames, collate.connections, collate.violations])
    expect(await seen()).toEqual([])
  expect(await collate.log('svc.p', 'run')).toBeNull()
  expect(await bot('GET', '/system/version')).toMatchObject({ status: 200, body: { version: '1.11.1' } })
  expect(await put()).toMatchObject({ status: 201 })
})
