import type { Environment } from '../../compiler/environment.ts'
import type { Issue } from '../../compiler/issue.ts'

/** From what the policy is read. */
export interface PolicySource {
  readonly environment: Environment
  /** Text of a file that the environment names. Throws where there is none. Absent: it is read from the disk. */
  readonly readFile?: (path: string) => string
  /** An issue with a variable under the name by which its author knows it. */
  readonly asWritten?: (issue: Issue) => Issue
  readonly warnings: readonly string[]
}
