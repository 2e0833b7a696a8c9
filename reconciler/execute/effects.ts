import type { Facts } from '../../compiler/facts.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { FailureClass } from '../../compiler/failure-class.ts'
import type { RunEnd } from '../../compiler/record.ts'
import type { JobCache } from '../cache/job-cache.ts'
import type { RunCache } from '../cache/run-cache.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Log } from '../log.ts'
import type { LogUploads } from '../logs/log-uploads.ts'
import type { Reporter } from '../report/tell-collate.ts'
import type { ScheduleCache } from '../schedule/schedule-cache.ts'
import type { NamespaceFate } from './namespace-fate.ts'
import type { PayloadKnowledge } from './payload-knowledge.ts'
import type { Refusals } from './refusals.ts'

/** All that an action may touch. */
export interface Effects {
  readonly cluster: Cluster
  readonly cache: RunCache
  /** The Jobs of schedules, which make runs. */
  readonly jobs: JobCache
  /** What those runs are made from. */
  readonly schedules: ScheduleCache
  readonly reporter: Reporter
  /** What pods could not send of their logs. */
  readonly uploads: LogUploads
  readonly payloads: PayloadKnowledge
  readonly namespaceFate: NamespaceFate
  /** The last reason for waiting that Collate was told, by run, as newsOf gives it. */
  readonly toldPending: Map<string, string>
  /** Why runs could not be started. */
  readonly refusals: Refusals
  readonly policy: Policy
  /** The facts of now. */
  readonly facts: () => Facts
  readonly log: Log
  readonly now: () => number
  readonly onStart: () => void
  /** Something of a schedule is gone that only Collate can bring back: a sync is to be made at once. */
  readonly wantSync: () => void
  /** A reason for waiting was told. */
  readonly onPending: (failureClass: FailureClass, cause: string) => void
  readonly onEnd: (end: RunEnd) => void
}
