import type { PipelineTypePolicies } from '../../compiler/policy/pipeline-type-policy.ts'
import type { Executor } from '../../compiler/policy/executor.ts'
import type { Resources } from '../../compiler/resources.ts'

/** What a remedy is written for. */
export interface FailedRun {
  readonly executor: Executor
  readonly pipelineType: string
  /** The executor's table of fields by pipeline type: what is pasted must keep what stands there. */
  readonly types: PipelineTypePolicies
  /** What the pods of this run ask for and may use. */
  readonly resources: Resources
  /** A schedule has started it: what it reads, the next runs read too. */
  readonly isScheduled?: boolean
  /** The taints in the way, where somebody who may read nodes has looked. */
  readonly nodeTaints?: readonly Taint[]
}

export interface Taint {
  readonly key: string
  /** Empty when it has none. */
  readonly value: string
  readonly effect: string
}

/** One way in which a class of failure comes about. */
export interface FailureCause {
  /** API, as the class is: a label of metrics, so a name out of a fixed set. */
  readonly cause: string
  /** Tells it from the other causes of its class by Kubernetes' own words; the first that fits counts. The last of a class fits always. */
  readonly pattern: RegExp
  readonly meaning: string
  /** What Kubernetes says, such as it was seen. */
  readonly example: string
  /** What to do, in plain words, with the lines to paste into values.yaml where values mend it. */
  readonly remedy: (run: FailedRun, message: string) => string
}

/** A remedy that is the same for every run. */
export function always(text: string): FailureCause['remedy'] {
  return () => text
}
