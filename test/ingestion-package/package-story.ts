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
