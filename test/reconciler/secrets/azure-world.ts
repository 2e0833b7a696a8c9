import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../../../compiler/environment.ts'
import { type Answer, type CloudHosts, type CloudHostsOptions, type Question, startCloudHosts } from './cloud-hosts.ts'
import type { State, StoreWorld } from './secret-store.contract.ts'

const VAULT = 'acme-vault'
const VAULT_HOST = `${VAULT}.vault.azure.net`
const LOGIN_HOST = 'login.microsoftonline.com'
const TENANT = '11111111-2222-3333-4444-555555555555'
const READER = '66666666-7777-8888-9999-000000000000'
const STRANGER = '66666666-7777-8888-9999-111111111111'
const GOOD = 'good.projected.token'

interface Kept {
  readonly value: string
  readonly isEnabled: boolean
}

/** A vault and Entra ID as workload identity meets them: the vault asks for a token, and the pod's own is changed for it. */
export interface AzureWorld extends StoreWorld {
  readonly hosts: CloudHosts
  /** Variables of a pod whose token another tenant gave, so that no application trusts it. */
  untrusted(): Promise<Environment>
}

export async function startAzureWorld(options: CloudHostsOptions = {}): Promise<AzureWorld> {
  const secrets = new Map<string, Kept>()
  let busy = 0
  const vault = (question: Question): Answer => {
    if (busy > 0 && question.headers['authorization'] !== undefined && busy-- > 0)
      return refusal(429, 'Throttled', 'Request was not processed', { 'retry-after': '0' })
    return vaultAnswer(question, secrets)
  }
  const hosts = await startCloudHosts({ [VAULT_HOST]: vault, [LOGIN_HOST]: login }, options)
  const files = { good: join(hosts.folder, 'good'), expired: join(hosts.folder, 'expired'), foreign: join(hosts.folder, 'foreign') }
  await Promise.all(Object.entries(files).map(async ([kind, file]) => writeFile(file, `${kind}.projected.token`)))
  // The address of the node's identity, where nobody answers.
  const none = { AZURE_KEY_VAULT_NAME: VAULT, AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:9' }
  const identity = (client: string, file = files.good) => ({
    ...none,
    AZURE_CLIENT_ID: client,
    AZURE_TENANT_ID: TENANT,
    AZURE_FEDERATED_TOKEN_FILE: file,
    AZURE_AUTHORITY_HOST: `https://${LOGIN_HOST}/`,
  })
  const states: Readonly<Record<State, Environment>> = {
    allowed: identity(READER),
    untold: identity(READER),
    throttled: identity(READER),
    denied: identity(STRANGER),
    expiredToken: identity(READER, files.expired),
    noCredentials: none,
    unreachable: { ...identity(READER), HTTPS_PROXY: 'http://127.0.0.1:9' },
  }
  const keep = (value: string, isEnabled: boolean): string => {
    const name = `db-password-${randomUUID()}`
    secrets.set(name, { value, isEnabled })
    return name
  }
  return {
    manager: 'managed-azure-kv',
    store: 'Azure Key Vault',
    missingName: 'no-such-secret',
    invalidName: '/my/database',
    // Of Key Vault's own limits.
    mostBytes: 25_000,
    refuses: ['binary'],
    permission: new RegExp(`give ${STRANGER} the role "Key Vault Secrets User"`),
    environment: async (state) => {
      if (state === 'throttled') busy = 2
      return { ...hosts.variables, HOME: hosts.folder, ...states[state] }
    },
    plant: async (value) => keep(String(value), true),
    plantDisabled: async () => keep('password123', false),
    // A challenge has nothing in it yet.
    spoil: (whose, bend) =>
      hosts.bend(whose === 'store' ? VAULT_HOST : LOGIN_HOST, bend && ((question, answer) => (answer.status === 401 ? answer : bend(question, answer)))),
    hosts,
    untrusted: async () => ({ ...hosts.variables, HOME: hosts.folder, ...identity(READER, files.foreign) }),
    stop: async () => hosts.stop(),
  }
}

function refusal(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}, inner?: string): Answer {
  return { status, headers, body: { error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) } } }
}

function vaultAnswer({ path, headers }: Question, secrets: ReadonlyMap<string, Kept>): Answer {
  const token = headers['authorization']
  if (token === undefined) {
    const challenge = `Bearer authorization="https://${LOGIN_HOST}/${TENANT}", resource="https://vault.azure.net"`
    return refusal(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.', { 'www-authenticate': challenge })
  }
  if (token !== `Bearer access-of-${READER}`) {
    const message = 'Caller is not authorized to perform action on resource. Action: Microsoft.KeyVault/vaults/secrets/getSecret/action'
    return refusal(403, 'Forbidden', message, {}, 'ForbiddenByRbac')
  }
  const name = /^\/secrets\/([^/?]+)/.exec(path)?.[1] ?? ''
  const kept = secrets.get(name)
  if (kept === undefined) return refusal(404, 'SecretNotFound', `A secret with (name/id) ${name} was not found in this key vault.`)
  if (!kept.isEnabled) return refusal(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', {}, 'SecretDisabled')
  return { status: 200, body: { value: kept.value, id: `https://${VAULT_HOST}/secrets/${name}/0123456789abcdef`, attributes: { enabled: true } } }
}

function login({ path, body }: Question): Answer {
  const here = `https://${LOGIN_HOST}/${TENANT}`
  if (path.startsWith('/common/discovery/instance'))
    return { status: 200, body: { tenant_discovery_endpoint: `${here}/v2.0/.well-known/openid-configuration`, metadata: [] } }
  if (path.includes('/.well-known/openid-configuration')) {
    return {
      status: 200,
      body: { issuer: `${here}/v2.0`, authorization_endpoint: `${here}/oauth2/v2.0/authorize`, token_endpoint: `${here}/oauth2/v2.0/token` },
    }
  }
  const form = new URLSearchParams(body)
  const assertion = form.get('client_assertion')
  if (assertion === GOOD && form.get('scope') === 'https://vault.azure.net/.default') {
    return { status: 200, body: { token_type: 'Bearer', expires_in: 3600, access_token: `access-of-${form.get('client_id')}` } }
  }
  const [number, text] =
    assertion === 'expired.projected.token'
      ? [700_024, 'Client assertion is not within its valid time range.']
      : [700_213, 'No matching federated identity record found for presented assertion subject.']
  return {
    status: 401,
    body: { error: 'invalid_client', error_description: `AADSTS${number}: ${text} Trace ID: 1`, error_codes: [number], correlation_id: '1', trace_id: '1' },
  }
}
