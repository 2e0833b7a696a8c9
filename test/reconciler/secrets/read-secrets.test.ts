import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { err, ok, type Result } from '../../../compiler/result.ts'
import { READ_LIMITS, type ReadLimits, readSecrets } from '../../../reconciler/secrets/read-secrets.ts'
import type { SecretStore, SecretTrouble } from '../../../reconciler/secrets/secret-store.ts'

type Answer = Result<string, SecretTrouble>

const LIMITS: ReadLimits = { atOnce: 3, referenceMs: 200, totalMs: 400, backoff: { baseMs: 1, capMs: 2 } }
const THROTTLED = err({ problem: 'throttled', message: 'busy' } as const)
const options = (limits: ReadLimits = LIMITS) => ({ resolver: 'image', limits, random: () => 0.9 }) as const

function storeOf(read: SecretStore['read']): SecretStore {
  return { store: 'Kubernetes', read }
}

/** Answers with one after another. */
function answering(...answers: readonly Answer[]) {
  const asked: string[] = []
  const store = storeOf(async (name) => {
    asked.push(name)
    return answers[asked.length - 1] ?? err({ problem: 'other', message: 'asked too often' })
  })
  return { store, asked }
}

describe('reading secrets', () => {
  test('gives them in the order of the references, a few at once', async () => {
    let [now, most] = [0, 0]
    const store = storeOf(async (name) => {
      most = Math.max(most, ++now)
      await delay(Number(name) % 2 === 0 ? 8 : 2)
      now -= 1
      return ok(`value ${name}`)
    })
    const references = Array.from({ length: 20 }, (_, index) => `secret:${index}`)
    const read = await readSecrets(references, store, options())
    expect(read).toEqual(references.map((reference, index) => ({ reference, result: ok(`value ${index}`) })))
    expect(most).toBe(LIMITS.atOnce)
  })

  test('keeps no value that nobody wants', async () => {
    const { store } = answering(ok('planted'))
    expect(await readSecrets(['secret:a'], store, { ...options(), keepsValues: false })).toEqual([{ reference: 'secret:a', result: ok('') }])
  })

  test('asks a store that is busy again', async () => {
    const { store, asked } = answering(THROTTLED, THROTTLED, ok('value'))
    expect(await readSecrets(['secret:a'], store, options())).toEqual([{ reference: 'secret:a', result: ok('value') }])
    expect(asked).toHaveLength(3)
  })

  test('leaves a store alone for as long as it asks, and no longer than the reference has', async () => {
    const { store, asked } = answering(err({ problem: 'throttled', message: 'busy', retryAfterMs: 60_000 }))
    const startedAt = performance.now()
    expect(await readSecrets(['secret:a'], store, options())).toMatchObject([{ result: { ok: false, error: { problem: 'throttled' } } }])
    expect(asked).toHaveLength(1)
    expect(performance.now() - startedAt).toBeLessThan(LIMITS.totalMs + 1000)
  })

  test('asks only once for what waiting does not mend', async () => {
    const { store, asked } = answering(err({ problem: 'denied', message: 'no' }))
    expect(await readSecrets(['secret:a'], store, options())).toMatchObject([{ result: { ok: false, error: { problem: 'denied' } } }])
    expect(asked).toEqual(['a'])
  })

  test('ends in time with a store that never answers and hears no signal', async () => {
    const references = Array.from({ length: 12 }, (_, index) => `secret:${index}`)
    const startedAt = performance.now()
    const silent = storeOf(async () => new Promise<Answer>(() => undefined))
    const read = await readSecrets(references, silent, options())
    expect(performance.now() - startedAt).toBeLessThan(LIMITS.totalMs + 1000)
    expect(read.map(({ reference }) => reference)).toEqual(references)
    expect(read[0]?.result).toMatchObject({
      ok: false,
      error: { problem: 'unreachable', message: expect.stringMatching(/no answer about "0".*let the pod out to the API server/) },
    })
    expect(read.at(-1)?.result).toEqual(err({ problem: 'other', message: '"11" was not looked at, as the time of 0.4 s was over' }))
  })

  test('does not repeat what an error of the store said', async () => {
    const store = storeOf(async () => Promise.reject(new SyntaxError('Unexpected token in JSON: planted-value')))
    const [only] = await readSecrets(['secret:a'], store, options())
    expect(only?.result).toMatchObject({ ok: false, error: { problem: 'other' } })
    expect(JSON.stringify(only)).not.toContain('planted-value')
  })

  test('names what the image would ask for in place of an ARN, and reads the ARN where no image does', async () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine-AbCdEf'
    const image = answering(ok('value'))
    const [forImage] = await readSecrets([`secret:${arn}`], image.store, options())
    expect(forImage?.result).toMatchObject({ ok: false, error: { problem: 'invalid-name', message: expect.stringContaining('123456789012:mine-AbCdEf') } })
    const here = answering(ok('value'))
    expect(await readSecrets([`secret:${arn}`], here.store, { ...options(), resolver: 'here' })).toEqual([{ reference: `secret:${arn}`, result: ok('value') }])
    expect([image.asked, here.asked]).toEqual([[], [arn]])
  })

  test('has no name for a reference without one', async () => {
    const { store } = answering(ok('value'))
    expect(await readSecrets(['secret:'], store, options())).toMatchObject([{ result: { ok: false, error: { problem: 'invalid-name' } } }])
  })

  test('as a whole takes half a minute at most', () => {
    expect(READ_LIMITS.totalMs).toBeLessThanOrEqual(30_000)
  })
})
