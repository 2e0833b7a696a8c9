import type { RunEnd } from '../../compiler/record.ts'
import { type CollateApi, CollateError } from '../collate/collate-api.ts'
import { withUnreadSecrets } from '../observe/unread-secrets.ts'
import { endAsPosted, endToTell, lacksSecretsNote, noteOnFailure } from './secrets-note.ts'
import { type AutomationFailure, type AutomationWorkflow, type ConnectionStep, endStateOf, failedWorkflow, failureText } from './automation-workflow.ts'

/** What names an automation Workflow. */
export interface AutomationSubject {
  readonly id: string
  readonly name: string
}

export type AutomationApi = Pick<CollateApi, 'readAutomation' | 'patchAutomation' | 'readConnectionSteps'>

export interface AutomationTelling {
  readonly logTail: () => Promise<string | undefined>
  readonly nowMs: number
  /** Collate has the pod's word, and does not take what the runner has to say beside it. */
  readonly onRefusedNote: (error: CollateError) => void
}

/** How often a Workflow that changes under our hands is read anew. */
const TRIES = 3

/**
 * Ends an automation Workflow whose pod could not, and gives the end as Collate has it.
 *
 * What the pod has said stays. A Workflow that is gone, or another one of the same name, is nobody's news: the screen deletes the
 * Workflow of a test connection as soon as it is closed. Throws a CollateError when Collate does not take it; a note beside the pod's
 * word that it refuses changes nothing about the end.
 */
export async function tellAutomationEnd(
  { id, name }: AutomationSubject,
  end: RunEnd,
  collate: AutomationApi,
  { logTail, nowMs, onRefusedNote }: AutomationTelling,
): Promise<RunEnd> {
  for (let tries = 1; ; tries += 1) {
    const workflow = await collate.readAutomation(name)
    if (workflow?.id !== id) return end
    const state = endStateOf(workflow)
    if (state !== undefined) {
      const posted = endAsPosted(end, state)
      const refused = await refusalOf(tellBesideResult(workflow, posted, collate, nowMs))
      if (refused === undefined) return posted
      if (tries < TRIES) continue
      onRefusedNote(refused)
      return posted
    }
    const failed = withoutResult(endToTell(end), end.unreadSecrets)
    const failure = { text: failureText(failed), logTail: await logTail(), nowMs, steps: await stepsOf(workflow, collate) }
    const refused = await refusalOf(patchFailed(workflow, failure, collate))
    if (refused === undefined) return failed
    if (tries === TRIES) throw refused
  }
}

/** Collate's refusal, which may be that the Workflow has changed; any other trouble is thrown. */
async function refusalOf(telling: Promise<void>): Promise<CollateError | undefined> {
  try {
    await telling
    return undefined
  } catch (error) {
    if (error instanceof CollateError && error.code === 'Refused') return error
    throw error
  }
}

/** Who takes no body of this size gets it without the last log lines. */
async function patchFailed(workflow: AutomationWorkflow, failure: AutomationFailure, collate: AutomationApi): Promise<void> {
  try {
    await collate.patchAutomation(workflow.id, failedWorkflow(workflow, failure))
  } catch (error) {
    if (!(error instanceof CollateError) || error.code !== 'TooLarge' || failure.logTail === undefined) throw error
    await collate.patchAutomation(workflow.id, failedWorkflow(workflow, { ...failure, logTail: undefined }))
  }
}

/** The Workflow's word goes before ours: what its program cannot know is put beside it. */
async function tellBesideResult(workflow: AutomationWorkflow, end: RunEnd, collate: AutomationApi, nowMs: number): Promise<void> {
  if (!lacksSecretsNote(end, workflow.response ?? {})) return
  const failure = { text: failureText(end), logTail: undefined, nowMs, steps: await stepsOf(workflow, collate) }
  const patch = noteOnFailure(workflow, failure)
  if (patch.length > 0) await collate.patchAutomation(workflow.id, patch)
}

/** A program that ends well and leaves its Workflow open has not done what it was started for. */
function withoutResult(end: RunEnd, unreadSecrets: string | undefined): RunEnd {
  if (end.state !== 'success' && end.state !== 'partialSuccess') return end
  return {
    ...end,
    state: 'failed',
    failureClass: 'ExitCode',
    ...withUnreadSecrets({ message: 'the program ended with exit code 0 and wrote no result' }, unreadSecrets),
    remedy: 'Its last log lines may say why: it may not have reached Collate, or its version may not know this kind of automation. Try again.',
  }
}

/** Which steps the screen will look for. Without them the failure is told all the same. */
async function stepsOf({ workflowType, connectionType }: AutomationWorkflow, collate: AutomationApi): Promise<readonly ConnectionStep[]> {
  if (workflowType !== 'TEST_CONNECTION' || connectionType === undefined) return []
  try {
    return (await collate.readConnectionSteps(connectionType)) ?? []
  } catch (error) {
    if (error instanceof CollateError) return []
    throw error
  }
}
