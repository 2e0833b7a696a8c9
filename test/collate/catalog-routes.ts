import { answer } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Catalog } from './catalog.ts'
import { ENTITY_PATHS } from './catalog-kinds.ts'
import { putMany } from './catalog-bulk.ts'
import { jsonOf } from './rest-call.ts'
import type { RestCall } from './rest-call.ts'

/** The calls by which metadata runs read and write the catalog. */
export function catalogRoutes(catalog: Catalog): readonly {
  readonly method: string
  readonly path: readonly string[]
  readonly handle: (call: RestCall, ...names: [string, string]) => Answer
}[] {
  const kinds = ENTITY_PATHS.flatMap((kind) => {
    const path = kind.split('/')
    return [
      { method: 'PUT', path, handle: ({ body }: RestCall) => catalog.put(kind, jsonOf(body)?.value) },
      { method: 'PUT', path: [...path, 'bulk'], handle: ({ body }: RestCall) => putMany(catalog, kind, jsonOf(body)?.value) },
      { method: 'GET', path, handle: ({ query }: RestCall) => catalog.list(kind, query) },
      { method: 'GET', path: [...path, 'name', '*'], handle: (_: RestCall, fqn: string) => catalog.getByName(kind, fqn) },
      { method: 'PATCH', path: [...path, '*'], handle: ({ body }: RestCall, id: string) => catalog.patch(kind, id, jsonOf(body)?.value) },
    ]
  })
  return [...kinds, { method: 'GET', path: ['search', 'fieldQuery'], handle: () => NOTHING_FOUND }]
}

/** There is no index here; the lineage of views is looked for in it. */
const NOTHING_FOUND = answer(200, { hits: { total: { value: 0, relation: 'eq' }, hits: [] } })
