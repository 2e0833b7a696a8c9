import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import { createRest } from '../collate/openmetadata-client.ts'
import { ask } from './ask.ts'
import type { Simulate } from './run-request.ts'
import type { Scenario } from './scenario.ts'

export interface Automation {
  readonly runId: string
  readonly name: string
}

/** As much of an automation workflow as tests look at. */
export interface ShownWorkflow {
  readonly status: string
  readonly response?: {
    readonly status?: string
    readonly steps?: readonly { readonly name: string; readonly passed: boolean; readonly message?: string; readonly errorLog?: string }[]
  }
}

/** What the screen does: makes a workflow for the test of a MySQL connection, and triggers it. */
export async function testConnection(scenario: Scenario, simulate: Simulate = {}): Promise<Automation> {
  const runId = randomUUID()
  const name = `test-connection-Mysql-${runId}`
  const request = { connection: { config: { type: 'Mysql' } }, serviceType: 'Database', connectionType: 'Mysql', serviceName: 'prod_mysql', simulate }
  const made = await createRest(scenario.collate, scenario.collate.tokens['bot'])('PUT', '/automations/workflows', {
    name,
    workflowType: 'TEST_CONNECTION',
    request,
  })
  expect(made).toMatchObject({ status: 201, body: { status: 'Pending' } })
  const { openMetadataServerConnection } = scenario.request().ingestionPipeline
  const workflow = { ...(made.body as object), openMetadataServerConnection }
  const answer = await ask(scenario, 'automation/run', { runner: scenario.agentId, runId, workflow })
  expect(answer).toMatchObject({ result: { code: 200, runId } })
  return { runId, name }
}

/** The workflow as the screen sees it. */
export async function shownWorkflow({ collate }: Scenario, { name }: Automation): Promise<ShownWorkflow | undefined> {
  return (await collate.workflows()).find((workflow) => workflow.name === name) as ShownWorkflow | undefined
}

export async function untilShown(scenario: Scenario, automation: Automation, status: string): Promise<ShownWorkflow> {
  const probe = async (): Promise<ShownWorkflow | undefined> => {
    const shown = await shownWorkflow(scenario, automation)
    return shown?.status === status ? shown : undefined
  }
  return waitFor(probe, { what: `the workflow ${automation.name} ${status}` })
}
