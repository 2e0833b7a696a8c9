import { answer } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Catalog } from './catalog.ts'
import { ENTITY_PATHS, type EntityPath } from './catalog-kinds.ts'
import { putMany } from './catalog-bulk.ts'
import { jsonOf } from './rest-call.ts'
import type { RestCall } from './rest-call.ts'
import { PROFILER_SETTINGS, putTableProfile } from './table-profile.ts'
import { postTestResult, putTestCase } from './table-tests.ts'

/** The calls by which runs read and write the catalog. */
export function catalogRoutes(catalog: Catalog): readonly {
  readonly method: string
  readonly path: readonly string[]
  readonly handle: (call: RestCall, ...names: [string, string]) => Answer
}[] {
  const kinds = ENTITY_PATHS.flatMap((kind) => {
    const path = kind.split('/')
    return [
      { method: 'PUT', path, handle: ({ body }: RestCall) => put(catalog, kind, jsonOf(body)?.value) },
      { method: 'PUT', path: [...path, 'bulk'], handle: ({ body }: RestCall) => putMany(catalog, kind, jsonOf(body)?.value) },
      { method: 'GET', path, handle: ({ query }: RestCall) => catalog.list(kind, query) },
      { method: 'GET', path: [...path, 'name', '*'], handle: (_: RestCall, fqn: string) => catalog.getByName(kind, fqn) },
      { method: 'GET', path: [...path, '*'], handle: (_: RestCall, id: string) => catalog.getById(kind, id) },
      { method: 'PATCH', path: [...path, '*'], handle: ({ body }: RestCall, id: string) => catalog.patch(kind, id, jsonOf(body)?.value) },
    ]
  })
  const bodyOf = ({ body }: RestCall): unknown => jsonOf(body)?.value
  return [
    ...kinds,
    { method: 'GET', path: ['search', 'fieldQuery'], handle: () => NOTHING_FOUND },
    { method: 'GET', path: ['system', 'settings', 'profilerConfiguration'], handle: () => PROFILER_SETTINGS },
    { method: 'PUT', path: ['tables', '*', 'tableProfile'], handle: (call, id) => putTableProfile(catalog, id, bodyOf(call)) },
    { method: 'POST', path: [...TESTS, 'testCaseResults', '*'], handle: (call, fqn) => postTestResult(catalog, fqn, bodyOf(call)) },
  ]
}

const TESTS = ['dataQuality', 'testCases'] as const

function put(catalog: Catalog, kind: EntityPath, body: unknown): Answer {
  return kind === 'dataQuality/testCases' ? putTestCase(catalog, body) : catalog.put(kind, body)
}

/** There is no index here; the lineage of views is looked for in it. */
const NOTHING_FOUND = answer(200, { hits: { total: { value: 0, relation: 'eq' }, hits: [] } })
