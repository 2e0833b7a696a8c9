import type { AutomationWorkflow, ConnectionStep, PatchStep } from '../report/automation-workflow.ts'
import type { PipelineStatus } from '../report/pipeline-status.ts'

/** Lines of a run, as pods send them too. */
export interface LogBatch {
  readonly logs: string
  /** Epoch milliseconds. */
  readonly timestamp: number
  readonly connectorId: string
  readonly lineCount: number
}

/** The logs that runs stream to Collate. */
export interface LogsApi {
  /** The last lines that the server holds, each with its newline; none when it holds none, or cannot tell. */
  readLogEnd(pipelineFqn: string, runId: string, lines: number): Promise<readonly string[]>
  appendLog(pipelineFqn: string, runId: string, batch: LogBatch): Promise<void>
  /** No more lines will come. To say it twice is good. */
  closeLog(pipelineFqn: string, runId: string): Promise<void>
}

/** The OpenMetadata REST calls that the runner makes. Every method throws a CollateError. */
export interface CollateApi extends LogsApi {
  /** `x.y.z` of the server. */
  serverVersion(): Promise<string>
  /** undefined when the server knows no such run. */
  readStatus(pipelineFqn: string, runId: string): Promise<PipelineStatus | undefined>
  /** Replaces the whole row of this run. */
  writeStatus(pipelineFqn: string, status: PipelineStatus): Promise<void>
  /** undefined when there is no automation Workflow of this name. */
  readAutomation(name: string): Promise<AutomationWorkflow | undefined>
  /** All steps or none; a `test` that fails is Refused. */
  patchAutomation(id: string, steps: readonly PatchStep[]): Promise<void>
  /** The steps of a connector's test; undefined when the server knows no such connector. */
  readConnectionSteps(connectionType: string): Promise<readonly ConnectionStep[] | undefined>
}

/**
 * Refused: the server itself understood and will never take it (the pipeline is gone, a body it does not like). Unauthorized: the
 * token. TooLarge: the server, or a proxy before it, takes no body of this size; a smaller one may pass. Unavailable: everything
 * that may be different a moment later, and every refusal that is not OpenMetadata's own.
 */
export type CollateErrorCode = 'Refused' | 'Unauthorized' | 'TooLarge' | 'Unavailable'

export class CollateError extends Error {
  readonly code: CollateErrorCode
  readonly retryAfterMs: number | undefined

  constructor(code: CollateErrorCode, message: string, options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CollateError'
    this.code = code
    this.retryAfterMs = options.retryAfterMs
  }
}
