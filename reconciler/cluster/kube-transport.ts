/**
 * HTTP to the API server. The only file that uses the Kubernetes client.
 *
 * The client library gives the kubeconfig in all its forms (in-cluster, exec plugins, token files, proxies). Calls are plain
 * JSON over one kept-alive connection pool: the library's typed calls drop fields they do not know, turn times into dates in
 * lists but not in watches, and open a connection of their own for every call.
 */
import { KubeConfig } from '@kubernetes/client-node'
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici'
import { WRITE_TIMEOUT_MS } from './cluster.ts'
import { ClusterError, errorFromStatus } from './cluster-error.ts'
import { NoClusterError } from './no-cluster-error.ts'

/** Of reads, which may be long pages. */
const READ_TIMEOUT_MS = 30_000
/** Two of them are watches. A burst of requests waits for a connection instead of opening thousands. */
const MAX_CONNECTIONS = 34

export interface CallReport {
  /** `POST pods` */
  readonly call: string
  readonly seconds: number
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly contentType?: string
  readonly signal?: AbortSignal
  /** Of silence in the body; 0 = no limit. */
  readonly bodyTimeoutMs?: number
}

export interface TransportOptions {
  /** Told of every finished call. */
  readonly onCall?: (report: CallReport) => void
  /** Of every call, where the usual limits are too long. */
  readonly timeoutMs?: number
}

/** HTTP to the API server: credentials and TLS material anew for each call, one connection pool as long as they stay the same. */
export class KubeTransport {
  readonly #kubeConfig: KubeConfig
  readonly #options: TransportOptions
  #pool: { readonly key: string; readonly dispatcher: Dispatcher } | undefined

  /** Loads the kubeconfig as kubectl does: KUBECONFIG, ~/.kube/config, else the pod's own service account. Throws a NoClusterError without any. */
  constructor(options: TransportOptions = {}) {
    this.#kubeConfig = loadKubeConfig()
    this.#options = options
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
    const signal = AbortSignal.timeout(this.#options.timeoutMs ?? (call.method === 'GET' ? READ_TIMEOUT_MS : WRITE_TIMEOUT_MS))
    try {
      const response = await this.#send({ ...call, signal })
      return await response.body.text()
    } catch (error) {
      throw unavailable(call, error)
    } finally {
      this.#options.onCall?.({ call: `${call.method} ${resourceOf(call.path)}`, seconds: (performance.now() - startedAt) / 1000 })
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

/** `pods` of `/api/v1/namespaces/collate/pods/name`; the path itself where it names no namespace. */
function resourceOf(path: string): string {
  return /\/namespaces\/[^/]+\/([^/?]+)/.exec(path)?.[1] ?? path
}

/** What the client library takes when it finds no configuration at all. */
const NO_CONFIGURATION = 'http://localhost:8080'

function loadKubeConfig(): KubeConfig {
  const kubeConfig = new KubeConfig()
  try {
    kubeConfig.loadFromDefault()
  } catch (error) {
    throw new NoClusterError(`${process.env['KUBECONFIG'] || '~/.kube/config'} cannot be read: ${reasonOf(error)}`)
  }
  const cluster = kubeConfig.getCurrentCluster()
  if (cluster?.name === 'cluster' && cluster.server === NO_CONFIGURATION && !process.env['KUBECONFIG'])
    throw new NoClusterError('no cluster is configured; set it to the path of a kubeconfig, or run in a pod of the cluster')
  return kubeConfig
}

/** The error's code; the parser's own message would quote the file, which holds credentials. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? code : 'it is no kubeconfig'
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

/** Node's own network errors may have no text but a code. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = (error as NodeJS.ErrnoException).code
  return error.message === '' && code !== undefined ? code : error.message
}
