import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { answer, errorAnswer, schemaRefusal } from './answer.ts'
import type { Answer } from './answer.ts'
import { jsonOf } from './rest-call.ts'
import type { RestCall } from './rest-call.ts'

const DEFAULT_LINES = 1000
const DEFAULT_RUNS = 10
/** Of one unpacked batch. */
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024

const logBatch = z.strictObject({
  logs: z.string().nullish(),
  timestamp: z.number().int().nullish(),
  connectorId: z.string().nullish(),
  compressed: z.boolean().nullish(),
  lineCount: z.number().int().nullish(),
})

/** The log of one run as it was streamed to the server. */
export interface RunLog {
  readonly text: string
  readonly isClosed: boolean
  readonly batches: number
}

/** The logs that pods and the runner stream to the server, by pipeline and run. */
export interface RunLogs {
  post(fqn: string, runId: string, call: RestCall): Answer
  close(fqn: string, runId: string): Answer
  getOne(fqn: string, runId: string, query: URLSearchParams): Answer
  getRuns(fqn: string, query: URLSearchParams): Answer
  log(fqn: string, runId: string): RunLog | undefined
  forget(): void
}

export function createRunLogs(changed: () => void): RunLogs {
  const logs = new Map<string, Map<string, RunLog>>()
  const log = (fqn: string, runId: string): RunLog | undefined => logs.get(fqn)?.get(runId)
  const set = (fqn: string, runId: string, next: RunLog): void => {
    logs.set(fqn, (logs.get(fqn) ?? new Map<string, RunLog>()).set(runId, next))
    changed()
  }
  return {
    log,
    forget: () => logs.clear(),
    post: (fqn, runId, call) => {
      const batch = readBatch(call.body)
      if ('refusal' in batch) return batch.refusal
      const before = log(fqn, runId) ?? { text: '', isClosed: false, batches: 0 }
      set(fqn, runId, { ...before, text: before.text + batch.text, batches: before.batches + 1 })
      const session = encodeURIComponent(`${fqn}_${runId}`)
      return {
        ...answer(200, { message: 'Logs received' }),
        headers: { 'set-cookie': `PIPELINE_SESSION=${session}; Max-Age=86400; Path=/` },
      }
    },
    close: (fqn, runId) => {
      const before = log(fqn, runId)
      if (before !== undefined) set(fqn, runId, { ...before, isClosed: true })
      return answer(200, { message: 'Log stream closed' })
    },
    getOne: (fqn, runId, query) => {
      const found = log(fqn, runId)
      return found === undefined ? errorAnswer(404, `no logs of run ${runId} of ${fqn}`) : pageOfLines(found.text, query)
    },
    getRuns: (fqn, query) => {
      const parsed = z.coerce
        .number()
        .int()
        .positive()
        .safeParse(query.get('limit') ?? DEFAULT_RUNS)
      if (!parsed.success) return schemaRefusal(parsed.error)
      return answer(200, { runs: [...(logs.get(fqn)?.keys() ?? [])].toReversed().slice(0, parsed.data) })
    },
  }
}

function readBatch(body: Buffer): { readonly text: string } | { readonly refusal: Answer } {
  const json = jsonOf(body)
  if (json === undefined) return { refusal: errorAnswer(400, 'body: is not JSON') }
  const parsed = logBatch.safeParse(json.value)
  if (!parsed.success) return { refusal: schemaRefusal(parsed.error) }
  const { logs, compressed } = parsed.data
  if (logs === null || logs === undefined) return { text: '' }
  if (compressed !== true) return { text: logs }
  try {
    return { text: gunzipSync(Buffer.from(logs, 'base64'), { maxOutputLength: MAX_UNPACKED_BYTES }).toString('utf8') }
  } catch {
    return { refusal: errorAnswer(400, 'logs: compressed is true, but this is not base64 of gzip') }
  }
}

const pageQuery = z.object({
  after: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().positive().default(DEFAULT_LINES),
})

/** A page of lines; `after` counts lines and is there only when more follow. */
function pageOfLines(text: string, query: URLSearchParams): Answer {
  const parsed = pageQuery.safeParse(Object.fromEntries(query))
  if (!parsed.success) return schemaRefusal(parsed.error)
  const lines = text.split(/(?<=\n)/)
  const end = parsed.data.after + parsed.data.limit
  const page = { logs: lines.slice(parsed.data.after, end).join(''), total: String(lines.length) }
  return answer(200, end < lines.length ? { ...page, after: String(end) } : page)
}
