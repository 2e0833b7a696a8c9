import type { FailureClass } from '../../../compiler/failure-class.ts'
import type { RequestOptions, RunRequest, Simulate } from '../run-request.ts'
import type { Scenario } from '../scenario.ts'
import type { Stage } from './stage.ts'

/** One way for a run to go wrong, made on the real control plane. */
export interface FailureCase {
  /** Ends the sentence "a run whose ...". */
  readonly name: string
  readonly failureClass: FailureClass
  readonly cause: string
  /** In Kubernetes' own words. */
  readonly words: RegExp
  /** What the remedy must say, the name of what is in the way above all. */
  readonly remedy: RegExp
  /** `waits` is told as queued and stays so until it is killed. */
  readonly becomes: 'waits' | 'failed'
  /** Seconds from the fact to the report at Collate that may go by. */
  readonly limitSeconds?: number
  /** Of a runner that only this case has. Without it the case goes to the runner that the others share. */
  readonly environment?: (stage: Stage) => Promise<Readonly<Record<string, string>>>
  readonly simulate?: Simulate
  readonly request?: Partial<RequestOptions>
  /** What somebody does to the run once it was accepted. Gives the moment of the deed. */
  readonly deed?: (scenario: Scenario, run: RunRequest) => Promise<number>
  /** When Kubernetes saw it, by its own time stamps. Without it and without a deed the seconds are not measured. */
  readonly factMs?: (scenario: Scenario, run: RunRequest) => Promise<number>
}
