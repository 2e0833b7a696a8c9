/** A run as the queue knows it. */
export interface QueueEntry {
  readonly key: string
  readonly pipelineId: string
  /** Active runs that this pipeline allows itself. */
  readonly pipelineLimit: number
  /** Of the pipeline; `automation` for all automations. */
  readonly type: string
  readonly acceptedAtMs: number
}
