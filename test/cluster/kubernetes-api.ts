import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { join } from 'node:path'

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** A value is sent as JSON, a string as it is. */
  readonly body?: unknown
  readonly contentType?: string
}

export interface ApiResponse {
  readonly status: number
  readonly body: string
  /** What the API server warns of in the headers of an answer that may be a good one. */
  readonly warnings: readonly string[]
}

/** A cluster's API server as one function. */
export type KubernetesApi = (request: ApiRequest) => Promise<ApiResponse>

export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  constructor(request: ApiRequest, response: ApiResponse) {
    super(`${request.method} ${request.path}: ${response.status} ${messageOf(response.body)}`)
    this.status = response.status
  }
}

/** The API server of one of our clusters, called with a client certificate out of its folder. */
export async function certificateApi(server: string, pki: string, certificate = 'admin'): Promise<KubernetesApi> {
  const [ca, cert, key] = await Promise.all(['ca.crt', `${certificate}.crt`, `${certificate}.key`].map((file) => readFile(join(pki, file))))
  const agent = new Agent({ ca, cert, key, keepAlive: false })
  return (call) => send(agent, server, call)
}

/** Calls and gives the parsed answer. Throws ApiError when the status is none of 2xx. */
export async function callJson(api: KubernetesApi, call: ApiRequest): Promise<Readonly<Record<string, unknown>>> {
  const response = await api(call)
  if (response.status < 200 || response.status > 299) throw new ApiError(call, response)
  return JSON.parse(response.body) as Readonly<Record<string, unknown>>
}

function send(agent: Agent, server: string, call: ApiRequest): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    const body = call.body === undefined || typeof call.body === 'string' ? call.body : JSON.stringify(call.body)
    const headers = {
      accept: 'application/json, text/plain, */*',
      ...(body !== undefined && { 'content-type': call.contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
    }
    const sent = request(new URL(call.path, server), { agent, method: call.method, headers, timeout: 120_000 }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), warnings: warningsIn(response.headers.warning) }),
      )
    })
    sent.on('timeout', () => sent.destroy(new Error(`${call.method} ${call.path}: no answer within two minutes`)))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Of `299 - "<text>"`, and several of these with commas between them. */
export function warningsIn(header: string | readonly string[] | undefined): string[] {
  const text = [header ?? []].flat().join(', ')
  return [...text.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, warning = '']) => warning.replaceAll(/\\(.)/g, '$1'))
}

function messageOf(body: string): string {
  try {
    const status: unknown = JSON.parse(body)
    if (typeof status === 'object' && status !== null && 'message' in status && typeof status.message === 'string') return status.message
  } catch {
    // Not every answer is a Status: the text itself says most then.
  }
  return body.trim().slice(0, 400)
}
