import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type Log, redact, startLog } from '../../reconciler/log.ts'

const SECRET = 'pa"ss\\wörd\n-1'
/** Put together here, so that no file of the project holds one. */
const JWT = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJib3QifQ', 'c2lnbmF0dXJl'].join('.')

const originalWrite = process.stdout.write
afterEach(() => {
  process.stdout.write = originalWrite
})

/** What the log writes while `act` runs. */
function written(act: (log: Log) => void, level: 'debug' | 'info' = 'debug', secrets: () => readonly string[] = () => [SECRET]): string {
  const lines: string[] = []
  const log = startLog({ level, secrets })
  process.stdout.write = (chunk: string | Uint8Array) => lines.push(String(chunk)) > 0
  act(log)
  process.stdout.write = originalWrite
  return lines.join('')
}

function failure(message: string): Error {
  return new Error(message, { cause: new Error(`because of ${SECRET}`) })
}

describe('a secret is in no line', () => {
  test.each<[string, (log: Log) => void]>([
    ['as the message', (log) => log.info({}, `token ${SECRET}`)],
    ['as a field', (log) => log.warn({ token: SECRET }, 'x')],
    ['deep inside a field', (log) => log.error({ a: { b: [{ c: `Bearer ${SECRET}` }] } }, 'x')],
    ['as the key of a field', (log) => log.info({ [SECRET]: 1 }, 'x')],
    ['in the message, stack or cause of an error', (log) => log.error({ error: failure(`401 for ${SECRET}`) }, 'x')],
    ['in an error that is no Error', (log) => log.error({ error: { body: SECRET } }, 'x')],
    ['in JSON inside of JSON', (log) => log.info({ body: JSON.stringify({ token: SECRET }) }, 'x')],
  ])('%s', (_, act) => {
    const line = written(act)
    expect(line).toContain('[redacted]')
    for (const form of formsOf(SECRET)) expect(line).not.toContain(form)
  })

  test('whatever it looks like', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }), (secret) => {
        const line = written(
          (log) => log.info({ deep: [`<${secret}>`] }, 'x'),
          'info',
          () => [secret],
        )
        const { deep } = JSON.parse(line) as { deep: string[] }
        expect(deep).toEqual(['<[redacted]>'])
      }),
      { numRuns: 300 },
    )
  })

  test('also when it became known only after the log was started', () => {
    const known: string[] = []
    const line = written(
      (log) => (known.push('rotated-token'), log.info({ token: 'rotated-token' }, 'x')),
      'info',
      () => known,
    )
    expect(line).not.toContain('rotated-token')
  })
})

describe('a JWT', () => {
  test('is in no line, known or not', () => {
    const line = written(
      (log) => log.info({ env: `config={"jwtToken":"${JWT}"}` }, `Bearer ${JWT}`),
      'info',
      () => [],
    )
    expect(line).not.toContain(JWT)
    expect(line).not.toContain('eyJzdWIiOiJib3QifQ')
  })
})

describe('a line', () => {
  test('is one JSON object with level, time, message and fields', () => {
    const line = written((log) => log.warn({ run: 'r' }, 'run ended'))
    expect(line.endsWith('\n')).toBe(true)
    expect(JSON.parse(line)).toEqual({ level: 'warn', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), run: 'r', msg: 'run ended' })
  })

  test('below the level is not written', () => {
    expect(written((log) => (log.debug({}, 'x'), log.info({}, 'y')), 'info')).not.toContain('"x"')
  })

  test('tells of an error its code, and its stack when it has none', () => {
    const coded = Object.assign(new Error('no'), { code: 'Conflict' })
    expect(JSON.parse(written((log) => log.info({ error: coded }, 'x'))).error).toEqual({ name: 'Error', message: 'no', code: 'Conflict' })
    expect(JSON.parse(written((log) => log.info({ error: new Error('bug') }, 'x'))).error.stack).toContain('log.test.ts')
  })
})

test('redacting leaves lines alone that hold no secret, and takes no short or empty text for one', () => {
  const line = '{"msg":"a plain line with abc"}\n'
  expect(redact(line, ['', 'abc', 'other-secret'])).toBe(line)
})

/** The secret as it stands, and as JSON writes it, once and twice. */
function formsOf(secret: string): string[] {
  const once = JSON.stringify(secret).slice(1, -1)
  return [secret, once, JSON.stringify(once).slice(1, -1)]
}
