import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { ask } from './ask.ts'
import { podsEverStarted } from './audit-log.ts'
import type { RequestOptions, RunRequest, Simulate } from './run-request.ts'
import type { Scenario } from './scenario.ts'

/** Sends a run of a pipeline of its own and expects it to be accepted. */
export async function accepted(scenario: Scenario, simulate: Simulate = {}, options: Partial<RequestOptions> = {}): Promise<RunRequest> {
  const runId = randomUUID()
  const request = scenario.request({ simulate, runId, pipelineName: `of-${runId}`, ...options })
  expect(await ask(scenario, 'pipeline/run', request)).toMatchObject({ result: { code: 200, runId } })
  return request
}

/** What Collate was told of a run, in order: `running by bot`. */
export async function historyOf({ collate }: Scenario, runId: string): Promise<string[]> {
  return (await collate.history({ runId })).map(({ writer, status }) => `${status.pipelineState} by ${writer}`)
}

export async function expectOneStart(scenario: Scenario, runId: string): Promise<void> {
  expect(await podsEverStarted(scenario, runId)).toHaveLength(1)
}

export interface ToldFailure {
  readonly name: string
  readonly error: string
  readonly stackTrace?: string
}

/** The failure that the runner told in a status. */
export function failureIn(status: { readonly status?: readonly unknown[] | null | undefined } | null): ToldFailure | undefined {
  const steps = (status?.status ?? []) as readonly { readonly name: string; readonly failures?: readonly ToldFailure[] | null }[]
  return steps.find(({ name }) => name === 'Hybrid Ingestion Runner')?.failures?.[0]
}

/** The runner's environment for a policy of metadata pods. */
export function policyOf(entry: object): Record<string, string> {
  return { SIMPLEK8S_PIPELINE_TYPE_CONFIGS: JSON.stringify({ metadata: entry }) }
}
