import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { createRest } from '../collate/openmetadata-client.ts'
import type { RunRequest } from '../scenario/run-request.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** Makes the service and its pipeline at the server, and gives params of `pipeline/run` for it. */
export async function metadataRun(scenario: Scenario, connection: object): Promise<RunRequest> {
  const rest = createRest(scenario.collate, scenario.collate.tokens['bot'])
  const put = async (path: string, body: object): Promise<{ readonly id: string; readonly fullyQualifiedName: string }> => {
    const made = await rest('PUT', path, body)
    expect(made.status).toBe(201)
    return made.body as { readonly id: string; readonly fullyQualifiedName: string }
  }
  const service = await put('/services/databaseServices', { name: `shop.${randomUUID().slice(0, 8)}`, serviceType: 'Postgres', connection })
  const pipeline = await put('/services/ingestionPipelines', {
    name: 'nightly',
    pipelineType: 'metadata',
    sourceConfig: { config: { type: 'DatabaseMetadata', schemaFilterPattern: { includes: ['^sales$'] } } },
    airflowConfig: { maxActiveRuns: 1 },
    service: { id: service.id, type: 'databaseService' },
  })
  const { openMetadataServerConnection } = scenario.request().ingestionPipeline
  return { runner: scenario.agentId, runId: randomUUID(), ingestionPipeline: { ...pipeline, loggerLevel: 'INFO', openMetadataServerConnection }, service }
}

/** What the screen does: makes a workflow for the test of a connection, and triggers it. Gives its run and its name. */
export async function testOf(scenario: Scenario, connection: object): Promise<{ readonly runId: string; readonly name: string }> {
  const runId = randomUUID()
  const name = `test-connection-Postgres-${runId}`
  const request = { connection, serviceType: 'Database', connectionType: 'Postgres', secretsManagerProvider: 'db' }
  const made = await createRest(scenario.collate, scenario.collate.tokens['bot'])('PUT', '/automations/workflows', {
    name,
    workflowType: 'TEST_CONNECTION',
    request,
  })
  expect(made).toMatchObject({ status: 201, body: { status: 'Pending' } })
  const { openMetadataServerConnection } = scenario.request().ingestionPipeline
  const workflow = { ...(made.body as object), openMetadataServerConnection }
  expect(await scenario.collate.call('automation/run', { runner: scenario.agentId, runId, workflow }, { agentId: scenario.agentId })).toMatchObject({
    result: { code: 200 },
  })
  return { runId, name }
}

/** As much of a table as tests look at. */
interface ReadTable {
  readonly name: string
  readonly tableType?: string
  readonly description?: string
  readonly columns: readonly { readonly name: string; readonly dataType: string }[]
}

/** The tables that the run wrote, by name. */
export async function tablesOf(scenario: Scenario, { service }: RunRequest) {
  const { fullyQualifiedName } = service as { readonly fullyQualifiedName: string }
  const query = `service=${encodeURIComponent(fullyQualifiedName)}`
  const { body } = await createRest(scenario.collate, scenario.collate.tokens['bot'])('GET', `/tables?${query}`)
  const tables = (body as { readonly data: readonly ReadTable[] }).data
  return tables
    .map(({ name, tableType, description, columns }) => ({
      name,
      tableType,
      description,
      columns: columns.map((column) => `${column.name} ${column.dataType}`),
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}
