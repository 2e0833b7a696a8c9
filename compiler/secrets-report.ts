import { z } from 'zod'

/** The stores that `secret:` references can lie in, by the words of messages and documents. */
export const STORES = ['Kubernetes', 'AWS Secrets Manager', 'AWS Parameter Store', 'Azure Key Vault', 'Google Secret Manager'] as const

/** Why a reference could not be read. */
export const SECRET_PROBLEMS = [
  'missing',
  'denied',
  'disabled',
  'empty',
  'binary',
  'throttled',
  'unreachable',
  'no-credentials',
  'expired-token',
  'invalid-name',
  'other',
] as const

export type SecretProblem = (typeof SECRET_PROBLEMS)[number]

/** What may have passed by itself by the time at which the program asks. */
export const PASSING_PROBLEMS: readonly SecretProblem[] = ['throttled', 'unreachable', 'other']

const failedSecret = z.object({
  /** As in the request: `secret:<name>`. Never a value. */
  reference: z.string(),
  store: z.enum(STORES),
  problem: z.enum(SECRET_PROBLEMS),
  /** What is wrong and the permission or the step that mends it, in one sentence. */
  message: z.string(),
})

export type FailedSecret = z.infer<typeof failedSecret>

/**
 * What the init container `secrets` writes as its termination message: JSON of at most 4,096 bytes, the most that the kubelet keeps.
 * References that do not fit are counted in `more`.
 */
export const secretsReport = z.object({ secretsReport: z.literal(1), failed: z.array(failedSecret), more: z.number().int().min(0) })

export type SecretsReport = z.infer<typeof secretsReport>
