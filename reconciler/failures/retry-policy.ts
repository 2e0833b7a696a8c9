import type { FailureClass } from '../../compiler/failure-class.ts'

/** Whether an attempt that failed so is followed by another one, as long as the pipeline's `retries` last. */
type Retried = 'always' | 'ifNotStarted' | 'never'

interface RetryRule {
  readonly retried: Retried
  /** For the operator. */
  readonly reason: string
}

/** One rule a class of failure. A pipeline whose `retries` is 0, the default, is never tried again, whatever stands here. */
export const RETRY_POLICY: Readonly<Record<FailureClass, RetryRule>> = {
  Unschedulable: { retried: 'never', reason: 'The pod waited for a node as long as it may; another pod would wait for the same nodes.' },
  ImageInvalid: { retried: 'never', reason: 'The name of the image stays what it is.' },
  ImagePull: { retried: 'ifNotStarted', reason: 'Another pod may land on a node that has the image or reaches the registry.' },
  ConfigError: { retried: 'never', reason: 'The node has looked again all the while for what is missing.' },
  SecretUnreadable: { retried: 'always', reason: 'A store that was down may answer by then, and what is missing may have been created.' },
  Rejected: {
    retried: 'ifNotStarted',
    reason:
      'A node that refuses a pod was full by the time it came; another one may take it. What admission refuses never becomes an attempt, and is not tried again.',
  },
  OOMKilled: { retried: 'never', reason: 'The next attempt would reach the same limit. Raise it first.' },
  Evicted: { retried: 'always', reason: 'The node was drained or ran short; the program was not at fault.' },
  Preempted: { retried: 'always', reason: 'A pod of higher priority took the place; the program was not at fault.' },
  NodeLost: {
    retried: 'always',
    reason: 'Only once the node is deleted or tainted as out of service: until then the program may still run there, and two would write at once.',
  },
  DeadlineExceeded: { retried: 'never', reason: 'The time is given to the run, not to each of its attempts.' },
  ExitCode: { retried: 'always', reason: 'This is what retries are set for.' },
  Deleted: { retried: 'never', reason: 'Somebody wanted it gone.' },
  NeverStarted: { retried: 'never', reason: 'There is nothing to start it with.' },
  Lost: { retried: 'always', reason: 'Nothing of it runs any more, and nobody can say how far it came.' },
}
