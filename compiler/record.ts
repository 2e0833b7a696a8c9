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
  readonly kind: RunKind
  /** What runs, by OpenMetadata's own names: the ingestion pipeline; for the other kinds the automation workflow or the application. */
  readonly pipeline: {
    readonly id: string
    readonly name: string
    readonly fullyQualifiedName: string
    /** Key of the per-type policy. Open set; OpenMetadata's own spelling (`metadata`, `TestSuite`, ...); `automation` for all automations. */
    readonly type: string
  }
  /** What the run reads; null where the request names none, as an application's does. A type is null where the pipeline's own type decides. */
  readonly service: { readonly name: string; readonly type: string | null } | null
  /** Of an automation: `TEST_CONNECTION`, `QUERY_RUNNER`, ... (open set): which shape its response has. Null for the other kinds. */
  readonly workflowType: string | null
  readonly loggerLevel: string
  /** Runs of this pipeline that may be active at once, at least 1. */
  readonly maxActiveRuns: number
  readonly retries: number
  readonly retryDelaySeconds: number
  readonly workflowTimeoutSeconds: number | null
  /** The pod sends its log to Collate as it writes it. What it could not send is the runner's to bring, and so is the word that no more will come. */
  readonly streamsLogs: boolean
  /** Epoch milliseconds at which the request was accepted: the order of the queue. */
  readonly acceptedAtMs: number
  /** Epoch milliseconds after which the request is refused; a record lives longer than that, so that a repeat finds it. */
  readonly notAfterMs: number
  /** SHA-256 of all in the request that shapes the run, without its server connection: tells a repeat from another request under the same id. */
  readonly requestDigest: string
  readonly payload: PayloadReference
  /** What Kubernetes or Argo started by a schedule: it makes the first attempt. Absent for a run that was asked for. */
  readonly startedBy?: RunOrigin
}

/** The object that a schedule made. Its uid is the run's id. */
export interface RunOrigin {
  readonly kind: 'Job' | 'Workflow'
  readonly name: string
  readonly uid: string
}

/**
 * Which program of the ingestion image runs, what it is given, and where its end is told.
 *
 * - `pipeline`: `python main.py` with a workflow config, or an application config where the type is `application`, and the variables
 *   `pipelineType`, `pipelineRunId`, `ingestionPipelineFQN`, `jobName`, `namespace`. Its end is a PipelineStatus of the pipeline.
 * - `automation`: `python run_automation.py` with the automation Workflow, and no variable beside `config`. The small resources
 *   (`automationResources`), a deadline always, no retry. Its end is the Workflow's own status and response.
 * - `application`: `python -m metadata.applications.runner` with the App, and no variable beside `config`. General resources, no retry.
 *   OpenMetadata keeps no status of such a run.
 *
 * All of them take the payload from the variable `config`.
 */
export type RunKind = (typeof RUN_KINDS)[number]

export const RUN_KINDS = ['pipeline', 'automation', 'application'] as const

/** The `pipeline.type` of every automation; also the key of its policy. */
export const AUTOMATION_TYPE = 'automation'

/** Names the immutable Secret that holds the workflow config. */
export interface PayloadReference {
  readonly secretName: string
  /** `env`: the variable `config`. `file`: a mounted file, for what is too large for one environment string. */
  readonly delivery: 'env' | 'file'
  /**
   * Whether the request holds `secret:` references. `toResolve`: it does, and the config is made for a program that finds their values
   * in their place.
   */
  readonly secrets: SecretsInPayload
}

export const SECRETS_IN_PAYLOAD = ['none', 'references', 'toResolve'] as const

export type SecretsInPayload = (typeof SECRETS_IN_PAYLOAD)[number]

export interface RunStatus {
  readonly phase: RunPhase
  /** Counts from 1. Part of the pod's name: a second create of the same attempt collides. */
  readonly attempt: number
  /** From the second attempt on: why there is another one, and when it may start. */
  readonly retry?: Retry
  /** Somebody asked for the run to stop. Written before the pod is deleted. */
  readonly kill?: Kill
  readonly end?: RunEnd
}

/** What an attempt that failed leaves to the next one. */
export interface Retry {
  /** Epoch milliseconds before which the attempt does not start. */
  readonly startAtMs: number
  /** When the program of the run first began; null while none has. The run's deadline counts from then, over all attempts. */
  readonly firstStartedAtMs: number | null
  readonly failureClass: FailureClass
  /** Kubernetes' own words of the attempt that failed. */
  readonly message: string
}

/** Why a run is to stop. With a class of failure it was the runner that gave it up, and it ends as failed. */
export interface Kill {
  readonly atMs: number
  readonly reason: string
  readonly failureClass?: FailureClass
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
  /** Which secrets could not be read before its program started, of an end that its program may have told as a failure. */
  readonly unreadSecrets?: string
  readonly startedAtMs: number | null
  readonly endedAtMs: number
  /** Collate's server has the end. Until then the record stays. */
  readonly isAcknowledged: boolean
}
