import type { FailureClass } from '../../compiler/failure-class.ts'

/** Why a run that has a pod does not run yet. */
export interface PendingReason {
  readonly failureClass: FailureClass
  /** Kubernetes' own words. */
  readonly message: string
  /** What to do about it. */
  readonly remedy?: string
}
