import type { Policy } from '../../compiler/policy.ts'
import type { Effects } from '../execute/effects.ts'

/** What a request handler may use. */
export interface RequestContext {
  readonly policy: Policy
  readonly effects: Pick<Effects, 'cluster' | 'cache' | 'payloads' | 'facts' | 'now' | 'log'> & {
    /** Has the reconciler look at a run. */
    readonly wake: (key: string) => void
  }
  /** The runner's own version, told with each answer. */
  readonly version: string
  /** Why this runner makes no progress; nothing when it does. */
  readonly troubles: () => readonly string[]
  /** The address from which ingestion pods reach the outside, where the operator has told it. */
  readonly hostIp: string | undefined
}
