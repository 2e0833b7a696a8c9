import { SECRETS_CONTAINER } from '../../compiler/pod/secrets-container.ts'
import type { RunEnd } from '../../compiler/record.ts'
import { PASSING_PROBLEMS, readSecretsReport, type SecretsReport } from '../../compiler/secrets-report.ts'
import { failedInitContainer } from './pod-state.ts'
import type { ObservedPod } from './observed-pod.ts'

/** How the words about secrets begin, wherever they stand: by this they are known again. */
const HEAD = 'Secrets that could not be read before the program started:'

/** How they begin where the program may have read each of them a moment later. */
const PASSING_HEAD = 'Secrets that could not be asked for before the program started, which it may have read since:'

/** Whether a message tells of secrets that could not be read, and that the program had no more luck with. */
export function blamesUnreadSecrets(message: string): boolean {
  return message.includes(HEAD)
}

/** Whether a message tells of secrets at all. */
export function namesUnreadSecrets(message: string): boolean {
  return blamesUnreadSecrets(message) || message.includes(PASSING_HEAD)
}

/** Which secrets the init container `secrets` could not read, one a line: reference, store, problem, what mends it. undefined when it read all. */
export function unreadSecretsOf(pod: ObservedPod): string | undefined {
  const container = pod.initContainers.find(({ name }) => name === SECRETS_CONTAINER)
  const report = container?.state === 'terminated' ? readSecretsReport(container.message) : undefined
  return report === undefined || report.failed.length + report.more === 0 ? undefined : linesOf(report, hasPassed(report) ? PASSING_HEAD : HEAD)
}

/** The same of an init container that let no program start. It may have looked at nothing: then its own log says why. */
export function refusedForSecrets(pod: ObservedPod): string | undefined {
  const failed = failedInitContainer(pod)
  const report = failed?.name === SECRETS_CONTAINER ? readSecretsReport(failed.message) : undefined
  if (report === undefined) return undefined
  return report.failed.length + report.more > 0
    ? linesOf(report, HEAD)
    : `${HEAD}\n- all: they could not be looked at; the log of the container ${SECRETS_CONTAINER} says why`
}

/** A failure with the words about secrets: one of a wrong password may be one of a secret that was not there. */
export function withUnreadSecrets<End extends Pick<RunEnd, 'message'>>(end: End, unread: string | undefined): End {
  return unread === undefined || namesUnreadSecrets(end.message) ? end : { ...end, message: `${end.message}\n${unread}` }
}

/** What is not listed is of that kind, too: the others are listed first. */
function hasPassed({ failed }: SecretsReport): boolean {
  return failed.length > 0 && failed.every(({ problem }) => PASSING_PROBLEMS.includes(problem))
}

function linesOf({ failed, more }: SecretsReport, head: string): string {
  const lines = failed.map(({ reference, store, problem, message }) => `- ${JSON.stringify(reference)} in ${store} (${problem}): ${message}`)
  return [head, ...lines, ...(more === 0 ? [] : [`- and ${more} more, which the log of the container ${SECRETS_CONTAINER} names`])].join('\n')
}
