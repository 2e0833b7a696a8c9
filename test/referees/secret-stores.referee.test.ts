/** What a pod reads of each store, with the provider, the loader and the variables that the compiler gives it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SecretsManager } from '../../compiler/secrets-manager.ts'
import { aPolicy } from '../compiler/examples/policy.ts'
import { runOf } from '../compiler/examples/run.ts'
import { aMetadataRun } from '../compiler/examples/run-request.ts'
import { askOpenMetadata } from './openmetadata.ts'

/** Values as they may lie in a store. Key Vault knows letters, digits and dashes only in a name. */
const VALUES: Readonly<Record<string, string>> = {
  plain: 'correct horse battery staple',
  json: '{"password": "inner"}',
  quoted: '"quoted"',
  unicode: 'pässwörd ☃',
  empty: '',
  null: 'null',
}
const PATHS = { '/collate/db/password': 'by its path' }

type Store = 'aws' | 'azure' | 'google'

const STORES: Readonly<Partial<Record<SecretsManager, Store>>> = {
  'aws': 'aws',
  'managed-aws': 'aws',
  'aws-ssm': 'aws',
  'managed-aws-ssm': 'aws',
  'azure-kv': 'azure',
  'managed-azure-kv': 'azure',
  'gcp': 'google',
}
const MANAGERS = Object.keys(STORES) as SecretsManager[]

/** What the operator sets, as the documents say. */
const EXTRA_ENVS: Readonly<Partial<Record<Store, string>>> = { azure: '[AZURE_KEY_VAULT_NAME:acme-vault]' }

interface Answer {
  readonly values?: readonly (string | null)[]
  readonly log?: readonly string[]
  readonly error?: string
}

let home = ''
const answers = new Map<SecretsManager, Answer>()

/** moto keeps the parameter store's rule that a value is not empty. */
const inStore = (store: Store): Record<string, string> => {
  const { empty = '', ...filled } = VALUES
  return store === 'aws' ? { ...filled, ...PATHS } : { ...filled, empty }
}

const namesFor = (store: Store): readonly string[] => [...Object.keys(inStore(store)), 'missing', ...(store === 'aws' ? ['binary', 'deleted'] : ['denied'])]

function question(manager: SecretsManager) {
  const store = STORES[manager] ?? 'aws'
  const extra = EXTRA_ENVS[store]
  const { pod, payload } = runOf(aMetadataRun(), aPolicy({ SECRETS_MANAGER: manager, ...(extra === undefined ? {} : { INGESTION_EXTRA_ENVS: extra }) }))
  const variables = pod.spec?.containers[0]?.env?.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])) ?? []
  const environment = { HOME: home, PATH: '/usr/bin:/bin', ...Object.fromEntries(variables) }
  return { store, payload: payload.content, environment, references: namesFor(store).map((name) => `secret:${name}`) }
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'secret-stores-'))
  const secrets = { aws: inStore('aws'), azure: inStore('azure'), google: inStore('google') }
  const list = (await askOpenMetadata('secret_stores.py', { secrets, cases: MANAGERS.map(question) })) as readonly Answer[]
  MANAGERS.forEach((manager, index) => answers.set(manager, list[index] ?? {}))
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

function valueOf(manager: SecretsManager, name: string): string | null | undefined {
  const answer = answers.get(manager)
  expect(answer?.error).toBeUndefined()
  return answer?.values?.[namesFor(STORES[manager] ?? 'aws').indexOf(name)]
}

describe.each(MANAGERS)('a pod with the secrets manager %s', (manager) => {
  const store = STORES[manager] ?? 'aws'

  test.each(Object.keys(inStore(store)).filter((name) => name !== 'null'))('has the value as it lies in the store: %s', (name) => {
    expect(valueOf(manager, name)).toBe(inStore(store)[name])
  })

  test(`takes the text null for ${store === 'aws' ? 'no value' : 'a value'}`, () => {
    expect(valueOf(manager, 'null')).toBe(store === 'aws' ? null : 'null')
  })

  test('goes on with the reference itself in place of a secret that is not there, and logs which', () => {
    expect(valueOf(manager, 'missing')).toBe('secret:missing')
    expect(answers.get(manager)?.log?.join('\n')).toContain('Secret value [missing] not present in the configured secrets manager')
  })
})

test.each(['aws', 'managed-aws'] as const)(
  'a pod with the secrets manager %s goes on with the reference itself in place of a binary or deleted secret',
  (manager) => {
    expect(valueOf(manager, 'binary')).toBe('secret:binary')
    expect(valueOf(manager, 'deleted')).toBe('secret:deleted')
  },
)

test.each(['azure-kv', 'gcp'] as const)(
  'a pod with the secrets manager %s goes on with the reference itself in place of a secret that it may not read',
  (manager) => {
    expect(valueOf(manager, 'denied')).toBe('secret:denied')
  },
)
