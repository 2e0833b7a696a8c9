import type { RunMethod } from '../../../compiler/admit.ts'
import { APPLICATION_ALONE, APPLICATION_WITH_PIPELINE } from './application-requests.ts'
import { AUTOMATION_OF_TOMORROW, AUTOMATIONS } from './automation-requests.ts'
import { PIPELINE_RUNS } from './pipeline-runs.ts'

export interface RequestExample {
  readonly name: string
  readonly method: RunMethod
  readonly params: Readonly<Record<string, unknown>>
}

/** A request of every kind that this runner takes. */
export const EVERY_REQUEST: readonly RequestExample[] = [
  ...Object.entries(PIPELINE_RUNS).map(([name, params]) => ({ name, method: 'pipeline/run', params }) as const),
  ...Object.entries(AUTOMATIONS).map(([name, params]) => ({ name, method: 'automation/run', params }) as const),
  { name: 'an automation of tomorrow', method: 'automation/run', params: AUTOMATION_OF_TOMORROW },
  { name: 'an application alone', method: 'application/run', params: APPLICATION_ALONE },
  { name: 'an application with its pipeline', method: 'application/run', params: APPLICATION_WITH_PIPELINE },
]
