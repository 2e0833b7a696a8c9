/**
 * The Cluster of the real API server. The only file that uses the Kubernetes client.
 *
 * The client library gives the kubeconfig in all its forms (in-cluster, exec plugins, token files, proxies). Calls are plain
 * JSON over one kept-alive connection pool: the library's typed calls drop fields they do not know, turn times into dates in
 * lists but not in watches, and open a connection of their own for every call.
 */
import { KubeConfig } from '@kubernetes/client-node'
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici'
import type { Cluster, JsonPatchStep, Kind, ListPage, Precondition, WatchEvent, Wire } from './cluster.ts'
import { ClusterError, errorFromStatus, isClusterError } from './cluster-error.ts'
import { linesOf } from './lines.ts'

const FIELD_MANAGER = 'hybrid-ingestion-runner'
const CALL_TIMEOUT_MS = 30_000
/** Two of them are watches. A burst of requests waits for a connection instead of opening thousands. */
const MAX_CONNECTIONS = 34

interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly contentType?: string
  readonly signal?: AbortSignal
  /** Of silence in the body; 0 = no limit. */
  readonly bodyTimeoutMs?: number
}

export interface KubeClusterOptions {
  readonly namespace: string
  /** Told of every finished call: `pods create`, seconds. */
  readonly onCall?: (verb: string, seconds: number) => void
}

/** Loads the kubeconfig as kubectl does: KUBECONFIG, ~/.kube/config, else the pod's own service account. */
export function connectKubeCluster(options: KubeClusterOptions): Cluster {
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromDefault()
  return kubeCluster(kubeConfig, options)
}

function kubeCluster(kubeConfig: KubeConfig, options: KubeClusterOptions): Cluster {
  const transport = new Transport(kubeConfig, options.onCall)
  const core = '/api/v1'
  const pathOf = (kind: Kind, name?: string): string =>
    `${core}/namespaces/${encodeURIComponent(options.namespace)}/${kind}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`

  return {
    create: async <K extends Kind>(kind: K, object: Wire<K>, { dryRun = false } = {}) =>
      transport.json<Wire<K>>({ method: 'POST', path: pathOf(kind), query: writeQuery(dryRun), body: object }),
    read: async <K extends Kind>(kind: K, name: string) => {
      try {
        return await transport.json<Wire<K>>({ method: 'GET', path: pathOf(kind, name) })
      } catch (error) {
        if (isClusterError(error, 'NotFound')) return undefined
        throw error
      }
    },
    mergePatch: async <K extends Kind>(kind: K, name: string, patch: object) =>
      transport.json<Wire<K>>({
        method: 'PATCH',
        path: pathOf(kind, name),
        query: writeQuery(false),
        body: patch,
        contentType: 'application/merge-patch+json',
      }),
    jsonPatch: async <K extends Kind>(kind: K, name: string, steps: readonly JsonPatchStep[]) =>
      transport
        .json<Wire<K>>({ method: 'PATCH', path: pathOf(kind, name), query: writeQuery(false), body: steps, contentType: 'application/json-patch+json' })
        .catch((error: unknown) => {
          // A step that does not fit the object gets this text and no details; an object that would be invalid is named and described.
          if (isClusterError(error, 'Invalid') && /rejected our request/.test(error.message))
            throw new ClusterError('Conflict', error.message, { cause: error })
          throw error
        }),
    delete: async (kind: Kind, name: string, { uid }: Precondition) => {
      try {
        const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid } }
        await transport.json({ method: 'DELETE', path: pathOf(kind, name), body })
      } catch (error) {
        // A Conflict on a delete means that the name belongs to another object now: the one we meant is gone.
        if (!isClusterError(error, 'NotFound', 'Conflict')) throw error
      }
    },
    list: async <K extends Kind>(kind: K, { labelSelector, limit, continueToken }: { labelSelector: string; limit: number; continueToken?: string }) => {
      const query = { labelSelector, limit: String(limit), ...(continueToken === undefined ? {} : { continue: continueToken }) }
      const list = await transport.json<RawList<K>>({ method: 'GET', path: pathOf(kind), query })
      return pageOf(list)
    },
    watch: <K extends Kind>(kind: K, { labelSelector, resourceVersion, inactivityMs, signal }: Parameters<Cluster['watch']>[1]) =>
      watchEvents<K>(transport, {
        method: 'GET',
        path: pathOf(kind),
        query: { watch: 'true', allowWatchBookmarks: 'true', labelSelector, resourceVersion },
        signal,
        bodyTimeoutMs: inactivityMs,
      }),
    readPodLog: async (name, { container, tailLines, limitBytes }) => {
      try {
        const query = { container, tailLines: String(tailLines), limitBytes: String(limitBytes) }
        return await transport.text({ method: 'GET', path: `${pathOf('pods', name)}/log`, query })
      } catch (error) {
        if (isClusterError(error, 'NotFound', 'Invalid')) return undefined
        throw error
      }
    },
    version: async () => (await transport.json<{ gitVersion: string }>({ method: 'GET', path: '/version' })).gitVersion,
  }
}

function writeQuery(dryRun: boolean): Record<string, string> {
  return { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) }
}

interface RawList<K extends Kind> {
  readonly items: readonly Wire<K>[]
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string }
}

function pageOf<K extends Kind>({ items, metadata }: RawList<K>): ListPage<K> {
  const more = metadata.continue === undefined || metadata.continue === '' ? {} : { continueToken: metadata.continue }
  return { items, resourceVersion: metadata.resourceVersion, ...more }
}

async function* watchEvents<K extends Kind>(transport: Transport, call: Call): AsyncIterable<WatchEvent<K>> {
  try {
    const body = await transport.stream(call)
    for await (const line of linesOf(body)) yield watchEvent<K>(line)
  } catch (error) {
    if (call.signal?.aborted === true) return
    throw error instanceof ClusterError ? error : new ClusterError('Unavailable', `watch of ${call.path} broke off: ${messageOf(error)}`, { cause: error })
  }
}

function watchEvent<K extends Kind>(line: string): WatchEvent<K> {
  const { type, object } = JSON.parse(line) as { type: string; object: Wire<K> & { code?: number; reason?: string; message?: string } }
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object }
    case 'BOOKMARK':
      return { type, resourceVersion: object.metadata?.resourceVersion ?? '' }
    default:
      throw errorFromStatus(object.code ?? 500, object.reason ?? '', object.message ?? `watch event ${type}`)
  }
}

/** HTTP to the API server: credentials and TLS material anew for each call, one connection pool as long as they stay the same. */
class Transport {
  readonly #kubeConfig: KubeConfig
  readonly #onCall: ((verb: string, seconds: number) => void) | undefined
  #pool: { readonly key: string; readonly dispatcher: Dispatcher } | undefined

  constructor(kubeConfig: KubeConfig, onCall: ((verb: string, seconds: number) => void) | undefined) {
    this.#kubeConfig = kubeConfig
    this.#onCall = onCall
  }

  async json<T>(call: Call): Promise<T> {
    const text = await this.text(call)
    try {
      return JSON.parse(text) as T
    } catch (error) {
      throw unavailable(call, error)
    }
  }

  async text(call: Call): Promise<string> {
    const startedAt = performance.now()
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MS)
    try {
      const response = await this.#send({ ...call, signal })
      return await response.body.text()
    } catch (error) {
      throw unavailable(call, error)
    } finally {
      this.#onCall?.(`${call.method} ${call.path.split('/')[5] ?? call.path}`, (performance.now() - startedAt) / 1000)
    }
  }

  async stream(call: Call): Promise<AsyncIterable<Buffer>> {
    try {
      return (await this.#send(call)).body
    } catch (error) {
      throw unavailable(call, error)
    }
  }

  async #send(call: Call): Promise<Dispatcher.ResponseData> {
    const cluster = this.#kubeConfig.getCurrentCluster()
    if (cluster === null) throw new ClusterError('Unavailable', 'the kubeconfig names no current cluster')
    const { headers, dispatcher } = await this.#credentials(cluster.server, cluster.proxyUrl)
    const response = await request(new URL(cluster.server + call.path), {
      method: call.method,
      query: call.query ?? {},
      headers: { ...headers, accept: 'application/json', ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }) },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      dispatcher,
      ...(call.signal === undefined ? {} : { signal: call.signal }),
      ...(call.bodyTimeoutMs === undefined ? {} : { bodyTimeout: call.bodyTimeoutMs }),
    })
    if (response.statusCode >= 300) throw await statusError(response)
    return response
  }

  async #credentials(server: string, proxyUrl: string | undefined): Promise<{ headers: Record<string, string>; dispatcher: Dispatcher }> {
    const options: Record<string, unknown> & { headers?: Record<string, string> } = {}
    await this.#kubeConfig.applyToHTTPSOptions(options)
    const tls = tlsOf(options)
    const key = JSON.stringify([server, proxyUrl, tls])
    if (this.#pool?.key !== key) {
      void this.#pool?.dispatcher.close()
      const connect = { ...tls, keepAlive: true }
      this.#pool = {
        key,
        dispatcher: proxyUrl === undefined ? new Agent({ connect, connections: MAX_CONNECTIONS }) : new ProxyAgent({ uri: proxyUrl, requestTls: tls }),
      }
    }
    return { headers: { ...options.headers, ...basicAuth(options['auth']) }, dispatcher: this.#pool.dispatcher }
  }
}

function basicAuth(auth: unknown): Record<string, string> {
  return typeof auth === 'string' ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {}
}

function tlsOf(options: Record<string, unknown>): Record<string, string | boolean> {
  const tls: Record<string, string | boolean> = {}
  for (const name of ['ca', 'cert', 'key', 'passphrase', 'servername', 'rejectUnauthorized']) {
    const value = options[name]
    if (typeof value === 'boolean' || typeof value === 'string') tls[name] = value
    else if (Buffer.isBuffer(value)) tls[name] = value.toString('utf8')
  }
  return tls
}

async function statusError(response: Dispatcher.ResponseData): Promise<ClusterError> {
  const text = await response.body.text()
  const retryAfter = Number(response.headers['retry-after'])
  const { reason, message } = statusOf(text)
  return errorFromStatus(response.statusCode, reason, message, Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined)
}

function statusOf(text: string): { reason: string; message: string } {
  try {
    const { reason, message } = JSON.parse(text) as { reason?: string; message?: string }
    return { reason: reason ?? '', message: message ?? text }
  } catch {
    return { reason: '', message: text }
  }
}

function unavailable(call: Call, error: unknown): ClusterError {
  if (error instanceof ClusterError) return error
  return new ClusterError('Unavailable', `${call.method} ${call.path}: ${messageOf(error)}`, { cause: error })
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = (error as NodeJS.ErrnoException).code
  return error.message === '' && code !== undefined ? code : error.message
}
