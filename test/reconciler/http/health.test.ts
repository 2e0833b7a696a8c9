import { afterEach, describe, expect, test } from 'vitest'
import { liveness, readiness } from '../../../reconciler/http/health.ts'
import { type HttpServer, serveHttp } from '../../../reconciler/http/http-server.ts'

describe('liveness', () => {
  test.each([
    { name: 'all goes on', progress: { watchAgeMs: 60_000, queueStalledMs: 0 }, status: 200, says: 'alive' },
    { name: 'the watches are a little late', progress: { watchAgeMs: 300_000, queueStalledMs: 180_000 }, status: 200, says: 'alive' },
    {
      name: 'the API server is silent',
      progress: { watchAgeMs: 300_001, queueStalledMs: 0 },
      status: 503,
      says: 'no sign of life from the Kubernetes API for 300 s',
    },
    { name: 'the queue stands still', progress: { watchAgeMs: 0, queueStalledMs: 181_000 }, status: 503, says: 'no run was worked on for 181 s' },
  ])('is $status when $name', ({ progress, status, says }) => {
    expect(liveness(progress)).toMatchObject({ status, text: `${says}\n` })
  })

  test('tells both troubles', () => {
    expect(liveness({ watchAgeMs: 1e6, queueStalledMs: 1e6 }).text).toMatch(/Kubernetes API.*no run was worked on/)
  })
})

test('readiness follows the first lists', () => {
  expect([readiness(false).status, readiness(true).status]).toEqual([503, 200])
})

describe('the server of fixed paths', () => {
  let server: HttpServer | undefined
  afterEach(async () => server?.stop())

  const get = async (path: string, method = 'GET'): Promise<[number, string]> => {
    const response = await fetch(`http://127.0.0.1:${server?.port}${path}`, { method })
    return [response.status, await response.text()]
  }

  test('answers GETs of its paths, and tells of them for any other', async () => {
    server = await serveHttp(0, { '/livez': () => liveness({ watchAgeMs: 0, queueStalledMs: 0 }) })
    expect(await get('/livez')).toEqual([200, 'alive\n'])
    expect(await get('/livez?verbose')).toEqual([200, 'alive\n'])
    expect(await get('/other')).toEqual([404, expect.stringContaining('/livez')])
    expect((await get('/livez', 'POST'))[0]).toBe(404)
    expect((await get('/constructor'))[0]).toBe(404)
  })

  test('goes on when a route fails, and keeps what went wrong to itself', async () => {
    server = await serveHttp(0, {
      '/throws': () => {
        throw new Error('planted')
      },
      '/rejects': async () => Promise.reject(new Error('planted')),
      '/good': () => readiness(true),
    })
    for (const path of ['/throws', '/rejects']) expect(await get(path)).toEqual([500, expect.not.stringContaining('planted')])
    expect((await get('/good'))[0]).toBe(200)
  })

  test('says so when its port is taken', async () => {
    server = await serveHttp(0, {})
    await expect(serveHttp(server.port, {})).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
