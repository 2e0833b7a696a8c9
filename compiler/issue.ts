/**
 * One thing that is wrong with an input, said so that its author can mend it.
 *
 * `path` names the place in the input (`ingestionPipeline.airflowConfig.retries`, `INGESTION_CPU_LIMIT`), `message` the shape
 * that was found, the rule and the mend. It never holds the value of a secret.
 */
export interface Issue {
  readonly code: IssueCode
  readonly path: string
  readonly message: string
}

export const ISSUE_CODES = ['invalid', 'missing', 'unknownKey', 'wrongExecutor', 'notSupported', 'tooLarge', 'unknownFact'] as const

export type IssueCode = (typeof ISSUE_CODES)[number]

/** One line an issue, `path: message`, in the order found; the message alone where the whole input is meant. */
export function formatIssues(issues: readonly Issue[]): string {
  return issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n')
}
