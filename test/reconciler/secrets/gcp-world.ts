import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Environment } from '../../../compiler/environment.ts'
import { crc32c } from '../../../reconciler/secrets/crc32c.ts'
import type { Bend } from './broken-answers.ts'
import { type Answer, type CloudHosts, type CloudHostsOptions, type Question, startCloudHosts } from './cloud-hosts.ts'
import type { State, StoreWorld } from './secret-store.contract.ts'

const PROJECT = 'acme-project'
const HOST = 'secretmanager.googleapis.com'
const STATUSES = { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED' } as const

interface Kept {
  readonly value: Uint8Array
  readonly isEnabled: boolean
}

/** Secret Manager by its REST API, and the metadata server that workload identity answers in place of. */
export interface GcpWorld extends StoreWorld {
  readonly hosts: CloudHosts
  /** Has the next answer come with a value that a broken line has changed. */
  corruptNext(): void
}

export async function startGcpWorld(options: CloudHostsOptions = {}): Promise<GcpWorld> {
  const secrets = new Map<string, Kept>()
  let [busy, corrupt] = [0, 0]
  let bendTokens: Bend | undefined
  const hosts = await startCloudHosts(
    {
      [HOST]: (question) => {
        if (busy > 0 && busy-- > 0) return refusal(429, 'Quota exceeded for quota metric Access requests')
        return secretAnswer(question, secrets, corrupt > 0 && corrupt-- > 0)
      },
    },
    options,
  )
  // Each account of a pod has a metadata server that gives its token.
  const servers = await Promise.all(['reader', 'stranger', 'expired'].map(async (account) => startMetadataServer(account, options.reachedBy, () => bendTokens)))
  const [reader, stranger, expired] = servers.map(({ address }) => ({ GCE_METADATA_HOST: address, METADATA_SERVER_DETECTION: 'assume-present' }))
  const states: Readonly<Record<State, Environment>> = {
    allowed: { ...reader },
    untold: { ...reader },
    throttled: { ...reader },
    denied: { ...stranger },
    expiredToken: { ...expired },
    noCredentials: { METADATA_SERVER_DETECTION: 'none', GOOGLE_CLOUD_PROJECT: PROJECT },
    unreachable: { ...reader, HTTPS_PROXY: 'http://127.0.0.1:9' },
  }
  const keep = (value: string | Uint8Array, isEnabled: boolean): string => {
    const name = `collate-db-${randomUUID()}`
    secrets.set(name, { value: Buffer.from(value), isEnabled })
    return name
  }
  return {
    manager: 'gcp',
    store: 'Google Secret Manager',
    missingName: 'no-such-secret',
    invalidName: '/my/database',
    mostBytes: 64 * 1024,
    refuses: [],
    permission: /grant roles\/secretmanager\.secretAccessor/,
    environment: async (state) => {
      if (state === 'throttled') busy = 2
      return { ...hosts.variables, HOME: hosts.folder, ...states[state] }
    },
    plant: async (value) => keep(value, true),
    plantDisabled: async () => keep('password123', false),
    spoil: (whose, bend) => {
      if (whose === 'store') hosts.bend(HOST, bend)
      else bendTokens = bend
    },
    hosts,
    corruptNext: () => void (corrupt = 1),
    stop: async () => {
      for (const { server } of servers) {
        server.closeAllConnections()
        server.close()
      }
      await hosts.stop()
    },
  }
}

function refusal(code: keyof typeof STATUSES, message: string, status: string = STATUSES[code]): Answer {
  return { status: code, body: { error: { code, message, status } } }
}

function secretAnswer({ path, headers }: Question, secrets: ReadonlyMap<string, Kept>, isCorrupt: boolean): Answer {
  const [, project = '', name = ''] = /^\/v1\/projects\/([^/]+)\/secrets\/([^/]+)\/versions\/latest:access/.exec(path) ?? []
  const [, who] = /^Bearer access-of-(\w+)$/.exec(String(headers['authorization'])) ?? []
  const resource = `projects/${project}/secrets/${name}/versions/latest`
  if (who === 'expired') return refusal(401, 'Request had invalid authentication credentials.')
  if (who !== 'reader') return refusal(403, `Permission 'secretmanager.versions.access' denied for resource '${resource}' (or it may not exist).`)
  const kept = secrets.get(name)
  if (project !== PROJECT || kept === undefined) return refusal(404, `Secret [projects/1/secrets/${name}] not found or has no versions.`)
  if (!kept.isEnabled) return refusal(400, `Secret Version [${resource}] is in DISABLED state.`, 'FAILED_PRECONDITION')
  const data = Buffer.from(isCorrupt ? `${Buffer.from(kept.value).toString()}x` : kept.value).toString('base64')
  return { status: 200, body: { name: resource, payload: { data, dataCrc32c: String(crc32c(kept.value)) } } }
}

async function startMetadataServer(
  account: string,
  host = '127.0.0.1',
  bendOfNow: () => Bend | undefined,
): Promise<{ readonly server: Server; readonly address: string }> {
  const texts: Readonly<Record<string, string>> = {
    '/computeMetadata/v1/project/project-id': PROJECT,
    '/computeMetadata/v1/universe/universe-domain': 'googleapis.com',
    '/computeMetadata/v1/universe/universe_domain': 'googleapis.com',
    '/computeMetadata/v1/instance/service-accounts/default/token': JSON.stringify({
      access_token: `access-of-${account}`,
      expires_in: 3600,
      token_type: 'Bearer',
    }),
  }
  const server = createServer(({ method = '', url = '', headers }, outgoing) => {
    const text = texts[url.split('?')[0] ?? '']
    const status = headers['metadata-flavor'] !== 'Google' ? 403 : text === undefined ? 404 : 200
    const type = text?.startsWith('{') === true ? 'application/json' : 'application/text'
    const answer = { status, headers: { 'metadata-flavor': 'Google', 'content-type': type }, body: text ?? '' }
    const bend = url.includes('/token') ? bendOfNow() : undefined
    const told = bend?.({ host: headers.host ?? '', method, path: url, headers, body: '' }, answer) ?? answer
    outgoing.writeHead(told.status, { ...answer.headers, ...told.headers }).end(typeof told.body === 'string' ? told.body : JSON.stringify(told.body))
  })
  server.listen(0, host)
  await once(server, 'listening')
  return { server, address: `${host}:${(server.address() as AddressInfo).port}` }
}
