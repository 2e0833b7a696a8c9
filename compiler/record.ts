import type { FailureClass } from './failure-class.ts'

/**
 * The record of one run: all that the compiler needs and no secret, where the run stands, and what is known of its end.
 *
 * It is stored as a labelled ConfigMap and is the queue entry, the root of garbage collection and the outbox of an end that
 * Collate has not acknowledged yet. `spec` never changes once written; `status` does, by patches that name a resourceVersion.
 */
export interface RunRecord {
  readonly name: string
  readonly spec: RunSpec
  readonly status: RunStatus
}

/** A record as read back from the cluster. */
export interface StoredRecord extends RunRecord {
  readonly uid: string
  readonly resourceVersion: string
  /** Somebody deleted the record by hand; its finalizer keeps it until the run's end is told. */
  readonly isBeingDeleted: boolean
  readonly finalizers: readonly string[]
}

/** What was asked for, with every default of the request applied. */
export interface RunSpec {
  readonly agentId: string
  /** A UUID. Together with the agent id the key of the run. */
  readonly runId: string
  readonly pipeline: {
    readonly id: string
    readonly name: string
    readonly fullyQualifiedName: string
    /** Open set; OpenMetadata's own spelling (`metadata`, `TestSuite`, ...). */
    readonly type: string
  }
  readonly service: { readonly name: string; readonly type: string }
  readonly loggerLevel: string
  /** Runs of this pipeline that may be active at once, at least 1. */
  readonly maxActiveRuns: number
  readonly retries: number
  readonly retryDelaySeconds: number
  readonly workflowTimeoutSeconds: number | null
  /** Epoch milliseconds at which the request was accepted: the order of the queue. */
  readonly acceptedAtMs: number
  /** Epoch milliseconds after which the request is refused; a record lives longer than that, so that a repeat finds it. */
  readonly notAfterMs: number
  /** SHA-256 of all in the request that shapes the run, without its server connection: tells a repeat from another request under the same id. */
  readonly requestDigest: string
  readonly payload: PayloadReference
}

/** Names the immutable Secret that holds the workflow config. */
export interface PayloadReference {
  readonly secretName: string
  /** `env`: the variable `config`. `file`: a mounted file, for what is too large for one environment string. */
  readonly delivery: 'env' | 'file'
}

export interface RunStatus {
  readonly phase: RunPhase
  /** Counts from 1. Part of the pod's name: a second create of the same attempt collides. */
  readonly attempt: number
  /** Somebody asked for the run to stop. Written before the pod is deleted. */
  readonly kill?: { readonly atMs: number; readonly reason: string }
  readonly end?: RunEnd
}

/** `Queued` also while its pod exists: the pod itself says how far it is. `Ended` once the end is on the record. */
export type RunPhase = 'Queued' | 'Ended'

/** The one truthful end of a run. */
export interface RunEnd {
  readonly state: 'success' | 'failed' | 'partialSuccess' | 'stopped'
  /** Absent for a good end. */
  readonly failureClass?: FailureClass
  /** Kubernetes' own words. Log lines go to Collate only: they may hold what must not lie in a ConfigMap. */
  readonly message: string
  readonly remedy?: string
  readonly startedAtMs: number | null
  readonly endedAtMs: number
  /** Collate's server has the end. Until then the record stays. */
  readonly isAcknowledged: boolean
}
