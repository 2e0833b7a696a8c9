/** One kind of entity that runs write or read: where it hangs, and which of its fields point at others. */
export interface EntityKind {
  /** As references call it. */
  readonly type: string
  /** Field of the request that names the parent by its fully qualified name, and the parent's kind. */
  readonly parent?: { readonly field: string; readonly path: string }
  /** Field that holds the fully qualified name which its own name follows. */
  readonly above?: string
  /** Its name is its fully qualified name, whatever stands in it. */
  readonly isNamedInFull?: true
}

/** By the path below the API. */
export const ENTITY_KINDS = {
  'services/databaseServices': { type: 'databaseService' },
  'services/ingestionPipelines': { type: 'ingestionPipeline' },
  'databases': { type: 'database', parent: { field: 'service', path: 'services/databaseServices' } },
  'databaseSchemas': { type: 'databaseSchema', parent: { field: 'database', path: 'databases' } },
  'tables': { type: 'table', parent: { field: 'databaseSchema', path: 'databaseSchemas' } },
  'storedProcedures': { type: 'storedProcedure', parent: { field: 'databaseSchema', path: 'databaseSchemas' } },
  'dataQuality/testDefinitions': { type: 'testDefinition' },
  'dataQuality/testSuites': { type: 'testSuite', isNamedInFull: true },
  'dataQuality/testCases': { type: 'testCase', above: 'entityFQN' },
} as const satisfies Readonly<Record<string, EntityKind>>

export type EntityPath = keyof typeof ENTITY_KINDS
export const ENTITY_PATHS = Object.keys(ENTITY_KINDS) as EntityPath[]

/** The parts of a name that OpenMetadata would quote in a fully qualified name. */
export function quoted(name: string): string {
  return /[."]/.test(name) ? `"${name.replaceAll('"', '\\"')}"` : name
}
