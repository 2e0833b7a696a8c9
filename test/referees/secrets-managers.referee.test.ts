import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SECRETS_MANAGERS } from '../../compiler/secrets-manager.ts'
import type { SecretsManager } from '../../compiler/secrets-manager.ts'
import { aPolicy } from '../compiler/examples/policy.ts'
import { runOf } from '../compiler/examples/run.ts'
import { aMetadataRun } from '../compiler/examples/run-request.ts'
import { askOpenMetadata } from './openmetadata.ts'

interface Expected {
  readonly manager: string
  readonly credentials: unknown
  /** What the operator sets, as the documents say. */
  readonly extraEnvs?: string
  /** What the platform puts into a pod, by its webhooks and mounts: the credentials themselves. */
  readonly platform?: Readonly<Record<string, string>>
}

const AWS: Omit<Expected, 'manager'> = { credentials: null, platform: { AWS_DEFAULT_REGION: 'eu-west-1' } }
const AZURE: Expected = { manager: 'AzureKVSecretsManager', credentials: { vaultName: 'acme-vault' }, extraEnvs: '[AZURE_KEY_VAULT_NAME:acme-vault]' }

const EXPECTED: Readonly<Record<SecretsManager, Expected>> = {
  'db': { manager: 'DBSecretsManager', credentials: null },
  'kubernetes': {
    manager: 'KubernetesSecretsManager',
    credentials: { namespace: 'collate', inCluster: true },
    platform: { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' },
  },
  'aws': { ...AWS, manager: 'AWSSecretsManager' },
  'managed-aws': { ...AWS, manager: 'AWSSecretsManager' },
  'aws-ssm': { ...AWS, manager: 'AWSSSMSecretsManager' },
  'managed-aws-ssm': { ...AWS, manager: 'AWSSSMSecretsManager' },
  'azure-kv': AZURE,
  'managed-azure-kv': AZURE,
  'gcp': {
    manager: 'GCPSecretsManager',
    credentials: { gcpConfig: { projectId: 'acme-project' } },
    platform: { GOOGLE_CLOUD_PROJECT: 'acme-project' },
  },
}

interface Answer {
  readonly manager?: string
  readonly credentials?: unknown
  readonly error?: string
}

let folder = ''
const answers = new Map<string, Answer>()

/** The variables of the pod as its program sees them, and what the platform adds. */
function question(manager: SecretsManager, { isBare = false, platform = EXPECTED[manager].platform } = {}) {
  const { extraEnvs } = EXPECTED[manager]
  const { pod, payload } = runOf(aMetadataRun(), aPolicy({ SECRETS_MANAGER: manager, ...(extraEnvs === undefined ? {} : { INGESTION_EXTRA_ENVS: extraEnvs }) }))
  const variables = pod.spec?.containers[0]?.env?.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])) ?? []
  const paths = { HOME: folder, GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'google.json') }
  return { payload: payload.content, environment: isBare ? paths : { ...paths, ...Object.fromEntries(variables), ...platform } }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-managers-'))
  writeFileSync(join(folder, 'token'), 'dummy')
  writeFileSync(join(folder, 'ca.crt'), 'dummy')
  // What Google's library takes for an identity of the platform; nothing is asked of it here.
  writeFileSync(join(folder, 'google.json'), JSON.stringify({ type: 'authorized_user', client_id: 'dummy', client_secret: 'dummy', refresh_token: 'dummy' }))
  const odd = [
    question('kubernetes', { isBare: true }),
    question('azure-kv', { isBare: true }),
    // As a ConfigMap may bring it by envFrom, which the compiler does not see.
    question('managed-aws', { platform: { AWS_REGION: 'eu-west-1' } }),
  ]
  const cases = [...SECRETS_MANAGERS.map((manager) => question(manager)), ...odd]
  const list = (await askOpenMetadata('secrets_managers.py', { serviceAccount: folder, cases })) as readonly Answer[]
  const names = [...SECRETS_MANAGERS, 'kubernetes, bare', 'azure-kv, bare', 'managed-aws, AWS_REGION alone']
  names.forEach((name, index) => answers.set(name, list[index] ?? {}))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("OpenMetadata's own secrets manager starts in the pod's environment", () => {
  test.each(SECRETS_MANAGERS)('%s', (name) => {
    const { manager, credentials } = EXPECTED[name]
    expect(answers.get(name)).toEqual({ manager, credentials })
  })

  test.each(['kubernetes', 'azure-kv'])('%s does not without the variables that the pod has', (name) => {
    expect(answers.get(`${name}, bare`)?.error).toBeDefined()
  })

  test('managed-aws does not where AWS_REGION alone names the region', () => {
    expect(answers.get('managed-aws, AWS_REGION alone')?.error).toMatch(/region/i)
  })
})
