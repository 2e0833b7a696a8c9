/** The calls about the logs that runs stream to Collate. */
import { z } from 'zod'
import { linesOfText } from '../logs/missing-tail.ts'
import { CollateError, type LogsApi } from './collate-api.ts'
import { maybe, parsed } from './parsed-answer.ts'
import type { Call } from './call.ts'

const PAGE_LINES = 1_000
/** Of a log so long that its end is not reached, nothing is known. */
const MAX_PAGES = 50

const pageAnswer = z.object({ logs: maybe(z.string()), after: maybe(z.coerce.string()), total: maybe(z.coerce.number()) })
type Page = z.output<typeof pageAnswer>

export function logCalls(apiUrl: string, call: Call): LogsApi {
  const urlOf = (fqn: string, runId: string): string => `${apiUrl}/v1/services/ingestionPipelines/logs/${encodeURIComponent(fqn)}/${encodeURIComponent(runId)}`
  const page = async (fqn: string, runId: string, after?: string): Promise<Page> => {
    const query = `?limit=${PAGE_LINES}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`
    const { isFound, body } = await call('GET', urlOf(fqn, runId) + query)
    return isFound && body !== undefined ? parsed(pageAnswer, body) : { logs: undefined, after: undefined, total: undefined }
  }
  return {
    readLogEnd: async (fqn, runId, lines) => {
      let last: string[] = []
      let after: string | undefined
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const { logs = '', after: next, total } = await page(fqn, runId, after)
        last = [...last, ...linesOfText(logs)].slice(-lines)
        if (next === undefined || next === after) return last
        after = pages === 0 ? nearEnd(next, total, lines) : next
      }
      return []
    },
    appendLog: async (fqn, runId, batch) => {
      await quietly(async () => call('POST', urlOf(fqn, runId), batch))
    },
    closeLog: async (fqn, runId) => {
      await call('POST', `${urlOf(fqn, runId)}/close`)
    },
  }
}

/** Where `after` counts lines, those in the middle need not be read. */
function nearEnd(next: string, total: number | undefined, lines: number): string {
  const countsLines = next === String(PAGE_LINES) && total !== undefined && Number.isInteger(total)
  return countsLines ? String(Math.max(PAGE_LINES, total - lines)) : next
}

/** A server that refuses lines may quote them; they must not come into our own log. */
async function quietly<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof CollateError)) throw error
    const [status = 'no answer'] = /HTTP \d+/.exec(error.message) ?? []
    throw new CollateError(
      error.code,
      `Collate does not take the lines: ${status}`,
      error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs },
    )
  }
}
