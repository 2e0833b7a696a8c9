import { z } from 'zod'
import { answer, schemaRefusal } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Catalog } from './catalog.ts'
import type { EntityPath } from './catalog-kinds.ts'

/** Puts each of a list, and tells for each how it went, as OpenMetadata does for a bulk call that it does not put off. */
export function putMany(catalog: Catalog, path: EntityPath, body: unknown): Answer {
  const parsed = z.array(z.unknown()).safeParse(body)
  if (!parsed.success) return schemaRefusal(parsed.error)
  const done = parsed.data.map((request) => ({ request, put: catalog.put(path, request) }))
  const [passed, failed] = [done.filter(({ put }) => put.status < 300), done.filter(({ put }) => put.status >= 300)]
  const told = ({ request, put: { status, body: said } }: (typeof done)[number]): object => ({
    request,
    status,
    message: z.object({ message: z.string() }).safeParse(said).data?.message,
  })
  return answer(200, {
    dryRun: false,
    status: failed.length === 0 ? 'success' : passed.length === 0 ? 'failure' : 'partialSuccess',
    numberOfRowsProcessed: done.length,
    numberOfRowsPassed: passed.length,
    numberOfRowsFailed: failed.length,
    successRequest: passed.map(told),
    failedRequest: failed.map(told),
  })
}
