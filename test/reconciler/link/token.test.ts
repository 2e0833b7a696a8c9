import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { must } from '../../compiler/examples/must.ts'
import type { Issue } from '../../../compiler/issue.ts'
import { err, ok, type Result } from '../../../compiler/result.ts'
import { tokenFromStore } from '../../../reconciler/link/token-from-store.ts'
import { loadToken, type RunnerToken } from '../../../reconciler/link/token.ts'
import type { SecretStore, SecretTrouble } from '../../../reconciler/secrets/secret-store.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-'))
  file = join(folder, 'token')
  await writeFile(file, 'first-token\n')
})
afterEach(async () => rm(folder, { recursive: true }))

test('the token is the content of the file when one is named, without the line end, else the value', async () => {
  expect(must(await loadToken({ value: 'a', file }, tokenFromStore({}))).current()).toBe('first-token')
  expect(must(await loadToken({ value: 'a', file: undefined }, tokenFromStore({}))).current()).toBe('a')
})

test('a file that is not there at the start stops the start', async () => {
  expect(await loadToken({ value: 'a', file: join(folder, 'none') }, tokenFromStore({}))).toMatchObject({
    ok: false,
    error: [{ path: 'AUTH_TOKEN_FILE', message: expect.stringContaining('ENOENT') }],
  })
})

test('a token that was rotated is taken at the next reading, and the old one stays known for the log', async () => {
  const token = must(await loadToken({ value: undefined, file }, tokenFromStore({})))
  expect(await token.reread()).toBe(false)
  await writeFile(file, 'second-token')
  expect(await token.reread()).toBe(true)
  expect(token.current()).toBe('second-token')
  expect(token.known()).toEqual(['first-token', 'second-token'])
})

test('a file that cannot be read for a moment, or is empty, leaves the token as it was', async () => {
  const token = must(await loadToken({ value: undefined, file }, tokenFromStore({})))
  await rm(file)
  await expect(token.reread()).rejects.toThrow('ENOENT')
  expect(token.current()).toBe('first-token')
  await writeFile(file, '\n')
  expect(await token.reread()).toBe(false)
  expect(token.current()).toBe('first-token')
})

describe('a token that is a reference', () => {
  let answer: Result<string, SecretTrouble>
  let asked: string[]
  let nowMs: number
  const store: SecretStore = {
    store: 'AWS Secrets Manager',
    read: async (name) => {
      asked.push(name)
      return answer
    },
  }
  beforeEach(() => {
    answer = ok('token-of-the-store')
    asked = []
    nowMs = 0
  })
  const load = async (environment = {}): Promise<Result<RunnerToken, Issue[]>> => {
    const read = tokenFromStore({ SECRETS_MANAGER: 'managed-aws', ...environment }, async (manager) => (manager === 'managed-aws' ? store : undefined))
    return loadToken({ value: undefined, file }, read, { now: () => nowMs, storeEveryMs: 1_000 })
  }

  test('is the value that the store has under that name', async () => {
    await writeFile(file, 'secret:/collate/token\n')
    expect(must(await load()).current()).toBe('token-of-the-store')
    expect(asked).toEqual(['/collate/token'])
  })

  test('is read anew when Collate refuses it, and on a timer now and then', async () => {
    await writeFile(file, 'secret:/collate/token')
    const token = must(await load())
    answer = ok('rotated')
    expect([await token.onTimer.reread(), asked.length]).toEqual([false, 1])
    expect([await token.reread(), token.current()]).toEqual([true, 'rotated'])
    answer = ok('rotated again')
    nowMs = 1_000
    expect([await token.onTimer.reread(), token.current()]).toEqual([true, 'rotated again'])
    expect(token.known()).toEqual(['token-of-the-store', 'rotated', 'rotated again'])
  })

  test('that is replaced by another reference, or by a token, is taken at the next look', async () => {
    await writeFile(file, 'secret:one')
    const token = must(await load())
    await writeFile(file, 'secret:two')
    answer = ok('second')
    expect([await token.onTimer.reread(), token.current(), asked]).toEqual([true, 'second', ['one', 'two']])
    await writeFile(file, 'plain')
    expect([await token.onTimer.reread(), token.current(), asked.length]).toEqual([true, 'plain', 2])
  })

  test('stays as it was while the store gives none, and says which secret, which store and what mends it', async () => {
    await writeFile(file, 'secret:/collate/token')
    const token = must(await load())
    answer = err({ problem: 'denied', message: 'the role needs secretsmanager:GetSecretValue' })
    await expect(token.reread()).rejects.toThrow(
      /"\/collate\/token" cannot be read from AWS Secrets Manager \(denied\): the role needs secretsmanager:GetSecretValue/,
    )
    expect(token.current()).toBe('token-of-the-store')
  })

  test.each([
    { manager: 'kubernetes', says: 'config.authTokenSecret' },
    { manager: '', says: 'config.authTokenSecret' },
    { manager: 'db', says: 'no store to read it from' },
    { manager: 'vault', says: 'no store to read it from' },
  ])('of SECRETS_MANAGER "$manager" stops the start: $says', async ({ manager, says }) => {
    await writeFile(file, 'secret:collate')
    expect(await load({ SECRETS_MANAGER: manager })).toMatchObject({ ok: false, error: [{ path: 'AUTH_TOKEN_FILE', message: expect.stringContaining(says) }] })
  })

  test('that is nothing but blanks is none', async () => {
    await writeFile(file, 'secret:/collate/token')
    answer = ok(' \n')
    expect(await load()).toMatchObject({ ok: false, error: [{ message: expect.stringContaining('blanks alone') }] })
  })

  test.each(['managed-aws', 'managed-azure-kv'])(
    "of %s that cannot be read names the runner's own variables as what to mend, not those of the pods",
    async (manager) => {
      await writeFile(file, 'secret:collate')
      const loaded = await loadToken({ value: undefined, file }, tokenFromStore({ SECRETS_MANAGER: manager }))
      const messages = loaded.ok ? [] : loaded.error.map(({ message }) => message)
      expect(messages).toEqual([expect.stringMatching(/; set \w+ in extraEnvs/)])
    },
  )

  test('is read with the region, vault or project of the pods where the runner has none of its own', async () => {
    await writeFile(file, 'secret:collate')
    const environments: unknown[] = []
    const read = tokenFromStore(
      { SECRETS_MANAGER: 'gcp', INGESTION_EXTRA_ENVS: '[GOOGLE_CLOUD_PROJECT:pods,AWS_REGION:pods]', AWS_REGION: 'own' },
      async (_, environment) => {
        environments.push(environment)
        return store
      },
    )
    must(await loadToken({ value: undefined, file }, read))
    expect(environments).toMatchObject([{ GOOGLE_CLOUD_PROJECT: 'pods', AWS_REGION: 'own' }])
  })
})
