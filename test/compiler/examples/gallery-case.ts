import type { RunMethod } from '../../../compiler/admit.ts'
import type { Facts } from '../../../compiler/facts.ts'
import type { CustomConfigFiles } from '../../../compiler/policy/custom-config.ts'
import type { Executor } from '../../../compiler/policy/executor.ts'
import type { ScheduleStatus } from '../../../compiler/schedule/schedule-record.ts'
import type { Environment } from './policy.ts'
import type { View } from './view.ts'

/** What a case is there to show, found and wanted: the same under every executor. */
export type Point = (view: View, executor: Executor) => readonly [found: unknown, wanted: unknown]

/** One row of the index: a request under a policy, and what it becomes, for each executor. */
export interface RunCase {
  /** One sentence for the index. */
  readonly shows: string
  readonly method?: RunMethod
  readonly request?: unknown
  readonly environment?: (executor: Executor) => Environment
  readonly files?: CustomConfigFiles
  readonly facts?: Facts
  /** The executors that have what it shows; both, unless it says so. */
  readonly executors?: readonly Executor[]
  readonly point: Point
}

/** A deployed pipeline, and its CronJob and CronWorkflow at some moment. */
export interface ScheduleCase {
  readonly shows: string
  readonly request: unknown
  readonly nowMs?: number
  readonly status?: Partial<ScheduleStatus>
  readonly environment?: Environment
  readonly point: Point
}
