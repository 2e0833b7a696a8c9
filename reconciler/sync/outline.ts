import type { DesiredSyncParams, DesiredSyncResult } from '../link/protocol.ts'

type DesiredPipeline = DesiredSyncResult['pipelines'][number]
type DesiredRun = DesiredSyncResult['runs'][number]

/** Sends one `desired/sync`. */
export type AskDesired = (params: Omit<DesiredSyncParams, 'agentId'>) => Promise<DesiredSyncResult>

/** What this runner is to have, as far as the server has said. */
export interface Outline {
  readonly pipelines: ReadonlyMap<string, DesiredPipeline>
  readonly runs: readonly DesiredRun[]
  /** The pages hold as many pipelines as the server says there are. Only then may one that is not listed be pruned. */
  readonly isComplete: boolean
}

const PAGE_SIZE = 500
/** More than any installation has; a server whose pages never end is not followed for ever. */
const MAX_PAGES = 1_000

/** Reads the whole outline, page by page. Rejects when a page is not answered. */
export async function readOutline(ask: AskDesired): Promise<Outline> {
  const pipelines = new Map<string, DesiredPipeline>()
  const runs = new Map<string, DesiredRun>()
  const totals = new Set<string>()
  let listed = 0
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await ask({ limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) })
    listed += answer.pipelines.length
    for (const pipeline of answer.pipelines) pipelines.set(pipeline.id.toLowerCase(), pipeline)
    for (const run of answer.runs) runs.set(run.runId.toLowerCase(), run)
    totals.add(`${answer.totalPipelines} ${answer.totalRuns}`)
    cursor = answer.nextCursor
    if (cursor === undefined) {
      const isComplete = totals.size === 1 && pipelines.size === answer.totalPipelines && listed === answer.totalPipelines
      return { pipelines, runs: [...runs.values()], isComplete }
    }
  }
  return { pipelines, runs: [...runs.values()], isComplete: false }
}
