/** The CollateApi over HTTP. */
import { type Dispatcher, request } from 'undici'
import { z } from 'zod'
import { HttpPool } from '../network/http-pool.ts'
import { jsonAnswer } from '../network/json-answer.ts'
import { DIRECT, type Network } from '../network/network.ts'
import { retryAfterMs } from '../network/retry-after.ts'
import { PIPELINE_STATES } from '../report/pipeline-status.ts'
import { automationCalls } from './automation-calls.ts'
import type { Answer, Call } from './call.ts'
import { type CollateApi, CollateError } from './collate-api.ts'
import type { CollateGate } from './collate-gate.ts'
import { logCalls } from './log-calls.ts'
import { maybe, parsed } from './parsed-answer.ts'

/** A call without an answer is given up after so long. */
export const CALL_TIMEOUT_MS = 10_000
const MAX_CONNECTIONS = 64

const errorAnswer = z.looseObject({ code: z.number(), message: z.string() })
const versionAnswer = z.looseObject({ version: z.string() })
/** Read as loosely as possible: the server may be newer. */
const statusAnswer = z.object({
  runId: z.string(),
  pipelineState: z.enum(PIPELINE_STATES),
  startDate: maybe(z.number()),
  timestamp: maybe(z.number()),
  endDate: maybe(z.number()),
  status: maybe(z.array(z.unknown())),
  config: z.unknown().optional(),
  metadata: maybe(z.record(z.string(), z.unknown())),
})

export interface RestClientOptions {
  /** `https://<host>/api` */
  readonly apiUrl: string
  /** The token of now; asked for each call, so that a rotated one is used without a restart. */
  readonly token: () => string
  readonly onCall?: (seconds: number) => void
  /** Told what each answer says the time is, in epoch milliseconds. */
  readonly onDate?: (epochMs: number) => void
  /** Awaited before each write is sent; a throw makes it Unavailable. */
  readonly beforeWrite?: () => Promise<void>
  readonly network?: Network
  /** Without one, every call goes out at once. */
  readonly gate?: CollateGate
}

export function collateRestClient({ apiUrl, token, onCall, onDate, beforeWrite, network = DIRECT, gate }: RestClientOptions): CollateApi {
  const pool = new HttpPool({ network, connectTimeoutMs: CALL_TIMEOUT_MS, connections: MAX_CONNECTIONS })
  const server = new URL(apiUrl).origin
  const pipelineUrl = (fqn: string): string => `${apiUrl}/v1/services/ingestionPipelines/${encodeURIComponent(fqn)}/pipelineStatus`

  const send: Call = async (method, url, body) => {
    const startedAt = performance.now()
    try {
      if (method !== 'GET') await beforeWrite?.()
      const response = await request(url, {
        method,
        dispatcher: pool.dispatcher({ server, proxy: network.proxyFor(server) }),
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
        headers: {
          authorization: `Bearer ${token()}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': method === 'PATCH' ? 'application/json-patch+json' : 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      })
      const dateMs = Date.parse(String(response.headers.date))
      if (!Number.isNaN(dateMs)) onDate?.(dateMs)
      return await answerOf(response, `${method} ${url}`)
    } catch (error) {
      if (error instanceof CollateError) throw error
      throw new CollateError('Unavailable', `${method} ${url}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    } finally {
      onCall?.((performance.now() - startedAt) / 1000)
    }
  }

  const call: Call = async (method, url, body) =>
    gate === undefined ? send(method, url, body) : gate.run(method === 'GET' ? 'read' : 'write', async () => send(method, url, body))

  return {
    serverVersion: async () => parsed(versionAnswer, (await call('GET', `${apiUrl}/v1/system/version`)).body).version,
    readStatus: async (pipelineFqn, runId) => {
      const { isFound, body } = await call('GET', `${pipelineUrl(pipelineFqn)}/${encodeURIComponent(runId)}`)
      return isFound && body !== undefined ? parsed(statusAnswer, body) : undefined
    },
    writeStatus: async (pipelineFqn, status) => {
      const { isFound } = await call('PUT', pipelineUrl(pipelineFqn), status)
      if (!isFound) throw new CollateError('Refused', `Collate knows no pipeline ${pipelineFqn} any more`)
    },
    ...automationCalls(apiUrl, call),
    ...logCalls(apiUrl, call),
  }
}

async function answerOf(response: Dispatcher.ResponseData, what: string): Promise<Answer> {
  const text = await response.body.text()
  const { statusCode } = response
  const ownWords = openMetadataError(text, statusCode)
  if (statusCode === 404 && ownWords !== undefined) return { isFound: false, body: undefined }
  if (statusCode < 300) return { isFound: true, body: text === '' ? undefined : jsonAnswer(text) }
  const message = `${what}: HTTP ${statusCode} ${ownWords?.slice(0, 500) ?? foreignWords(response, text)}`
  if (statusCode === 401 || statusCode === 403) throw new CollateError('Unauthorized', message)
  if (statusCode === 413) throw new CollateError('TooLarge', message)
  if (ownWords !== undefined && isFinalRefusal(statusCode)) throw new CollateError('Refused', message)
  const waitMs = retryAfterMs(response.headers['retry-after'], Date.now())
  throw new CollateError('Unavailable', message, waitMs === undefined ? {} : { retryAfterMs: waitMs })
}

/**
 * OpenMetadata's own errors are `{code, message}`: gives the message. Without that it was somebody on the way who answered, as an
 * ingress does while Collate restarts, and knows nothing of what Collate will take.
 */
function openMetadataError(text: string, statusCode: number): string | undefined {
  try {
    const { code, message } = errorAnswer.parse(jsonAnswer(text))
    return code === statusCode ? message : undefined
  } catch {
    return undefined
  }
}

/** A page of somebody else may repeat what it was asked, the token with it: it is told of, and not quoted. */
function foreignWords({ headers }: Dispatcher.ResponseData, text: string): string {
  return `(not Collate's own answer: ${Buffer.byteLength(text)} bytes of ${String(headers['content-type'] ?? 'no type')})`
}

function isFinalRefusal(statusCode: number): boolean {
  return statusCode >= 400 && statusCode < 500 && statusCode !== 408 && statusCode !== 409 && statusCode !== 429
}
