import type { FailureClass } from '../../compiler/failure-class.ts'
import { CONFIG_ERROR_CAUSES } from './causes/config-error.ts'
import { DEADLINE_CAUSES, EVICTED_CAUSES, NODE_LOST_CAUSES, OOM_CAUSES, PREEMPTED_CAUSES } from './causes/ended-by-cluster.ts'
import { DELETED_CAUSES, EXIT_CODE_CAUSES, LOST_CAUSES, NEVER_STARTED_CAUSES } from './causes/ended-by-program.ts'
import { IMAGE_INVALID_CAUSES, IMAGE_PULL_CAUSES } from './causes/image.ts'
import { SECRET_UNREADABLE_CAUSES } from './causes/secret-unreadable.ts'
import { REJECTED_CAUSES } from './causes/rejected.ts'
import { UNSCHEDULABLE_CAUSES } from './causes/unschedulable.ts'
import { blamesUnreadSecrets } from '../observe/unread-secrets.ts'
import type { FailedRun, FailureCause } from './failure-cause.ts'

/** Every class and the ways in which it comes about. `docs/failures.md` is printed from it. */
export const FAILURE_CAUSES: Readonly<Record<FailureClass, readonly FailureCause[]>> = {
  Unschedulable: UNSCHEDULABLE_CAUSES,
  ImageInvalid: IMAGE_INVALID_CAUSES,
  ImagePull: IMAGE_PULL_CAUSES,
  ConfigError: CONFIG_ERROR_CAUSES,
  SecretUnreadable: SECRET_UNREADABLE_CAUSES,
  Rejected: REJECTED_CAUSES,
  OOMKilled: OOM_CAUSES,
  Evicted: EVICTED_CAUSES,
  Preempted: PREEMPTED_CAUSES,
  NodeLost: NODE_LOST_CAUSES,
  DeadlineExceeded: DEADLINE_CAUSES,
  ExitCode: EXIT_CODE_CAUSES,
  Deleted: DELETED_CAUSES,
  NeverStarted: NEVER_STARTED_CAUSES,
  Lost: LOST_CAUSES,
}

/** The cause within its class, a name out of a fixed set. */
export function failureCause(failureClass: FailureClass, message: string): string {
  return causesOf(failureClass, message)[0]?.cause ?? 'other'
}

/** `Unschedulable/taint`, as people and runbooks name it. */
export function classAndCause(failureClass: FailureClass, message: string): string {
  return `${failureClass}/${failureCause(failureClass, message)}`
}

/** What to do about a failure, in plain words and, where values can mend it, with the lines to paste into values.yaml. */
export function remedyFor(failureClass: FailureClass, message: string, run: FailedRun): string {
  const causes = causesOf(failureClass, message)
  const told = TOLD_WHOLE.includes(failureClass) ? causes : causes.slice(0, 1)
  const own = told.map(({ remedy }) => remedy(run, message))
  // Another failure may be the secrets' doing, such as that of a password that is the reference itself.
  const ofSecrets = failureClass !== 'SecretUnreadable' && blamesUnreadSecrets(message) ? [secretsRemedy(message)] : []
  return [...ofSecrets, ...own].join('\n')
}

/** A secret is mended in its store: the run does not matter. */
const NO_RUN: FailedRun = { executor: 'simpleK8s', pipelineType: 'default', types: new Map(), resources: { requests: {}, limits: {} } }

/** What to do about secrets that could not be read. */
export function secretsRemedy(message: string): string {
  return causesOf('SecretUnreadable', message)
    .map(({ remedy }) => remedy(NO_RUN, message))
    .join('\n')
}

/** The scheduler tells of all nodes at once, and the check of secrets of all secrets: each may be mended in its own way. */
const TOLD_WHOLE: readonly FailureClass[] = ['Unschedulable', 'SecretUnreadable']

/** Every cause that fits; the one that always does only when no other does. */
function causesOf(failureClass: FailureClass, message: string): readonly FailureCause[] {
  const causes = FAILURE_CAUSES[failureClass]
  const named = causes.slice(0, -1).filter(({ pattern }) => pattern.test(message))
  return named.length > 0 ? named : causes.slice(-1)
}
