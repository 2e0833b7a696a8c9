import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { CollateApi } from '../../../reconciler/collate/collate-api.ts'
import { CollateGate } from '../../../reconciler/collate/collate-gate.ts'
import { collateRestClient } from '../../../reconciler/collate/rest-client.ts'
import { type Collate, startCollate } from '../../collate/client.ts'
import { createRest } from '../../collate/openmetadata-client.ts'
import { collateApiContract } from '../../support/collate-api.contract.ts'

let collate: Collate
let api: CollateApi
let token: string
beforeAll(async () => {
  collate = await startCollate({ serverVersion: '1.11.1' })
})
beforeEach(() => {
  token = collate.tokens['runner'] ?? ''
  api = collateRestClient({ apiUrl: `${collate.url}/api`, token: () => token })
})
afterEach(async () => collate.forget())
afterAll(async () => collate.stop())

const STATUS = { Refused: 400, Unauthorized: 401, TooLarge: 413, Unavailable: 503 } as const

/** What an ingress, a proxy or a firewall may say in Collate's place. */
const NOT_COLLATE = [
  { status: 404, body: '<html><body>default backend - 404</body></html>' },
  { status: 404, body: '' },
  { status: 404, body: '{"message":"no Route matched with those values"}' },
  { status: 404, body: '{"code":16404,"message":"not here"}' },
  { status: 400, body: '<html><head><title>400 Bad Request</title></head></html>' },
  { status: 405, body: 'null' },
  { status: 421, body: '[]' },
]

describe('the REST client against the reference server', () => {
  collateApiContract(() => ({
    api,
    putAutomation: async (name, id) => {
      const request = { connection: { config: { type: 'Mysql' } }, serviceType: 'Database', connectionType: 'Mysql' }
      const answer = await createRest(collate, collate.tokens['bot'])('PUT', '/automations/workflows', { id, name, workflowType: 'TEST_CONNECTION', request })
      expect(answer).toMatchObject({ status: 201 })
    },
    trouble: async (code) => void (await collate.misbehave({ kind: 'answerRest', status: STATUS[code] })),
  }))

  test('a token that was rotated is used by the next call', async () => {
    token = 'an old one'
    await expect(api.readStatus('svc.p', crypto.randomUUID())).rejects.toMatchObject({ code: 'Unauthorized' })
    token = collate.tokens['runner'] ?? ''
    expect(await api.readStatus('svc.p', crypto.randomUUID())).toBeUndefined()
  })

  test('what is asked before a write has the last word on it, and none on a read', async () => {
    let leads = false
    const beforeWrite = async (): Promise<void> => (leads ? Promise.resolve() : Promise.reject(new Error('another process leads')))
    const fenced = collateRestClient({ apiUrl: `${collate.url}/api`, token: () => token, beforeWrite })
    const status = { runId: crypto.randomUUID(), pipelineState: 'success', startDate: 1, timestamp: 1 } as const
    await expect(fenced.writeStatus('svc.p', status)).rejects.toMatchObject({ code: 'Unavailable', message: expect.stringContaining('another process leads') })
    expect(await fenced.readStatus('svc.p', status.runId)).toBeUndefined()
    leads = true
    await fenced.writeStatus('svc.p', status)
    expect(await fenced.readStatus('svc.p', status.runId)).toMatchObject({ pipelineState: 'success' })
  })

  test('a server that is busy tells when to come back', async () => {
    await collate.misbehave({ kind: 'answerRest', status: 429, retryAfterSeconds: 3, times: 1 })
    await expect(api.readStatus('svc.p', crypto.randomUUID())).rejects.toMatchObject({ code: 'Unavailable', retryAfterMs: 3000 })
  })

  test.each([408, 409, 429, 500, 502])('%i may be different a moment later', async (status) => {
    await collate.misbehave({ kind: 'answerRest', status, times: 1 })
    await expect(api.readStatus('svc.p', crypto.randomUUID())).rejects.toMatchObject({ code: 'Unavailable' })
  })

  test('a pipeline that Collate has deleted takes no more status, for good', async () => {
    await collate.misbehave({ kind: 'answerRest', status: 404, times: 1 })
    const status = { runId: crypto.randomUUID(), pipelineState: 'success', startDate: 1, timestamp: 1 } as const
    await expect(api.writeStatus('svc.p', status)).rejects.toMatchObject({ code: 'Refused' })
  })

  test.each(NOT_COLLATE)('a $status that Collate did not write itself ($body) is no last word, for no call', async ({ status, body }) => {
    await collate.misbehave({ kind: 'answerRest', status, body })
    const runId = crypto.randomUUID()
    const calls: Record<string, () => Promise<unknown>> = {
      readStatus: async () => api.readStatus('svc.p', runId),
      writeStatus: async () => api.writeStatus('svc.p', { runId, pipelineState: 'success', startDate: 1, timestamp: 1 }),
      readAutomation: async () => api.readAutomation('test-connection'),
      patchAutomation: async () => api.patchAutomation(runId, []),
      readConnectionSteps: async () => api.readConnectionSteps('Mysql'),
      readLogEnd: async () => api.readLogEnd('svc.p', runId, 3),
      appendLog: async () => api.appendLog('svc.p', runId, { logs: 'a\n', timestamp: 1, connectorId: 'c', lineCount: 1 }),
      closeLog: async () => api.closeLog('svc.p', runId),
    }
    for (const [name, call] of Object.entries(calls)) await expect(call(), name).rejects.toMatchObject({ code: 'Unavailable' })
  })

  test('a page that says 413 is an answer about the size, whoever wrote it, and leaves the gate open', async () => {
    const gated = collateRestClient({ apiUrl: `${collate.url}/api`, token: () => token, gate: new CollateGate({ now: () => 0, random: () => 0.5 }) })
    await collate.misbehave({ kind: 'answerRest', status: 413, body: '<html>413 Request Entity Too Large</html>', times: 6 })
    for (let index = 0; index < 6; index += 1) await expect(gated.serverVersion()).rejects.toMatchObject({ code: 'TooLarge' })
    expect(await gated.serverVersion()).toBe('1.11.1')
  })

  test('a lost request, a lost answer, a proxy page and a closed port are Unavailable', async () => {
    const read = async (): Promise<unknown> => api.readStatus('svc.p', crypto.randomUUID())
    await collate.misbehave({ kind: 'loseRequest', times: 1 })
    await expect(read()).rejects.toMatchObject({ code: 'Unavailable' })
    await collate.misbehave({ kind: 'loseAnswer', times: 1 })
    await expect(read()).rejects.toMatchObject({ code: 'Unavailable' })
    await collate.misbehave({ kind: 'answerRest', status: 502, body: '<html>bad gateway</html>', times: 1 })
    await expect(read()).rejects.toMatchObject({ code: 'Unavailable' })
    await collate.stopListening()
    await expect(read()).rejects.toMatchObject({ code: 'Unavailable' })
    await collate.listenAgain()
  })

  test('what came in place of JSON is told of by its length, and not repeated', async () => {
    const server = createServer((_, response) => response.end('{"token": planted-value'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close().closeAllConnections())
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
    const error: unknown = await collateRestClient({ apiUrl, token: () => token })
      .serverVersion()
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('no JSON (23 bytes)') })
    expect(inspect(error, { depth: 9 })).not.toContain('planted')
  })

  test('with a gate leaves a server alone that hangs, and finds it again', async () => {
    let nowMs = 0
    const gate = new CollateGate({ now: () => nowMs, random: () => 0.5 })
    const gated = collateRestClient({ apiUrl: `${collate.url}/api`, token: () => token, gate })
    const read = async (): Promise<unknown> => gated.readStatus('svc.p', crypto.randomUUID())
    await collate.misbehave({ kind: 'answerRest', status: 503, times: 5 })
    for (let index = 0; index < 5; index += 1) await expect(read()).rejects.toMatchObject({ code: 'Unavailable' })
    const before = (await collate.requests()).length
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining('nothing was sent') })
    expect(await collate.requests()).toHaveLength(before)
    nowMs = 60_000
    expect(await read()).toBeUndefined()
  })

  test("with a gate honours one call's Retry-After for all", async () => {
    let nowMs = 0
    const gate = new CollateGate({ now: () => nowMs, random: () => 0.5 })
    const gated = collateRestClient({ apiUrl: `${collate.url}/api`, token: () => token, gate })
    await collate.misbehave({ kind: 'answerRest', status: 429, retryAfterSeconds: 3, times: 1 })
    await expect(gated.serverVersion()).rejects.toMatchObject({ retryAfterMs: 3_000 })
    nowMs = 1_000
    await expect(gated.readStatus('svc.p', crypto.randomUUID())).rejects.toMatchObject({ retryAfterMs: 2_000 })
    nowMs = 3_000
    expect(await gated.serverVersion()).toBe('1.11.1')
  })

  test('no error holds the token', async () => {
    await collate.misbehave({ kind: 'answerRest', status: 401, times: 1 })
    const error: unknown = await api.serverVersion().catch((thrown: unknown) => thrown)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token)
  })
})
