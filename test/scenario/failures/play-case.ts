import { expect } from 'vitest'
import type { StatusWrite } from '../../collate/entries.ts'
import { accepted, failureIn } from '../run-story.ts'
import type { RunRequest } from '../run-request.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { untilSettled } from '../settled.ts'
import type { FailureCase } from './failure-case.ts'
import type { Stage } from './stage.ts'

/** What came of a case. */
export interface PlayedCase {
  readonly run: RunRequest
  readonly told: StatusWrite
  /** From the fact to the report; undefined where nobody measures. */
  readonly seconds: number | undefined
  /** The end on the record. */
  readonly state: string | undefined
}

/** Has a run go wrong in this way and waits for the report and for the end, which a run that waits gets by a kill. */
export async function playCase(one: FailureCase, stage: Stage): Promise<PlayedCase> {
  const own =
    one.environment === undefined ? undefined : await startScenario({ place: stage.place, agentId: agentIdOf(one), environment: await one.environment(stage) })
  try {
    return await play(one, own ?? stage.shared)
  } finally {
    await own?.stop()
  }
}

async function play(one: FailureCase, scenario: Scenario): Promise<PlayedCase> {
  const run = await accepted(scenario, one.simulate, one.request)
  const { runId } = run
  const deedMs = await one.deed?.(scenario, run)
  const state = one.becomes === 'waits' ? 'queued' : 'failed'
  const told = await scenario.collate.waitForStatus({ runId, state, writer: 'runner' })
  const factMs = deedMs ?? (await one.factMs?.(scenario, run))
  if (one.becomes === 'waits') expect(await scenario.kill(runId)).toMatchObject({ result: { code: 200 } })
  const end = await untilSettled(scenario, runId)
  return { run, told, seconds: factMs === undefined ? undefined : (told.at - factMs) / 1000, state: end?.state }
}

/** Expects the class, its cause, Kubernetes' words and what to do in the status that Collate holds, and the right end. */
export function expectTold(one: FailureCase, { told, state }: PlayedCase): void {
  const failure = failureIn(told.status)
  expect(failure?.name).toBe(one.failureClass)
  expect(failure?.error).toMatch(one.words)
  expect(failure?.error).toMatch(one.remedy)
  expect(failure?.error).toContain(`(${one.failureClass}/${one.cause}: docs/failures.md#`)
  expect(told.status.metadata).toMatchObject({ hybridRunner: { failureClass: one.failureClass, failureCause: one.cause } })
  expect(state).toBe(one.becomes === 'waits' ? 'stopped' : 'failed')
}

function agentIdOf({ name }: FailureCase): string {
  return name.replaceAll(/[^a-z]+/g, '-').slice(0, 40)
}
