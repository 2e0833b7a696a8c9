import type { Issue } from '../../../compiler/issue.ts'
import { formatIssues } from '../../../compiler/issue.ts'
import type { Result } from '../../../compiler/result.ts'

/** The value, for inputs of a test that are meant to be good. */
export function must<Value>(result: Result<Value, Issue[]>): Value {
  if (result.ok) return result.value
  throw new Error(`expected a value, found issues:\n${formatIssues(result.error)}`)
}
