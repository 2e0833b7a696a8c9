import { randomUUID } from 'node:crypto'
import type { Collate } from './client.ts'
import type { PipelineStatus } from './pipeline-status.ts'

interface RestReply {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

export type Rest = (method: string, path: string, body?: unknown) => Promise<RestReply>

/** A caller of the REST side with one token; without a token, none is sent. */
export function createRest(collate: Collate, token?: string): Rest {
  return async (method, path, body) => {
    const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${collate.url}/api/v1${path}`, { method, headers, ...(text === undefined ? {} : { body: text }) })
    const answered = await response.text()
    const isJson = response.headers.get('content-type') === 'application/json'
    return { status: response.status, headers: response.headers, body: isJson && answered !== '' ? JSON.parse(answered) : answered }
  }
}

export const statusPath = (fqn: string, runId = ''): string =>
  `/services/ingestionPipelines/${encodeURIComponent(fqn)}/pipelineStatus${runId === '' ? '' : `/${runId}`}`

export const statusOf = (over: Partial<PipelineStatus> = {}): PipelineStatus => ({
  runId: randomUUID(),
  pipelineState: 'running',
  timestamp: 1_764_000_000_000,
  ...over,
})
