import type { PendingReason } from './pending-reason.ts'

/** Why a run could not be started when it was last tried, and since when it could not. */
export interface Refusal {
  readonly pending: PendingReason
  readonly sinceMs: number
}
