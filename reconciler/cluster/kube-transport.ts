/**
 * HTTP to the API server: plain JSON over one kept-alive connection pool. The client library's typed calls drop fields they do not
 * know, turn times into dates in lists but not in watches, and open a connection of their own for every call.
 */
import { type Dispatcher, request } from 'undici'
import { HttpPool } from '../network/http-pool.ts'
import { jsonAnswer } from '../network/json-answer.ts'
import { DIRECT, type Network } from '../network/network.ts'
import { retryAfterMs } from '../network/retry-after.ts'
import type { ApiLimiter, CallPriority } from './api-limiter.ts'
import { WRITE_TIMEOUT_MS } from './cluster.ts'
import { ClusterError, errorFromStatus, isClusterError } from './cluster-error.ts'
import { KubeLogin } from './kube-login.ts'

/** Of reads, which may be long pages. A caller waits no longer: his turn, the call and what the API server asks him to wait. */
const READ_TIMEOUT_MS = 30_000
/** Of writes: somebody may wait for the answer, and a write that is given up is asked about before it is done again. */
const WRITE_WAIT_MS = 10_000
/** Of the first word of a stream, which the API server sends at once. */
const STREAM_HEADERS_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 10_000
/** Many more than the limiter lets calls out at once: watches and followed logs hold one each. */
const MAX_CONNECTIONS = 256
/** When the API server asks for less and does not say for how long. */
const DEFAULT_PAUSE_MS = 1_000

export interface CallReport {
  /** `POST pods` */
  readonly call: string
  /** Of the call itself, without the wait for its turn. */
  readonly seconds: number
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly contentType?: string
  readonly signal?: AbortSignal
  /** Until the answer begins. */
  readonly headersTimeoutMs?: number
  /** Of silence in the body; 0 = no limit. */
  readonly bodyTimeoutMs?: number
  /** Without one it follows from the method. */
  readonly priority?: CallPriority
}

export interface KubeTransportOptions {
  readonly onCall?: (report: CallReport) => void
  /** Shared by all who are to count together; without one calls go out at once. */
  readonly limiter?: ApiLimiter
  /** A proxy is used only when the kubeconfig names one. */
  readonly network?: Network
  /** Of every call, where the usual limits are too long. */
  readonly timeoutMs?: number
  /** Awaited when it is a write's turn, just before it is sent; a throw is the write's. */
  readonly beforeWrite?: () => Promise<void>
}

/** HTTP to the API server: credentials and TLS material anew for each call. */
export class KubeTransport {
  readonly #login = new KubeLogin()
  readonly #options: KubeTransportOptions
  readonly #pool: HttpPool

  /** Throws a NoClusterError when there is no kubeconfig and this is no pod. */
  constructor(options: KubeTransportOptions = {}) {
    this.#options = options
    this.#pool = new HttpPool({ network: options.network ?? DIRECT, connectTimeoutMs: CONNECT_TIMEOUT_MS, connections: MAX_CONNECTIONS })
  }

  async json<T>(call: Call): Promise<T> {
    const text = await this.text(call)
    try {
      return jsonAnswer(text) as T
    } catch (error) {
      throw unavailable(call, error)
    }
  }

  /** A call that is throttled was not done: it waits as long as it is told to and goes again, within the caller's time. */
  async text(call: Call): Promise<string> {
    const timeoutMs = this.#options.timeoutMs ?? (call.method === 'GET' ? READ_TIMEOUT_MS : WRITE_WAIT_MS)
    const endsAtMs = performance.now() + timeoutMs
    const limit = AbortSignal.timeout(timeoutMs)
    const signal = call.signal === undefined ? limit : AbortSignal.any([call.signal, limit])
    for (;;) {
      try {
        return await this.#once({ ...call, signal })
      } catch (error) {
        const { limiter } = this.#options
        if (limiter === undefined || !isClusterError(error, 'Throttled') || performance.now() + limiter.state().pausedForMs >= endsAtMs) throw error
      }
    }
  }

  async stream(call: Call): Promise<AsyncIterable<Buffer>> {
    try {
      await this.#enter(call, true)
      return (await this.#send({ ...call })).body
    } catch (error) {
      throw unavailable(call, error)
    }
  }

  async #once(call: Call): Promise<string> {
    const leave = await this.#enter(call, false)
    let startedAt = performance.now()
    try {
      if (call.method !== 'GET') await this.#options.beforeWrite?.()
      startedAt = performance.now()
      const response = await this.#send(call.method === 'GET' ? call : briefly(call))
      return await response.body.text()
    } catch (error) {
      throw unavailable(call, error)
    } finally {
      leave?.()
      this.#options.onCall?.({ call: `${call.method} ${resourceOf(call.path)}`, seconds: (performance.now() - startedAt) / 1000 })
    }
  }

  async #enter(call: Call, isStream: boolean): Promise<(() => void) | undefined> {
    return this.#options.limiter?.enter(call.priority ?? priorityOf(call), { isStream, ...(call.signal === undefined ? {} : { signal: call.signal }) })
  }

  async #send(call: Call): Promise<Dispatcher.ResponseData> {
    const { server, proxyUrl, headers, tls } = await this.#login.current()
    const response = await request(new URL(server + call.path), {
      method: call.method,
      query: call.query ?? {},
      headers: { ...headers, accept: 'application/json', ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }) },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      dispatcher: this.#pool.dispatcher({ server, proxy: proxyUrl, tls }),
      headersTimeout: STREAM_HEADERS_TIMEOUT_MS,
      ...(call.signal === undefined ? {} : { signal: call.signal }),
      ...(call.headersTimeoutMs === undefined ? {} : { headersTimeout: call.headersTimeoutMs }),
      ...(call.bodyTimeoutMs === undefined ? {} : { bodyTimeout: call.bodyTimeoutMs }),
    })
    if (response.statusCode < 300) return response
    const error = await statusError(response)
    if (error.code === 'Throttled') this.#options.limiter?.pause(error.retryAfterMs ?? DEFAULT_PAUSE_MS)
    throw error
  }
}

function priorityOf({ method }: Call): CallPriority {
  if (method === 'POST') return 'create'
  return method === 'GET' ? 'bulk' : 'urgent'
}

/** A write that has been sent is waited for no longer than the API server works on it. */
function briefly(call: Call): Call {
  const limit = AbortSignal.timeout(WRITE_TIMEOUT_MS)
  return { ...call, signal: call.signal === undefined ? limit : AbortSignal.any([call.signal, limit]) }
}

/** `pods` of `/api/v1/namespaces/collate/pods/name`; the path itself where it names no namespace. */
function resourceOf(path: string): string {
  return /\/namespaces\/[^/]+\/([^/?]+)/.exec(path)?.[1] ?? path
}

async function statusError(response: Dispatcher.ResponseData): Promise<ClusterError> {
  const text = await response.body.text()
  const { reason, message } = statusOf(text, response.statusCode)
  return errorFromStatus(response.statusCode, reason, message, retryAfterMs(response.headers['retry-after'], Date.now()))
}

/** The API server's own words. A page of somebody on the way may repeat what it was asked, the token with it: it is told of, and not quoted. */
function statusOf(text: string, httpStatus: number): { readonly reason: string; readonly message: string } {
  const foreign = `HTTP ${httpStatus} (not the API server's own answer: ${Buffer.byteLength(text)} bytes)`
  try {
    const { reason, message } = jsonAnswer(text) as { readonly reason?: unknown; readonly message?: unknown }
    return { reason: typeof reason === 'string' ? reason : '', message: typeof message === 'string' ? message : foreign }
  } catch {
    return { reason: '', message: foreign }
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
