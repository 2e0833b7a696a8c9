import type { Policy } from '../../compiler/policy.ts'
import type { LogFollowers } from '../logs/log-followers.ts'
import type { Effects } from '../execute/effects.ts'
import type { InOrder } from '../queue/in-order.ts'
import type { ScheduleCache } from '../schedule/schedule-cache.ts'
import type { ServerWords } from '../schedule/server-words.ts'

/** What a request handler may use. */
export interface RequestContext {
  readonly policy: Policy
  readonly effects: Pick<Effects, 'cluster' | 'cache' | 'payloads' | 'facts' | 'now' | 'log'> & {
    /** Has the reconciler look at a run. */
    readonly wake: (key: string) => void
  }
  readonly followers: LogFollowers
  readonly schedules: {
    readonly cache: ScheduleCache
    /** Has the reconciler look at the schedule of a pipeline. */
    readonly wake: (pipelineId: string) => void
    /** What is asked of one pipeline is done in the order in which it was asked. */
    readonly inOrder: InOrder
    /** What a sync must not take for older than its list. */
    readonly words: ServerWords
  }
  /** The server has something new for `desired/sync`. */
  readonly onDesiredChanged: () => void
  /** Ids of the runs whose requests are being answered. */
  readonly runsInHand: Set<string>
  /** The runner's own version, told with each answer. */
  readonly version: string
  /** Why this runner makes no progress; nothing when it does. */
  readonly troubles: () => readonly string[]
  /** The address from which ingestion pods reach the outside, where the operator has told it. */
  readonly hostIp: string | undefined
}
