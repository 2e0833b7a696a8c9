import { z } from 'zod'
import type { DesiredSyncParams, DesiredSyncResult } from '../../reconciler/link/protocol.ts'

/** Params of `pipeline/deploy`, as far as the list looks at them. */
const body = z.looseObject({
  ingestionPipeline: z.looseObject({
    id: z.string(),
    fullyQualifiedName: z.string(),
    updatedAt: z.number().optional(),
    enabled: z.boolean().nullish(),
    airflowConfig: z.looseObject({ scheduleInterval: z.string().nullish() }).nullish(),
  }),
})
type Body = z.infer<typeof body>

type DesiredRun = DesiredSyncResult['runs'][number]

/** What one runner is to have. */
export interface Desired {
  readonly pipelines: readonly unknown[]
  readonly runs: readonly DesiredRun[]
  /** What the server says there are, when it is to say something wrong. */
  readonly totalPipelines: number | null
}

/** What each runner is to have, as Collate's database has it: what was deployed, and what a test sets. */
export interface DesiredStates {
  set(agentId: string, desired: Partial<Desired>): void
  /** Takes a deploy, delete or toggle that a runner has accepted. */
  accept(agentId: string, method: string, params: unknown): void
  of(agentId: string): Desired
  /** Answers `desired/sync`. */
  answer(agentId: string, params: DesiredSyncParams): DesiredSyncResult
  forget(): void
}

/** No page becomes a frame larger than the link allows. */
const MAX_PAGE_BYTES = 512 * 1024

export function createDesiredStates(): DesiredStates {
  const pipelines = new Map<string, Map<string, Body>>()
  const runs = new Map<string, readonly DesiredRun[]>()
  const lies = new Map<string, number | null>()
  const pipelinesOf = (agentId: string): Map<string, Body> => {
    const known = pipelines.get(agentId) ?? new Map<string, Body>()
    pipelines.set(agentId, known)
    return known
  }
  return {
    set: (agentId, desired) => {
      if (desired.pipelines !== undefined) {
        pipelines.set(agentId, new Map(desired.pipelines.map((one) => body.parse(one)).map((one) => [one.ingestionPipeline.id, one])))
      }
      if (desired.runs !== undefined) runs.set(agentId, desired.runs)
      if (desired.totalPipelines !== undefined) lies.set(agentId, desired.totalPipelines)
    },
    accept: (agentId, method, params) => accept(pipelinesOf(agentId), method, params),
    of: (agentId) => ({ pipelines: [...pipelinesOf(agentId).values()], runs: runs.get(agentId) ?? [], totalPipelines: lies.get(agentId) ?? null }),
    answer: (agentId, params) => {
      const known = pipelinesOf(agentId)
      if (params.pipelineIds !== undefined) return bodiesPage(known, runs.get(agentId)?.length ?? 0, params.pipelineIds, params)
      return outlinePage([...known.values()], runs.get(agentId) ?? [], lies.get(agentId) ?? null, params)
    },
    forget: () => {
      for (const map of [pipelines, runs, lies]) map.clear()
    },
  }
}

function accept(known: Map<string, Body>, method: string, params: unknown): void {
  const parsed = body.safeParse(params)
  if (!parsed.success) return
  const { id, updatedAt } = parsed.data.ingestionPipeline
  const before = known.get(id)
  if (method === 'pipeline/delete') known.delete(id)
  if (method === 'pipeline/deploy' && parsed.data.ingestionPipeline.airflowConfig?.scheduleInterval) known.set(id, parsed.data)
  if (method === 'pipeline/deploy' && !parsed.data.ingestionPipeline.airflowConfig?.scheduleInterval) known.delete(id)
  if (method === 'pipeline/toggle' && before !== undefined) {
    const enabled = parsed.data['enabled'] === true
    known.set(id, { ...before, ingestionPipeline: { ...before.ingestionPipeline, enabled, ...(updatedAt === undefined ? {} : { updatedAt }) } })
  }
}

function outlinePage(all: readonly Body[], runs: readonly DesiredRun[], lie: number | null, { cursor = '0', limit }: DesiredSyncParams): DesiredSyncResult {
  const from = Number(cursor)
  const pipelines = all.slice(from, from + limit).map(({ ingestionPipeline: { id, fullyQualifiedName, updatedAt = 0, enabled } }) => ({
    id,
    fullyQualifiedName,
    updatedAt,
    enabled: enabled ?? true,
  }))
  const next = from + limit
  return {
    totalPipelines: lie ?? all.length,
    totalRuns: runs.length,
    pipelines,
    runs: runs.slice(from, next),
    ...(next < Math.max(all.length, runs.length) ? { nextCursor: String(next) } : {}),
  }
}

function bodiesPage(
  known: ReadonlyMap<string, Body>,
  totalRuns: number,
  ids: readonly string[],
  { cursor = '0', limit }: DesiredSyncParams,
): DesiredSyncResult {
  const bodies: Body[] = []
  let bytes = 0
  let next = Number(cursor)
  for (; next < ids.length && bodies.length < limit; next += 1) {
    const found = known.get(ids[next] ?? '')
    if (found === undefined) continue
    bytes += Buffer.byteLength(JSON.stringify(found))
    if (bytes > MAX_PAGE_BYTES && bodies.length > 0) break
    bodies.push(found)
  }
  return { totalPipelines: known.size, totalRuns, pipelines: [], runs: [], bodies, ...(next < ids.length ? { nextCursor: String(next) } : {}) }
}
