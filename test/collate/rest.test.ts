import { gzipSync } from 'node:zlib'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCollate } from './client.ts'
import type { Collate } from './client.ts'
import { createRest, statusOf, statusPath } from './openmetadata-client.ts'
import type { Rest } from './openmetadata-client.ts'

let collate: Collate
let bot: Rest

beforeAll(async () => {
  collate = await startCollate({ serverVersion: '1.13.2' })
  bot = createRest(collate, collate.tokens.bot)
})
afterAll(() => collate.stop())

describe('access', () => {
  test('without a token or with a wrong one is 401 in the shape of OpenMetadata, and changes nothing', async () => {
    for (const token of [undefined, 'wrong']) {
      const answered = await createRest(collate, token)('PUT', statusPath('svc.a'), statusOf())
      expect(answered).toMatchObject({ status: 401, body: { code: 401, message: expect.stringContaining('Not Authorized') } })
    }
    expect(await collate.history({ fqn: 'svc.a' })).toEqual([])
  })

  test('to the version needs no token', async () => {
    expect(await createRest(collate)('GET', '/system/version')).toMatchObject({ status: 200, body: { version: '1.13.2' } })
  })

  test('follows a changed list of tokens', async () => {
    await collate.setTokens({ bot: 'another' })
    expect(await bot('GET', statusPath('svc.a'))).toMatchObject({ status: 401 })
    expect(await createRest(collate, 'another')('GET', statusPath('svc.a'))).toMatchObject({ status: 200 })
    await collate.setTokens(collate.tokens)
    expect(await bot('GET', statusPath('svc.a'))).toMatchObject({ status: 200 })
  })

  test('is remembered by the name of the token, never by the token', async () => {
    const { seq } = (await collate.requests()).at(-1)!
    await bot('PUT', statusPath('svc.a'), statusOf())
    await createRest(collate, 'wrong')('GET', statusPath('svc.a'))
    const seen = await collate.requests({ afterSeq: seq })
    expect(seen.map(({ method, token, status }) => [method, token, status])).toEqual([
      ['PUT', 'bot', 201],
      ['GET', 'unknown', 401],
    ])
    expect(seen[0]).toMatchObject({ path: `/api/v1${statusPath('svc.a')}`, bodyBytes: JSON.stringify(statusOf()).length })
    expect(seen[1]!.problem).toContain('Not Authorized')
    for (const token of [...Object.values(collate.tokens), 'wrong']) expect(JSON.stringify(await collate.requests())).not.toContain(`"${token}"`)
  })
})

test('an unknown path is 404, a wrongly encoded one too, and an unknown method 405', async () => {
  expect(await bot('GET', '/nothing/here')).toMatchObject({ status: 404, body: { code: 404 } })
  expect(await bot('GET', '/services/ingestionPipelines/%E0%A4%A/pipelineStatus')).toMatchObject({ status: 404 })
  expect(await bot('DELETE', statusPath('svc.a'))).toMatchObject({ status: 405, body: { code: 405 } })
})

test('a body of more than 10 MiB is 413', async () => {
  expect(await bot('PUT', statusPath('svc.a'), JSON.stringify({ text: 'x'.repeat(10 * 1024 * 1024) }))).toMatchObject({ status: 413 })
})

describe('streamed logs', () => {
  const logsPath = (fqn: string, runId: string): string => `/services/ingestionPipelines/logs/${encodeURIComponent(fqn)}/${runId}`
  const batch = (logs: string) => ({ logs, timestamp: 1, connectorId: 'host-1', compressed: false, lineCount: 1 })

  test('are put together in order, plain and compressed, until closed', async () => {
    const runId = randomUUID()
    const opened = await bot('POST', logsPath('svc."a/b"', runId), { connectorId: 'host-1', timestamp: 1 })
    expect(opened.headers.get('set-cookie')).toContain('PIPELINE_SESSION=')
    await bot('POST', logsPath('svc."a/b"', runId), batch('one\ntwo\n'))
    await bot('POST', logsPath('svc."a/b"', runId), { ...batch(gzipSync('three\n').toString('base64')), compressed: true })
    expect(await collate.log('svc."a/b"', runId)).toEqual({ text: 'one\ntwo\nthree\n', isClosed: false, batches: 3 })
    for (const _ of ['once', 'again']) expect(await bot('POST', `${logsPath('svc."a/b"', runId)}/close`)).toMatchObject({ status: 200 })
    expect(await collate.log('svc."a/b"', runId)).toMatchObject({ isClosed: true })
  })

  test('are read by pages of lines', async () => {
    const runId = randomUUID()
    await bot('POST', logsPath('svc.p', runId), batch('a\nb\nc\n'))
    expect((await bot('GET', `${logsPath('svc.p', runId)}?limit=2`)).body).toEqual({ logs: 'a\nb\n', total: '3', after: '2' })
    expect((await bot('GET', `${logsPath('svc.p', runId)}?limit=2&after=2`)).body).toEqual({ logs: 'c\n', total: '3' })
    expect((await bot('GET', '/services/ingestionPipelines/logs/svc.p')).body).toEqual({ runs: [runId] })
  })

  test('that break the schema are refused', async () => {
    const runId = randomUUID()
    expect(await bot('POST', logsPath('svc.x', runId), { ...batch('a'), level: 'INFO' })).toMatchObject({ status: 400 })
    expect(await bot('POST', logsPath('svc.x', runId), { ...batch('no gzip'), compressed: true })).toMatchObject({ status: 400 })
    expect(await bot('GET', logsPath('svc.x', runId))).toMatchObject({ status: 404 })
    expect(await collate.log('svc.x', runId)).toBeNull()
  })
})

test('progress and metrics of a pod are judged by their schema', async () => {
  const progress = { runId: 'r', timestamp: 1, updateType: 'PROCESSING', progress: {} }
  const metrics = { runId: 'r', stepName: 's', metrics: [{ category: 'c', operation: 'o', timestamp: 1 }] }
  expect(await bot('PUT', '/services/ingestionPipelines/progress/svc.a/r', progress)).toMatchObject({ status: 200 })
  expect(await bot('PUT', '/services/ingestionPipelines/progress/svc.a/r', { ...progress, updateType: 'HALF' })).toMatchObject({
    status: 400,
  })
  expect(await bot('POST', '/services/ingestionPipelines/metrics/svc.a/r', metrics)).toMatchObject({ status: 200 })
  expect(await bot('POST', '/services/ingestionPipelines/metrics/svc.a/r', { ...metrics, metrics: 1 })).toMatchObject({ status: 400 })
})
