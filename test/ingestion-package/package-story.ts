import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { RunRequest } from '../scenario/run-request.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { botOf, type Entity, makeConnectionTest, makePipeline, makeService } from './shop-catalog.ts'

/** Makes the service and its pipeline at the server, and gives params of `pipeline/run` for it. */
export async function metadataRun(scenario: Scenario, connection: object): Promise<RunRequest> {
  const rest = botOf(scenario.collate)
  const service = await makeService(rest, `shop.${randomUUID().slice(0, 8)}`, connection)
  return runOf(scenario, service, await makePipeline(rest, service))
}

/** Params of `pipeline/run`, with a run id of their own. */
export function runOf(scenario: Scenario, service: Entity, pipeline: Entity): RunRequest {
  const { openMetadataServerConnection } = scenario.request().ingestionPipeline
  return { runner: scenario.agentId, runId: randomUUID(), ingestionPipeline: { ...pipeline, loggerLevel: 'INFO', openMetadataServerConnection }, service }
}

/** What the screen does: makes a workflow for the test of a connection, and triggers it. Gives its run and its name. */
export async function testOf(scenario: Scenario, connection: object): Promise<{ readonly runId: string; readonly name: string }> {
  const runId = randomUUID()
  const made = await makeConnectionTest(botOf(scenario.collate), connection, runId)
  expect(made).toMatchObject({ status: 'Pending' })
  const { openMetadataServerConnection } = scenario.request().ingestionPipeline
  const workflow = { ...made, openMetadataServerConnection }
  expect(await scenario.collate.call('automation/run', { runner: scenario.agentId, runId, workflow }, { agentId: scenario.agentId })).toMatchObject({
    result: { code: 200 },
  })
  return { runId, name: made.name }
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
  const { body } = await botOf(scenario.collate)('GET', `/tables?${query}`)
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
