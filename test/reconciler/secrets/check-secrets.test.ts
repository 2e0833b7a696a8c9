import { describe, expect, test } from 'vitest'
import { err, ok } from '../../../compiler/result.ts'
import { checkSecrets, type SecretsMode } from '../../../reconciler/secrets/check-secrets.ts'
import { READ_LIMITS } from '../../../reconciler/secrets/read-secrets.ts'
import type { SecretStore } from '../../../reconciler/secrets/secret-store.ts'

const VALUES: Readonly<Record<string, string>> = { good: '{"n": 1}', quoted: '"x"', unicode: 'pä☃' }
const STORE: SecretStore = {
  store: 'Azure Key Vault',
  read: async (name) => {
    const value = VALUES[name]
    return value === undefined ? err({ problem: 'missing', message: `no ${name}` }) : ok(value)
  },
  warning: (name) => (name === 'unicode' ? 'has another name' : undefined),
}
const OPTIONS = { limits: READ_LIMITS, random: () => 0.5 }
const PAYLOAD = '{"a":"secret:good","b":[{"secret:key":"secret:quoted"}],"plain":"not secret:good","n":1}'

async function check(mode: SecretsMode, payload: string, references: readonly string[] = [], store: SecretStore | undefined = STORE) {
  return checkSecrets({ mode, manager: 'azure-kv', payload, references }, store, OPTIONS)
}

describe('checking secrets', () => {
  test.each(['report', 'enforce'] as const)('%s reads each and gives no value away', async (mode) => {
    expect(await check(mode, PAYLOAD)).toEqual({ failed: [], read: 2, notes: [], isGood: true })
  })

  test('a reference that cannot be read holds no run in report, and each in enforce and resolve', async () => {
    const failed = [{ reference: 'secret:gone', store: 'Azure Key Vault', problem: 'missing', message: 'no gone' }]
    const payload = '["secret:good","secret:gone"]'
    expect(await check('report', payload)).toEqual({ failed, read: 1, notes: [], isGood: true })
    expect(await check('enforce', payload)).toEqual({ failed, read: 1, notes: [], isGood: false })
    expect(await check('resolve', payload)).toEqual({ failed, read: 1, notes: [], isGood: false })
  })

  test('resolve puts texts in the place of references, whatever they look like, and leaves all else', async () => {
    const { resolved } = await check('resolve', PAYLOAD)
    expect(JSON.parse(resolved ?? '')).toEqual({ a: '{"n": 1}', b: [{ 'secret:key': '"x"' }], plain: 'not secret:good', n: 1 })
  })

  test('values that are too much for the volume are not written, and keep nothing from being reported on', async () => {
    const large: SecretStore = { store: 'Azure Key Vault', read: async () => ok('x'.repeat(1024 * 1024)) }
    const payload = JSON.stringify(Array.from({ length: 13 }, (_, index) => `secret:${index}`))
    const outcome = await check('resolve', payload, [], large)
    expect(outcome).toMatchObject({ failed: [{ problem: 'other', message: expect.stringContaining('13631488 bytes together') }], isGood: false })
    expect(outcome).not.toHaveProperty('resolved')
    expect(await check('report', payload, [], large)).toMatchObject({ failed: [], read: 13, isGood: true })
  })

  test('references beside the payload are read, too, and each once', async () => {
    const { failed, read } = await check('report', '["secret:good"]', ['secret:gone', 'secret:good'])
    expect([failed.map(({ reference }) => reference), read]).toEqual([['secret:gone'], 1])
  })

  test('what a store has to say of a name that was found is told where an image asks for it', async () => {
    expect((await check('report', '"secret:unicode"')).notes).toEqual(['"secret:unicode": has another name'])
    expect((await check('resolve', '"secret:unicode"')).notes).toEqual([])
  })

  test('a payload that cannot be read is not quoted, and holds no run in report', async () => {
    for (const mode of ['report', 'enforce', 'resolve'] as const) {
      const outcome = await check(mode, '{"planted-password')
      const message = 'the secrets are not looked at: the payload is no JSON'
      expect(outcome).toMatchObject({ failed: [{ reference: 'secret:*', store: 'Azure Key Vault', problem: 'other', message }], isGood: mode === 'report' })
      expect(JSON.stringify(outcome)).not.toContain('planted')
    }
  })
})

describe('a store that is not asked from here', () => {
  const ask = async (mode: SecretsMode, manager: 'aws-ssm' | 'db', payload = '["secret:good"]') =>
    checkSecrets({ mode, manager, payload, references: [] }, undefined, OPTIONS)

  test.each(['report', 'enforce'] as const)('fails no reference in %s, and says that it was not asked', async (mode) => {
    expect(await ask(mode, 'aws-ssm')).toMatchObject({ failed: [], read: 0, isGood: true, notes: [expect.stringContaining('not checked')] })
  })

  test('cannot have its references resolved', async () => {
    expect(await ask('resolve', 'aws-ssm')).toMatchObject({ failed: [{ reference: 'secret:good', store: 'AWS Parameter Store' }], isGood: false })
    expect(await ask('resolve', 'aws-ssm', '[]')).toMatchObject({ failed: [], isGood: true, resolved: '[]' })
  })

  test('of the manager db needs no values', async () => {
    expect(await ask('resolve', 'db')).toMatchObject({ failed: [], isGood: true, resolved: '["secret:good"]' })
  })
})
