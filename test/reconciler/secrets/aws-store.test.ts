import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { INGESTION_POD, RUNNER } from '../../../reconciler/secrets/asker.ts'
import { awsStore } from '../../../reconciler/secrets/aws-store.ts'

const KEY = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'key', AWS_DEFAULT_REGION: 'eu-west-1' }

describe('AWS Secrets Manager', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('that takes a question and gives no answer is given up by the time for an answer, not waited for', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    try {
      const environment = { ...KEY, AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` }
      for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
      const store = awsStore(environment, INGESTION_POD, { connectMs: 4_000, answerMs: 20 })
      const result = await store.read('db', AbortSignal.timeout(20_000))
      expect(result).toMatchObject({ ok: false, error: { problem: 'unreachable', message: expect.stringContaining('(ETIMEDOUT)') } })
    } finally {
      silent.closeAllConnections()
      silent.close()
    }
  })

  test('is not asked by a pod whose region only AWS_REGION names, for its program does not look at that; the runner takes either', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    try {
      const { AWS_DEFAULT_REGION: region, ...key } = KEY
      const environment = { ...key, AWS_REGION: region, AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` }
      for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
      const limits = { connectMs: 4_000, answerMs: 20 }
      const ofPod = await awsStore(environment, INGESTION_POD, limits).read('db', AbortSignal.timeout(20_000))
      expect(ofPod).toMatchObject({ ok: false, error: { problem: 'no-credentials', message: expect.stringContaining('AWS_DEFAULT_REGION') } })
      const ofRunner = await awsStore(environment, RUNNER, limits).read('db', AbortSignal.timeout(20_000))
      expect(ofRunner).toMatchObject({ ok: false, error: { problem: 'unreachable', message: expect.stringContaining('AWS in eu-west-1') } })
    } finally {
      silent.closeAllConnections()
      silent.close()
    }
  })
})
