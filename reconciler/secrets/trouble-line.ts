import type { SecretProblem } from '../../compiler/secrets-report.ts'

/** One line of the table that says what a store's refusal means. The first line that holds counts. */
export interface TroubleLine<Asked, Refusal> {
  readonly holds: (refusal: Refusal) => boolean
  readonly problem: SecretProblem
  /** What is wrong and what mends it. `what` is the secret, in words. */
  readonly tell: (asked: Asked & { readonly what: string }, refusal: Refusal) => string
  /** Whether the store's own words stand behind it. */
  readonly isQuoted?: true
}
