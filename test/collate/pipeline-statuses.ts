import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { answer, errorAnswer, schemaRefusal } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Memory } from './memory.ts'
import { pipelineStatus } from './pipeline-status.ts'
import type { PipelineStatus } from './pipeline-status.ts'
import { jsonOf } from './rest-call.ts'
import type { RestCall } from './rest-call.ts'

const DEFAULT_LIMIT = 5

/**
 * The status rows of all pipelines.
 *
 * A write is an upsert by run id and replaces the row whole. No state is guarded: a late `running` overwrites `success`, as
 * OpenMetadata lets it. Every pipeline name is taken as known.
 */
export interface PipelineStatuses {
  put(fqn: string, call: RestCall): Answer
  getOne(fqn: string, runId: string): Answer
  getMany(fqn: string, query: URLSearchParams): Answer
  write(fqn: string, status: PipelineStatus, writer: string): PipelineStatus | undefined
  current(fqn: string, runId: string): PipelineStatus | undefined
  forget(): void
}

export function createPipelineStatuses(memory: Memory): PipelineStatuses {
  const rows = new Map<string, Map<string, PipelineStatus>>()
  const current = (fqn: string, runId: string): PipelineStatus | undefined => rows.get(fqn)?.get(runId)

  const write = (fqn: string, status: PipelineStatus, writer: string): PipelineStatus | undefined => {
    const before = current(fqn, status.runId)
    const ofPipeline = rows.get(fqn) ?? new Map<string, PipelineStatus>()
    rows.set(fqn, ofPipeline.set(status.runId, status))
    const replaced = before?.pipelineState ?? null
    memory.statusWrites.push({ seq: memory.nextSeq(), at: Date.now(), fqn, runId: status.runId, writer, status, replaced })
    memory.changed()
    return before
  }

  return {
    write,
    current,
    forget: () => rows.clear(),
    put: (fqn, call) => {
      const json = jsonOf(call.body)
      if (json === undefined) return errorAnswer(400, 'body: is not JSON')
      const parsed = pipelineStatus.safeParse(json.value)
      if (!parsed.success) return schemaRefusal(parsed.error)
      const before = write(fqn, parsed.data, call.writer)
      return answer(201, changeEvent(fqn, parsed.data, before, call.writer))
    },
    getOne: (fqn, runId) => {
      if (!z.uuid().safeParse(runId).success) return errorAnswer(400, `runId: '${runId}' is not a UUID`)
      const row = current(fqn, runId)
      // OpenMetadata has no content for it, rather than no such thing: a pod takes a 404 for an error, and then writes no status at all.
      return row === undefined ? answer(204, undefined) : answer(200, row)
    },
    getMany: (fqn, query) => listRows([...(rows.get(fqn)?.values() ?? [])], query),
  }
}

const listQuery = z.object({
  startTs: z.coerce.number().int().optional(),
  endTs: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().positive().optional(),
})

/** The rows of a range, newest first; without a range the latest five. */
function listRows(rows: readonly PipelineStatus[], query: URLSearchParams): Answer {
  const parsed = listQuery.safeParse(Object.fromEntries(query))
  if (!parsed.success) return schemaRefusal(parsed.error)
  const { startTs, endTs, limit } = parsed.data
  const hasRange = startTs !== undefined || endTs !== undefined
  const inRange = rows.filter((row) => row.timestamp >= (startTs ?? 0) && row.timestamp <= (endTs ?? Infinity))
  const newestFirst = inRange.toSorted((a, b) => b.timestamp - a.timestamp)
  const data = newestFirst.slice(0, limit ?? (hasRange ? undefined : DEFAULT_LIMIT))
  return answer(200, { data, paging: { total: data.length } })
}

function changeEvent(fqn: string, status: PipelineStatus, before: PipelineStatus | undefined, writer: string): unknown {
  const change = { name: 'pipelineStatus', newValue: status, ...(before === undefined ? {} : { oldValue: before }) }
  return {
    id: randomUUID(),
    eventType: 'entityUpdated',
    entityType: 'ingestionPipeline',
    entityFullyQualifiedName: fqn,
    userName: writer,
    timestamp: Date.now(),
    changeDescription: { fieldsAdded: [], fieldsUpdated: [change], fieldsDeleted: [] },
    entity: status,
  }
}
