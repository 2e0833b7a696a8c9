/** What a pod reads of each store, with the provider, the loader and the variables that the compiler gives it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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

interface Statement {
  readonly Effect: string
  readonly Action: string
}

/** The policy that docs/secrets.md gives for this action, as far as moto knows policies: it holds to actions, and to no resource or condition. */
function policyInDocs(action: string): object {
  const text = readFileSync(new URL('../../docs/secrets.md', import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/```json\n([^`]+)```/g)].map(
    ([, json = '']) => JSON.parse(json) as { readonly Version: string; readonly Statement: Statement[] },
  )
  const policy = blocks.find(({ Statement: [first] }) => first?.Action === action)
  if (policy === undefined) throw new Error(`docs/secrets.md has no policy for ${action}`)
  return { Version: policy.Version, Statement: policy.Statement.map(({ Effect, Action }) => ({ Effect, Action, Resource: '*' })) }
}

const POLICIES = { secrets: policyInDocs('secretsmanager:GetSecretValue'), parameters: policyInDocs('ssm:GetParameter') }
type Role = keyof typeof POLICIES

const AWS_MANAGERS = MANAGERS.filter((manager) => STORES[manager] === 'aws')
const roleFor = (manager: SecretsManager): Role => (manager.endsWith('-ssm') ? 'parameters' : 'secrets')
/** Of the other of AWS's two stores. */
const strangerFor = (manager: SecretsManager): Role => (manager.endsWith('-ssm') ? 'secrets' : 'parameters')

interface Answer {
  readonly values?: readonly (string | null)[]
  readonly log?: readonly string[]
  readonly error?: string
}

let home = ''
const answers = new Map<SecretsManager, Answer>()
const answersToStrangers = new Map<SecretsManager, Answer>()

/** moto keeps the parameter store's rule that a value is not empty. */
const inStore = (store: Store): Record<string, string> => {
  const { empty = '', ...filled } = VALUES
  return store === 'aws' ? { ...filled, ...PATHS } : { ...filled, empty }
}

const namesFor = (store: Store): readonly string[] => [...Object.keys(inStore(store)), 'missing', ...(store === 'aws' ? ['binary', 'deleted'] : ['denied'])]

function question(manager: SecretsManager, role = roleFor(manager)) {
  const store = STORES[manager] ?? 'aws'
  const extra = EXTRA_ENVS[store]
  const { pod, payload } = runOf(aMetadataRun(), aPolicy({ SECRETS_MANAGER: manager, ...(extra === undefined ? {} : { INGESTION_EXTRA_ENVS: extra }) }))
  const variables = pod.spec?.containers[0]?.env?.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])) ?? []
  const environment = { HOME: home, PATH: '/usr/bin:/bin', ...Object.fromEntries(variables) }
  const platform = store === 'aws' ? { AWS_ROLE_ARN: `arn:aws:iam::123456789012:role/${role}` } : {}
  return { store, payload: payload.content, environment, platform, references: namesFor(store).map((name) => `secret:${name}`) }
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'secret-stores-'))
  const secrets = { aws: inStore('aws'), azure: inStore('azure'), google: inStore('google') }
  const cases = [...MANAGERS.map((manager) => question(manager)), ...AWS_MANAGERS.map((manager) => question(manager, strangerFor(manager)))]
  const list = (await askOpenMetadata('secret_stores.py', { secrets, policies: POLICIES, cases })) as readonly Answer[]
  MANAGERS.forEach((manager, index) => answers.set(manager, list[index] ?? {}))
  AWS_MANAGERS.forEach((manager, index) => answersToStrangers.set(manager, list[MANAGERS.length + index] ?? {}))
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

// What it reads of them above it reads with the policy of the documents alone.
test.each(AWS_MANAGERS)(
  'a pod with the secrets manager %s goes on with the reference itself in place of a secret that the policy of its role does not name',
  (manager) => {
    const { values, log, error } = answersToStrangers.get(manager) ?? {}
    expect(error).toBeUndefined()
    expect(values).toEqual(namesFor('aws').map((name) => `secret:${name}`))
    expect(log?.join('\n')).toContain('Secret value [plain] not present in the configured secrets manager')
  },
)

test.each(['azure-kv', 'gcp'] as const)(
  'a pod with the secrets manager %s goes on with the reference itself in place of a secret that it may not read',
  (manager) => {
    expect(valueOf(manager, 'denied')).toBe('secret:denied')
  },
)
