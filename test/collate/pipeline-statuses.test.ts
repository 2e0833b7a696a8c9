import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCollate } from './client.ts'
import type { Collate } from './client.ts'
import { createRest, statusOf, statusPath } from './openmetadata-client.ts'
import type { Rest } from './openmetadata-client.ts'

let collate: Collate
let runner: Rest
let bot: Rest

beforeAll(async () => {
  collate = await startCollate()
  runner = createRest(collate, collate.tokens.runner)
  bot = createRest(collate, collate.tokens.bot)
})
afterAll(() => collate.stop())

describe('a status write', () => {
  test('is answered with 201 and a change event', async () => {
    const status = statusOf()
    expect(await runner('PUT', statusPath('svc.a'), status)).toMatchObject({
      status: 201,
      body: {
        eventType: 'entityUpdated',
        entityFullyQualifiedName: 'svc.a',
        userName: 'runner',
        changeDescription: { fieldsUpdated: [{ newValue: status }] },
      },
    })
  })

  test('replaces the row of its run whole', async () => {
    const first = statusOf({ pipelineState: 'failed', endDate: 1_764_000_001_000, status: [{ name: 'Runner', errors: 1 }] })
    await runner('PUT', statusPath('svc.b'), first)
    await bot('PUT', statusPath('svc.b'), { ...statusOf({ runId: first.runId }) })
    expect((await runner('GET', statusPath('svc.b', first.runId))).body).toEqual(statusOf({ runId: first.runId }))
    expect(await collate.status('svc.b', first.runId)).toEqual(statusOf({ runId: first.runId }))
  })

  test('may overwrite an end, and the history tells who wrote what over what', async () => {
    const { runId } = statusOf()
    await bot('PUT', statusPath('svc.c'), statusOf({ runId, pipelineState: 'success' }))
    await runner('PUT', statusPath('svc.c'), statusOf({ runId, pipelineState: 'running' }))
    const history = await collate.history({ fqn: 'svc.c' })
    expect(history.map(({ writer, status, replaced }) => [writer, status.pipelineState, replaced])).toEqual([
      ['bot', 'success', null],
      ['runner', 'running', 'success'],
    ])
    expect(history[0]!.seq).toBeLessThan(history[1]!.seq)
  })

  test.each([
    { name: 'an unknown property', body: { ...statusOf(), exitCode: 1 }, says: 'exitCode' },
    { name: 'an unknown state', body: { ...statusOf(), pipelineState: 'pending' }, says: 'pipelineState' },
    { name: 'a run id that is no UUID', body: statusOf({ runId: 'run-1' }), says: 'runId' },
    { name: 'no timestamp', body: { runId: randomUUID(), pipelineState: 'running' }, says: 'timestamp' },
    { name: 'a date that is no number', body: { ...statusOf(), endDate: '2026-01-01' }, says: 'endDate' },
    { name: 'a step without a name', body: { ...statusOf(), status: [{ errors: 1 }] }, says: 'status.0.name' },
    {
      name: 'a failure without an error text',
      body: { ...statusOf(), status: [{ name: 'a', failures: [{ name: 'b' }] }] },
      says: 'status.0.failures.0.error',
    },
    { name: 'text that is not JSON', body: '{"runId":', says: 'not JSON' },
  ])('with $name is refused with 400 and its path', async ({ body, says }) => {
    const before = await collate.history()
    expect(await runner('PUT', statusPath('svc.bad'), body)).toMatchObject({
      status: 400,
      body: { code: 400, message: expect.stringContaining(says) },
    })
    expect(await collate.history()).toEqual(before)
  })

  test('takes null for absent, as Python clients send it, and gives it back left out', async () => {
    const status = statusOf({ status: [{ name: 'Source', failures: [{ name: 'a', error: 'b' }] }] })
    const step = { name: 'Source', records: null, failures: [{ name: 'a', error: 'b', stackTrace: null }] }
    expect(await bot('PUT', statusPath('svc.d'), { ...status, endDate: null, config: null, status: [step] })).toMatchObject({ status: 201 })
    expect((await bot('GET', statusPath('svc.d', status.runId))).body).toStrictEqual(status)
  })

  test.each(['svc."a.b".p', 'svc.naïve ☃', 'svc."a/b".p', 'svc.100%'])('keeps the pipeline name %s as it is', async (fqn) => {
    const status = statusOf()
    await runner('PUT', statusPath(fqn), status)
    expect(await collate.status(fqn, status.runId)).toEqual(status)
    expect((await runner('GET', statusPath(fqn, status.runId))).body).toEqual(status)
  })
})

describe('reading statuses', () => {
  const times = [5, 1, 7, 3, 6, 2, 4]
  beforeAll(async () => {
    for (const timestamp of times) await runner('PUT', statusPath('svc.list'), statusOf({ timestamp }))
  })
  const timestamps = async (query: string): Promise<readonly number[]> => {
    const { body } = await runner('GET', `${statusPath('svc.list')}${query}`)
    return (body as { data: { timestamp: number }[] }).data.map((row) => row.timestamp)
  }

  test('gives the latest five, newest first', async () => {
    expect(await timestamps('')).toEqual([7, 6, 5, 4, 3])
  })

  test('gives all of a range, both ends included', async () => {
    expect(await timestamps('?startTs=2&endTs=7')).toEqual([7, 6, 5, 4, 3, 2])
  })

  test('keeps to the limit', async () => {
    expect(await timestamps('?startTs=1&endTs=6&limit=2')).toEqual([6, 5])
  })

  test('refuses a range that is no number', async () => {
    expect(await runner('GET', `${statusPath('svc.list')}?startTs=yesterday`)).toMatchObject({ status: 400 })
  })

  test('has no content for an unknown run and is 400 for a run id that is no UUID', async () => {
    expect(await runner('GET', statusPath('svc.list', randomUUID()))).toMatchObject({ status: 204 })
    expect(await runner('GET', statusPath('svc.list', 'run-1'))).toMatchObject({ status: 400, body: { code: 400 } })
  })
})

describe('waiting for a status', () => {
  test('ends when it is written', async () => {
    const status = statusOf({ pipelineState: 'success' })
    const waiting = collate.waitForStatus({ runId: status.runId, state: 'success' })
    await runner('PUT', statusPath('svc.wait'), { ...status, pipelineState: 'running' })
    await runner('PUT', statusPath('svc.wait'), status)
    expect(await waiting).toMatchObject({ fqn: 'svc.wait', replaced: 'running', status })
  })

  test('ends at once when it was written already', async () => {
    const status = statusOf()
    await runner('PUT', statusPath('svc.wait'), status)
    await runner('PUT', statusPath('svc.wait'), { ...status, pipelineState: 'success' })
    expect(await collate.waitForStatus({ runId: status.runId, state: 'running' }, 50)).toMatchObject({ status })
  })

  test('fails after its time and says what was seen', async () => {
    const status = statusOf()
    await runner('PUT', statusPath('svc.wait'), status)
    const waiting = collate.waitForStatus({ runId: status.runId, state: 'success' }, 20)
    await expect(waiting).rejects.toMatchObject({ code: 'TimedOut', message: expect.stringContaining('seen: running') })
  })
})
