import { randomUUID } from 'node:crypto'
import type { Collate } from '../collate/client.ts'
import { createRest, type Rest } from '../collate/openmetadata-client.ts'

/** An entity of Collate's catalog, as a bot sees it. */
export interface Entity {
  readonly id: string
  readonly fullyQualifiedName: string
  readonly [field: string]: unknown
}

/** A caller of Collate with the rights of the bot. */
export function botOf(collate: Collate): Rest {
  return createRest(collate, collate.tokens['bot'])
}

/** Writes an entity, and gives it as the server made it. Throws when the server refuses it. */
export async function putEntity(rest: Rest, path: string, body: object): Promise<Entity> {
  const { status, body: made } = await rest('PUT', path, body)
  if (status >= 300) throw new Error(`PUT ${path} was answered with ${status}: ${JSON.stringify(made)}`)
  return made as Entity
}

/** The service of a PostgreSQL, with that connection. */
export async function makeService(rest: Rest, name: string, connection: object): Promise<Entity> {
  return putEntity(rest, '/services/databaseServices', { name, serviceType: 'Postgres', connection })
}

/** A pipeline that reads the schema `sales` of that service; `more` goes over it. */
export async function makePipeline(rest: Rest, service: Entity, more: object = {}): Promise<Entity> {
  return putEntity(rest, '/services/ingestionPipelines', {
    name: 'nightly',
    pipelineType: 'metadata',
    sourceConfig: { config: { type: 'DatabaseMetadata', schemaFilterPattern: { includes: ['^sales$'] } } },
    airflowConfig: { maxActiveRuns: 1 },
    service: { id: service.id, type: 'databaseService' },
    ...more,
  })
}

/** The automation workflow by which a screen tests a connection to a PostgreSQL; its name is that of its run. */
export async function makeConnectionTest(rest: Rest, connection: object, runId: string = randomUUID()): Promise<Entity & { readonly name: string }> {
  const request = { connection, serviceType: 'Database', connectionType: 'Postgres', secretsManagerProvider: 'db' }
  const name = `test-connection-Postgres-${runId}`
  return { ...(await putEntity(rest, '/automations/workflows', { name, workflowType: 'TEST_CONNECTION', request })), name }
}
