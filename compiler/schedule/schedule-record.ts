import type { RunSpec } from '../record.ts'

/**
 * The record of one deployed pipeline with a schedule: all that the compiler needs for its CronJob or CronWorkflow, and no secret.
 *
 * It is stored as a labelled ConfigMap and owns its payload and the CronJob. `spec` never changes: another content makes another
 * revision, with a name and a payload of its own. `status` does, by patches that name a resourceVersion.
 */
export interface ScheduleRecord {
  readonly name: string
  readonly spec: ScheduleSpec
  readonly status: ScheduleStatus
}

/** A schedule as read back from the cluster. */
export interface StoredSchedule extends ScheduleRecord {
  readonly uid: string
  readonly resourceVersion: string
  readonly isBeingDeleted: boolean
}

/** What was deployed, with every default applied. Each run of it becomes a run record with these words, and its own id. */
export interface ScheduleSpec extends Pick<
  RunSpec,
  | 'agentId'
  | 'pipeline'
  | 'service'
  | 'loggerLevel'
  | 'maxActiveRuns'
  | 'retries'
  | 'retryDelaySeconds'
  | 'workflowTimeoutSeconds'
  | 'streamsLogs'
  | 'requestDigest'
  | 'payload'
> {
  /** Five fields or a name such as `@daily`, as Kubernetes takes it. */
  readonly schedule: string
  /** Name of the IANA database. */
  readonly timeZone: string
  /** Epoch milliseconds before which nothing fires. */
  readonly startAtMs: number | null
  /** Epoch milliseconds from which on nothing fires. */
  readonly endAtMs: number | null
}

export interface ScheduleStatus {
  /** `Retired`: a newer revision, or none, has taken its place. It fires no more, and goes when its last run has ended. */
  readonly phase: SchedulePhase
  /** False while the pipeline is switched off or paused. */
  readonly isEnabled: boolean
  /** Epoch milliseconds of the deploy, or of the last switching on: what was due before does not fire. */
  readonly activeSinceMs: number
  /** The pipeline's `updatedAt` that this speaks for: what is older is superseded. */
  readonly updatedAtMs: number
  /** What the policy made of the payload: another mark, and it is to be written anew. */
  readonly policyMark?: string
  /** Since when and why it is Retired. */
  readonly retired?: Retirement
}

export interface Retirement {
  /** Epoch milliseconds. */
  readonly atMs: number
  /**
   * `replaced`: a newer revision has its place. `unscheduled`: the pipeline has no schedule any more. `deleted`: the pipeline is gone,
   * and its active run ends. `moved`: it is another runner's now, and its active run ends too.
   */
  readonly why: RetirementReason
}

export const RETIREMENT_REASONS = ['replaced', 'unscheduled', 'deleted', 'moved'] as const

export type RetirementReason = (typeof RETIREMENT_REASONS)[number]

export const SCHEDULE_PHASES = ['Active', 'Retired'] as const

export type SchedulePhase = (typeof SCHEDULE_PHASES)[number]
