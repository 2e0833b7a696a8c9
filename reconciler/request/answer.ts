import type { Issue } from '../../compiler/issue.ts'
import type { AnswerCode } from '../link/codes.ts'
import type { ServiceResponse } from '../link/protocol.ts'

/** Name of this platform in every answer, as OpenMetadata's server shows it. */
const PLATFORM = 'Hybrid'

/** A request that is not what its method takes. Becomes a JSON-RPC invalidParams error with all issues. */
export class InvalidRequest extends Error {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super('invalid params')
    this.name = 'InvalidRequest'
    this.issues = issues
  }
}

/** OpenMetadata's answer to a request that was understood. */
export function answer(code: AnswerCode, reason: string, version: string, runId?: string): ServiceResponse {
  return { code, reason, platform: PLATFORM, version, ...(runId === undefined ? {} : { runId }) }
}
