import type { RunEnd } from '../../compiler/record.ts'
import { namesUnreadSecrets, withUnreadSecrets } from '../observe/unread-secrets.ts'
import { secretsRemedy } from '../failures/failure-table.ts'
import { type AutomationFailure, type AutomationWorkflow, failedResponse, type PatchStep } from './automation-workflow.ts'
import type { PipelineStatus } from './pipeline-status.ts'

/**
 * The end as Collate has it, from the program's own word. A failure that the program told itself keeps what the runner alone knows:
 * which secrets could not be read. A good end is not marked.
 */
export function endAsPosted({ unreadSecrets, ...end }: RunEnd, state: RunEnd['state']): RunEnd {
  const { failureClass, ...rest } = end
  if (state !== 'failed') return { ...rest, state }
  if (failureClass !== undefined) return { ...rest, state, failureClass }
  if (unreadSecrets === undefined) return { ...rest, state }
  return { ...rest, state, failureClass: 'SecretUnreadable', message: unreadSecrets, remedy: secretsRemedy(unreadSecrets) }
}

/** An end that is told for the first time: as failed with what is known of secrets, as good without. */
export function endToTell({ unreadSecrets, ...end }: RunEnd): RunEnd {
  return end.state === 'failed' ? withUnreadSecrets(end, unreadSecrets) : end
}

/** Whether a failure that the program has told lacks what is known of its secrets. */
export function lacksSecretsNote({ state, message }: RunEnd, posted: unknown): boolean {
  return state === 'failed' && namesUnreadSecrets(message) && !namesUnreadSecrets(JSON.stringify(posted) ?? '')
}

/** The status that the program has told, whole, with one step of the runner's beside its own. The state stays. */
export function besideFailure(posted: PipelineStatus, step: unknown): PipelineStatus {
  return { ...posted, status: [...(posted.status ?? []), step] }
}

/**
 * The same for an automation: the words go to the step that failed, or, where none tells of a failure, into a response as the runner
 * gives one of its own. The status stays as it was read, and a Workflow whose status has changed since is left alone: a test of a
 * connection with failed steps is `Successful`.
 */
export function noteOnFailure(workflow: AutomationWorkflow, failure: AutomationFailure): readonly PatchStep[] {
  const { status, workflowType, response } = workflow
  const noted = (response === undefined ? undefined : notedResponse(workflowType, response, failure.text)) ?? failedResponse(workflow, failure)
  return noted === undefined
    ? []
    : [
        { op: 'test', path: '/status', value: status },
        { op: 'add', path: '/response', value: noted },
      ]
}

type Response = Readonly<Record<string, unknown>>

function notedResponse(workflowType: string, response: Response, words: string): Response | undefined {
  if (workflowType === 'QUERY_RUNNER' || workflowType === 'REVERSE_INGESTION') return { ...response, message: joined(response['message'], words) }
  const steps: unknown = response['steps']
  if (!Array.isArray(steps)) return undefined
  const hasFailed = (step: unknown): boolean => Reflect.get(Object(step), 'passed') === false
  const isToBlame = (step: unknown): boolean => hasFailed(step) && Reflect.get(Object(step), 'mandatory') === true
  const failed = steps.some(isToBlame) ? steps.findIndex(isToBlame) : steps.findIndex(hasFailed)
  if (failed < 0) return undefined
  return { ...response, steps: steps.map((step: unknown, index) => (index === failed ? noted(Object(step) as Response, words) : step)) }
}

function noted(step: Response, words: string): Response {
  return { ...step, message: joined(step['message'], words) }
}

function joined(message: unknown, words: string): string {
  return typeof message === 'string' && message !== '' ? `${message}\n${words}` : words
}
