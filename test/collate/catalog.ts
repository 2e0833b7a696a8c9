import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { answer, errorAnswer, schemaRefusal } from './answer.ts'
import type { Answer } from './answer.ts'
import { ENTITY_KINDS, quoted } from './catalog-kinds.ts'
import type { EntityKind, EntityPath } from './catalog-kinds.ts'
import { applyPatch, jsonPatch, PatchFailed } from './json-patch.ts'

const reference = z.looseObject({ id: z.string(), type: z.string(), fullyQualifiedName: z.string().optional() })
type Reference = z.infer<typeof reference>

const request = z.looseObject({ id: z.string().optional(), name: z.string().min(1), fullyQualifiedName: z.string().optional() })

/** A service, a database, a schema, a table, a pipeline or a test, with the fields of its kind. */
type CatalogEntity = z.infer<typeof request> & { readonly id: string; readonly fullyQualifiedName: string }

/**
 * What runs write and read: entities that hang on each other by name.
 *
 * As in OpenMetadata a parent must be there, a name is looked up as it is quoted, and what a connection holds comes back as it was
 * sent: to a bot nothing is masked.
 */
export interface Catalog {
  put(path: EntityPath, body: unknown): Answer
  getByName(path: EntityPath, fqn: string): Answer
  getById(path: EntityPath, id: string): Answer
  patch(path: EntityPath, id: string, body: unknown): Answer
  list(path: EntityPath, query: URLSearchParams): Answer
  forget(): void
}

export function createCatalog(changed: () => void): Catalog {
  const entities = new Map<EntityPath, Map<string, CatalogEntity>>()
  const ofPath = (path: EntityPath): Map<string, CatalogEntity> => {
    const found = entities.get(path) ?? new Map<string, CatalogEntity>()
    entities.set(path, found)
    return found
  }
  /** The name of a service may come as it is: the server quotes it. */
  const byName = (path: EntityPath, name: string): CatalogEntity | undefined =>
    ofPath(path).get(name) ?? (path.startsWith('services/') ? ofPath(path).get(quoted(name)) : undefined)
  const byId = (path: EntityPath, id: string): CatalogEntity | undefined => [...ofPath(path).values()].find((entity) => entity.id === id)
  const notFound = (path: EntityPath, name: string): Answer => errorAnswer(404, `${ENTITY_KINDS[path].type} instance for ${name} not found`)

  const keep = (path: EntityPath, entity: CatalogEntity): Answer => {
    const isNew = !ofPath(path).has(entity.fullyQualifiedName)
    ofPath(path).set(entity.fullyQualifiedName, entity)
    changed()
    return answer(isNew ? 201 : 200, entity)
  }

  return {
    forget: () => entities.clear(),
    getByName: (path, fqn) => {
      const found = byName(path, fqn)
      return found === undefined ? notFound(path, fqn) : answer(200, found)
    },
    getById: (path, id) => {
      const found = byId(path, id)
      return found === undefined ? notFound(path, id) : answer(200, found)
    },
    list: (path, query) => listed([...ofPath(path).values()], query),
    put: (path, body) => {
      const parsed = request.safeParse(body)
      if (!parsed.success) return schemaRefusal(parsed.error)
      const kind: EntityKind = ENTITY_KINDS[path]
      const parent = kind.parent === undefined ? undefined : byName(kind.parent.path as EntityPath, String(parsed.data[kind.parent.field]))
      if (kind.parent !== undefined && parent === undefined) return notFound(kind.parent.path as EntityPath, String(parsed.data[kind.parent.field]))
      const above = parent ?? SERVICE_PATHS.map((services) => serviceOf(parsed.data, ofPath(services))).find((service) => service !== undefined)
      const fullyQualifiedName = fullNameOf(kind, parsed.data, above)
      const id = ofPath(path).get(fullyQualifiedName)?.id ?? parsed.data.id ?? randomUUID()
      return keep(path, { ...parsed.data, ...ancestorsOf(kind, parent), id, fullyQualifiedName, updatedAt: Date.now() })
    },
    patch: (path, id, body) => {
      const before = byId(path, id)
      if (before === undefined) return notFound(path, id)
      const parsed = jsonPatch.safeParse(body)
      if (!parsed.success) return schemaRefusal(parsed.error)
      try {
        return keep(path, applyPatch(before, parsed.data) as CatalogEntity)
      } catch (error) {
        if (error instanceof PatchFailed) return errorAnswer(400, error.message)
        throw error
      }
    },
  }
}

/** What a pipeline may belong to. */
const SERVICE_PATHS = ['services/databaseServices', 'dataQuality/testSuites'] as const

function fullNameOf(kind: EntityKind, entity: z.infer<typeof request>, above: CatalogEntity | undefined): string {
  if (kind.isNamedInFull === true) return entity.name
  const prefix = kind.above === undefined ? above?.fullyQualifiedName : String(entity[kind.above])
  return [...(prefix === undefined ? [] : [prefix]), quoted(entity.name)].join('.')
}

/** A pipeline names its service by a reference; the name is the service's, wherever the reference leaves it out. */
function serviceOf(entity: z.infer<typeof request>, services: ReadonlyMap<string, CatalogEntity>): CatalogEntity | undefined {
  const parsed = reference.safeParse(entity['service'])
  return parsed.success ? [...services.values()].find(({ id }) => id === parsed.data.id) : undefined
}

/** References to all that an entity hangs on, in place of the parent's name. */
function ancestorsOf(kind: EntityKind, parent: CatalogEntity | undefined): Readonly<Record<string, unknown>> {
  if (kind.parent === undefined || parent === undefined) return {}
  const { type } = ENTITY_KINDS[kind.parent.path as EntityPath]
  const own: Reference = { id: parent.id, type, name: parent.name, fullyQualifiedName: parent.fullyQualifiedName }
  const inherited = ['service', 'database', 'serviceType'].flatMap((field) => (parent[field] === undefined ? [] : [[field, parent[field]]]))
  return { ...Object.fromEntries(inherited), [kind.parent.field]: own }
}

/** Those of a parent (`service`, `database`, `databaseSchema`, `testSuiteId`), in one page. */
function listed(entities: readonly CatalogEntity[], query: URLSearchParams): Answer {
  const parents = ['service', 'database', 'databaseSchema'].flatMap((field) => {
    const fqn = query.get(field)
    return fqn === null ? [] : [{ field, fqn }]
  })
  const fits = (entity: CatalogEntity): boolean => parents.every(({ field, fqn }) => reference.safeParse(entity[field]).data?.fullyQualifiedName === fqn)
  const suite = query.get('testSuiteId')
  const data = entities.filter((entity) => fits(entity) && (suite === null || reference.safeParse(entity['testSuite']).data?.id === suite))
  return answer(200, { data, paging: { total: data.length } })
}
