import type { StoredRecord } from '../../compiler/record.ts'
import type { RunLogsParams, ServiceResponse } from '../link/protocol.ts'
import { answer, InvalidRequest } from '../request/answer.ts'
import type { RequestContext } from '../request/request-context.ts'
import { findLatestRun, findRun, type FoundRun, UNREADABLE } from './find-run.ts'
import { LOG_START, logCursor, type LogPosition, parseLogCursor } from './log-position.ts'
import { isNoLog, type LogPage, readPage } from './read-page.ts'
import { taskKey } from './task-key.ts'

/** `run/logs`: a page of the log of a run, or of the latest run of a pipeline, in the form of OpenMetadata's own answer. */
export async function answerLogs(params: RunLogsParams, context: RequestContext): Promise<ServiceResponse> {
  const { position, isOf } = positionOf(params.after)
  const record = await findMeant(params, isOf, context)
  if (record === undefined) return noLog(404, unknownRun(params, context), params.runId, context)
  if (record === 'unreadable') return noLog(409, `${params.runId === undefined ? 'ingestionPipeline' : 'runId'}: ${UNREADABLE}`, params.runId, context)
  const { runId } = record.spec
  if (!isOf(runId)) throw otherRuns()
  const read = await readPage(record, position, { cluster: context.effects.cluster, policy: context.policy })
  if (isNoLog(read)) return noLog(read.mayHelp === 'later' ? 503 : 404, read.why, runId, context)
  return { ...answer(200, 'log of the run', context.version, runId), data: pageData(read, record) }
}

/** Where to go on. Throws InvalidRequest for what was never an `after` of ours. */
export function positionOf(after: string | null | undefined): { readonly position: LogPosition; readonly isOf: (runId: string) => boolean } {
  if (after === undefined || after === null || after === '') return { position: LOG_START, isOf: () => true }
  const parsed = parseLogCursor(after)
  if (parsed === undefined)
    throw new InvalidRequest([{ code: 'invalid', path: 'after', message: 'must be an `after` that this runner gave, or be left out for the beginning' }])
  return parsed
}

export function otherRuns(): InvalidRequest {
  return new InvalidRequest([{ code: 'invalid', path: 'after', message: 'belongs to the log of another run; leave it out for the beginning of this one' }])
}

async function findMeant(
  { runId, ingestionPipeline }: RunLogsParams,
  isOf: (runId: string) => boolean,
  { effects, policy }: RequestContext,
): Promise<FoundRun> {
  if (runId !== undefined) return findRun(runId, policy.agentId, effects.cluster)
  // A run that has begun since is not meant by an `after` of the one before it.
  return ingestionPipeline === undefined ? undefined : findLatestRun(ingestionPipeline.id, policy.agentId, effects.cluster, isOf)
}

function unknownRun({ runId, ingestionPipeline }: RunLogsParams, { policy }: RequestContext): string {
  if (runId !== undefined) return `runId: runner ${policy.agentId} has no run ${runId}`
  return `ingestionPipeline: runner ${policy.agentId} has no run of ${ingestionPipeline?.fullyQualifiedName ?? 'this pipeline'}`
}

function noLog(code: 404 | 409 | 503, why: string, runId: string | undefined, { version }: RequestContext): ServiceResponse {
  return { ...answer(code, why, version, runId), data: { error: why } }
}

function pageData({ text, position, moreBytes }: LogPage, { spec }: StoredRecord): Readonly<Record<string, string>> {
  const cursor = logCursor(position, spec.runId)
  return {
    [taskKey(spec.pipeline.type)]: text,
    total: String(position.offset + moreBytes),
    ...(moreBytes > 0 ? { after: cursor } : {}),
    resumeAfter: cursor,
  }
}
