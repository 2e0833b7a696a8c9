import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Scenario } from '../scenario/scenario.ts'

/** Has an application run that needs no pipeline; gives the id of the run. */
export async function runApplication(scenario: Scenario): Promise<string> {
  const runId = randomUUID()
  const app = {
    id: randomUUID(),
    name: 'AutomatorApplication',
    fullyQualifiedName: 'AutomatorApplication',
    sourcePythonClass: 'metadata.applications.automator.AutomatorApp',
    appConfiguration: { type: 'Automator', simulate: {} },
    openMetadataServerConnection: scenario.request().ingestionPipeline['openMetadataServerConnection'],
  }
  const answer = await scenario.collate.call('application/run', { runner: scenario.agentId, runId, app }, { agentId: scenario.agentId })
  expect(answer).toMatchObject({ result: { code: 200, runId } })
  return runId
}
