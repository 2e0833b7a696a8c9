import type { Answer } from './answer.ts'
import type { Catalog } from './catalog.ts'
import { ENTITY_PATHS } from './catalog-kinds.ts'
import type { RestCall } from './rest-call.ts'

/** The calls by which metadata runs read and write the catalog. */
export function catalogRoutes(catalog: Catalog): readonly {
  readonly method: string
  readonly path: readonly string[]
  readonly handle: (call: RestCall, ...names: [string, string]) => Answer
}[] {
  return ENTITY_PATHS.flatMap((kind) => {
    const path = kind.split('/')
    return [
      { method: 'PUT', path, handle: ({ body }: RestCall) => catalog.put(kind, body) },
      { method: 'GET', path, handle: ({ query }: RestCall) => catalog.list(kind, query) },
      { method: 'GET', path: [...path, 'name', '*'], handle: (_: RestCall, fqn: string) => catalog.getByName(kind, fqn) },
      { method: 'PATCH', path: [...path, '*'], handle: ({ body }: RestCall, id: string) => catalog.patch(kind, id, body) },
    ]
  })
}
