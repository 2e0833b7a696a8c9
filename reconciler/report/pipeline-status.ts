/** OpenMetadata's PipelineStatus, as the runner reads and writes it. */
import { z } from 'zod'
import type { RunEnd, RunSpec } from '../../compiler/record.ts'
import { classAndCause, failureCause } from '../failures/failure-table.ts'
import type { PendingReason } from '../observe/pending-reason.ts'

export const PIPELINE_STATES = ['queued', 'running', 'success', 'failed', 'partialSuccess', 'stopped'] as const
export type PipelineState = (typeof PIPELINE_STATES)[number]

export interface PipelineStatus {
  readonly runId: string
  readonly pipelineState: PipelineState
  /** Epoch milliseconds, as all times here. */
  readonly startDate?: number | undefined
  readonly timestamp?: number | undefined
  readonly endDate?: number | undefined
  /** Step summaries, the pod's own among them. */
  readonly status?: readonly unknown[] | undefined
  readonly config?: unknown
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

const tracedStep = z.looseObject({ failures: z.array(z.looseObject({ stackTrace: z.unknown().optional() })) })

interface StepSummary {
  readonly name: string
  readonly records: number
  readonly warnings: number
  readonly errors: number
  readonly filtered: number
  readonly failures: readonly { readonly name: string; readonly error: string; readonly stackTrace?: string }[]
}

/** Who ran it: told with every status, so that nobody has to guess. */
export interface RunnerIdentity {
  readonly agentId: string
  readonly version: string
}

/** The run a status is about. Taken from its record, or from its pod when the record is gone. */
export type StatusSubject = Pick<RunSpec, 'runId' | 'acceptedAtMs'>

export function isTerminal(state: PipelineState): state is RunEnd['state'] {
  return state === 'success' || state === 'failed' || state === 'partialSuccess' || state === 'stopped'
}

/** What Collate shows for a run that waits: its queued state with Kubernetes' words. */
export function pendingStatus(subject: StatusSubject, pending: PendingReason, runner: RunnerIdentity, nowMs: number): PipelineStatus {
  return {
    runId: subject.runId,
    pipelineState: 'queued',
    startDate: subject.acceptedAtMs,
    timestamp: nowMs,
    status: [step({ warnings: 1, failures: [{ name: pending.failureClass, error: failureText(pending) }] })],
    metadata: identity(runner, pending),
  }
}

/** An attempt that failed and is followed by another one. */
export interface AttemptOver {
  /** Counts from 1. */
  readonly attempt: number
  /** Attempts there may be in all. */
  readonly attempts: number
  readonly nextStartAtMs: number
  readonly end: RunEnd
}

/** What Collate shows between two attempts: the run is queued again, with what became of the attempt before. */
export function retryStatus(subject: StatusSubject, over: AttemptOver, logTail: string | undefined, runner: RunnerIdentity, nowMs: number): PipelineStatus {
  const { attempt, attempts, nextStartAtMs, end } = over
  const next = `attempt ${attempt} of ${attempts} failed; the next one may start at ${new Date(nextStartAtMs).toISOString()}`
  const [failure] = endStep(end, logTail).failures
  return {
    runId: subject.runId,
    pipelineState: 'queued',
    startDate: subject.acceptedAtMs,
    timestamp: nowMs,
    status: [step({ warnings: 1, failures: failure === undefined ? [] : [{ ...failure, error: `${failure.error}\n${next}` }] })],
    metadata: identity(runner, end),
  }
}

/**
 * What Collate shows for an end that the pod itself could not post. The server replaces the whole row, so what the pod had posted
 * of its steps before is carried over.
 */
export function endStatus(
  subject: StatusSubject,
  end: RunEnd,
  logTail: string | undefined,
  runner: RunnerIdentity,
  posted: PipelineStatus | undefined,
): PipelineStatus {
  const startDate = posted?.pipelineState === 'running' ? (posted.startDate ?? end.startedAtMs) : end.startedAtMs
  return {
    runId: subject.runId,
    pipelineState: end.state,
    startDate: startDate ?? subject.acceptedAtMs,
    timestamp: startDate ?? subject.acceptedAtMs,
    endDate: end.endedAtMs,
    status: [...(posted?.pipelineState === 'running' ? (posted.status ?? []) : []), endStep(end, logTail)],
    ...(posted?.config === undefined ? {} : { config: posted.config }),
    metadata: { ...posted?.metadata, ...identity(runner, end) },
  }
}

/** The same without the traces of its steps, which are the most of its size; undefined when it has none. */
export function withoutTraces(status: PipelineStatus): PipelineStatus | undefined {
  let dropped = 0
  const steps = status.status?.map((one) => {
    const { data } = tracedStep.safeParse(one)
    if (data === undefined) return one
    const failures = data.failures.map(({ stackTrace, ...rest }) => {
      if (stackTrace !== undefined) dropped += 1
      return rest
    })
    return { ...data, failures }
  })
  return dropped === 0 ? undefined : { ...status, status: steps }
}

/** The runner's own step in the status of a run that has ended. */
export function endStep(end: RunEnd, logTail: string | undefined): StepSummary {
  if (end.state !== 'failed') return step({})
  const stackTrace = logTail === undefined || logTail === '' ? {} : { stackTrace: logTail }
  return step({ errors: 1, failures: [{ name: end.failureClass ?? end.state, error: failureText(end), ...stackTrace }] })
}

type ToldFailure = Pick<RunEnd, 'failureClass' | 'message' | 'remedy'>

/** Kubernetes' own words, what to do, and where to read on. */
function failureText({ failureClass, message, remedy }: ToldFailure): string {
  const runbook = failureClass === undefined ? undefined : `(${classAndCause(failureClass, message)}: docs/failures.md#${failureClass.toLowerCase()})`
  return [message, remedy, runbook].filter(Boolean).join('\n')
}

function step(part: Partial<StepSummary>): StepSummary {
  return { name: 'Hybrid Ingestion Runner', records: 0, warnings: 0, errors: 0, filtered: 0, failures: [], ...part }
}

function identity({ agentId, version }: RunnerIdentity, { failureClass, message }: ToldFailure): Record<string, unknown> {
  const failure = failureClass === undefined ? {} : { failureClass, failureCause: failureCause(failureClass, message) }
  return { hybridRunner: { name: agentId, version, ...failure } }
}
