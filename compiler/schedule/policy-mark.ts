import type { Facts } from '../facts.ts'
import type { Policy } from '../policy.ts'
import { digestOf } from '../resolve.ts'
import { serverConfigFor } from '../workflow/server-config.ts'
import { takesRunnerName } from '../workflow/runner-name.ts'

/**
 * Tells whether a payload that was written under another policy would be written otherwise: two equal marks stand for equal payloads
 * of equal requests. The payload itself cannot be read back.
 */
export function policyMark(policy: Policy, facts: Facts): string {
  return digestOf({ server: serverConfigFor({}, policy), runner: takesRunnerName(policy, facts) ? policy.agentId : null }).slice(0, 16)
}
