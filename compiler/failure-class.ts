/** Why a run did not end well. API: it reaches Collate's status, the metrics and the runbooks under this name. */
export const FAILURE_CLASSES = [
  'Unschedulable',
  'ImageInvalid',
  'ImagePull',
  'ConfigError',
  'SecretUnreadable',
  'Rejected',
  'OOMKilled',
  'Evicted',
  'Preempted',
  'NodeLost',
  'DeadlineExceeded',
  'ExitCode',
  'Deleted',
  'NeverStarted',
  'Lost',
] as const

export type FailureClass = (typeof FAILURE_CLASSES)[number]
