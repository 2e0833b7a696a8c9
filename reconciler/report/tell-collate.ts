import type { RunEnd, RunKind } from '../../compiler/record.ts'
import { type CollateApi, CollateError } from '../collate/collate-api.ts'
import type { PendingReason } from '../observe/pending-reason.ts'
import type { Away } from '../queue/work-queue.ts'
import { besideFailure, endAsPosted, endToTell, lacksSecretsNote } from './secrets-note.ts'
import { tellAutomationEnd } from './tell-automation.ts'
import {
  type AttemptOver,
  endStatus,
  endStep,
  isTerminal,
  pendingStatus,
  type PipelineStatus,
  retryStatus,
  type RunnerIdentity,
  type StatusSubject,
  withoutTraces,
} from './pipeline-status.ts'

export interface ReportedRun extends StatusSubject {
  readonly kind: RunKind
  readonly pipelineFqn: string
  /** What names an automation Workflow, whose status has no row per run. */
  readonly pipelineId: string
  readonly pipelineName: string
}

export interface Reporter {
  /**
   * Tells the end of a run, unless Collate holds one already: the pod's own word, or the server's, is never overwritten. A pipeline's
   * goes to its status, an automation's to its Workflow; of an application without a pipeline OpenMetadata keeps nothing.
   * Gives the end as Collate has it now; `isAcknowledged` is false when Collate could not be reached.
   */
  tellEnd(run: ReportedRun, end: RunEnd, logTail: () => Promise<string | undefined>): Promise<RunEnd>
  /**
   * Tells why a run waits, unless its pod has posted something already. Gives false when Collate could not be reached. Only a
   * pipeline's status has room for that: what stands on an automation's Workflow is read as its result.
   */
  tellPending(run: ReportedRun, pending: PendingReason): Promise<boolean>
  /**
   * Tells that an attempt failed and another one follows, over whatever its pod has posted of it, a failure among it. To be told
   * before the next attempt can post anything. `isOver`: Collate holds an end that stands for the whole run; there must be no other attempt.
   */
  tellRetry(run: ReportedRun, over: AttemptOver, logTail: () => Promise<string | undefined>): Promise<'told' | 'isOver' | 'notNow'>
}

/** The same reporter, which leaves its worker's place to others while it waits for Collate. */
export function tellingAway(reporter: Reporter, away: Away): Reporter {
  return {
    tellEnd: async (...told) => away(() => reporter.tellEnd(...told)),
    tellPending: async (...told) => away(() => reporter.tellPending(...told)),
    tellRetry: async (...told) => away(() => reporter.tellRetry(...told)),
  }
}

export interface ReporterOptions {
  readonly collate: CollateApi
  readonly runner: RunnerIdentity
  readonly now: () => number
  readonly onTrouble: (message: string, run: ReportedRun, error: CollateError) => void
}

const NOTE_REFUSED = 'Collate refuses for good what is known of the secrets of this run'

export function reporter({ collate, runner, now, onTrouble }: ReporterOptions): Reporter {
  /** True when there is nothing more to say: Collate has it, or will never take it. */
  const isSettled = async (run: ReportedRun, say: () => Promise<void>): Promise<boolean> => {
    try {
      await say()
      return true
    } catch (error) {
      if (!(error instanceof CollateError)) throw error
      onTrouble(error.code === 'Refused' ? 'Collate refuses this status for good' : 'Collate does not take a status now', run, error)
      return error.code === 'Refused'
    }
  }

  /** The end is the pod's word, which Collate has: a note beside it that Collate refuses changes nothing about it. */
  const note = async (run: ReportedRun, say: () => Promise<void>): Promise<void> => {
    try {
      await say()
    } catch (error) {
      if (!(error instanceof CollateError) || error.code !== 'Refused') throw error
      onTrouble(NOTE_REFUSED, run, error)
    }
  }

  const tellPipelineEnd = async (run: ReportedRun, end: RunEnd, logTail: () => Promise<string | undefined>): Promise<RunEnd> => {
    const posted = await collate.readStatus(run.pipelineFqn, run.runId)
    if (posted === undefined || !isTerminal(posted.pipelineState)) {
      const told = endToTell(end)
      await writeStatus(collate, run.pipelineFqn, endStatus(run, told, await logTail(), runner, posted))
      return told
    }
    const told = endAsPosted(end, posted.pipelineState)
    // The state is the program's own and stays: what it cannot know stands beside it.
    if (lacksSecretsNote(told, posted)) await note(run, async () => writeStatus(collate, run.pipelineFqn, besideFailure(posted, endStep(told, undefined))))
    return told
  }

  return {
    tellEnd: async (run, end, logTail) => {
      let told = end
      const isAcknowledged = await isSettled(run, async () => {
        if (run.kind === 'application') {
          told = endToTell(end)
          return
        }
        if (run.kind === 'automation') {
          const onRefusedNote = (error: CollateError): void => onTrouble(NOTE_REFUSED, run, error)
          told = await tellAutomationEnd({ id: run.pipelineId, name: run.pipelineName }, end, collate, { logTail, nowMs: now(), onRefusedNote })
          return
        }
        told = await tellPipelineEnd(run, end, logTail)
      })
      return { ...told, isAcknowledged }
    },
    tellRetry: async (run, over, logTail) => {
      let isOver = false
      const isTold = await isSettled(run, async () => {
        const posted = await collate.readStatus(run.pipelineFqn, run.runId)
        isOver = posted !== undefined && posted.pipelineState !== 'failed' && isTerminal(posted.pipelineState)
        if (!isOver) await writeStatus(collate, run.pipelineFqn, retryStatus(run, over, await logTail(), runner, now()))
      })
      if (!isTold) return 'notNow'
      return isOver ? 'isOver' : 'told'
    },
    tellPending: async (run, pending) =>
      isSettled(run, async () => {
        if (run.kind !== 'pipeline') return
        const posted = await collate.readStatus(run.pipelineFqn, run.runId)
        if (posted === undefined || posted.pipelineState === 'queued') await collate.writeStatus(run.pipelineFqn, pendingStatus(run, pending, runner, now()))
      }),
  }
}

/** Who takes no body of this size gets the status without the last log lines: how a run ended must not be lost to how it came to that. */
async function writeStatus(collate: CollateApi, pipelineFqn: string, status: PipelineStatus): Promise<void> {
  try {
    await collate.writeStatus(pipelineFqn, status)
  } catch (error) {
    const smaller = error instanceof CollateError && error.code === 'TooLarge' ? withoutTraces(status) : undefined
    if (smaller === undefined) throw error
    await collate.writeStatus(pipelineFqn, smaller)
  }
}
