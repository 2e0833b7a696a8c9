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
 * What the init container `secrets` writes as its termination message: JSON of at most 3,072 bytes. References that do not fit are counted
 * in `more`; all together in `count`, which stands before them.
 */
export const secretsReport = z.object({
  secretsReport: z.literal(1),
  count: z.number().int().min(0).optional(),
  failed: z.array(failedSecret),
  more: z.number().int().min(0),
})

export type SecretsReport = z.infer<typeof secretsReport>

const cutReport = secretsReport.pick({ secretsReport: true, failed: true }).extend({ count: z.number().int().min(0) })

/**
 * The report in a termination message; undefined where there is none.
 *
 * The kubelet keeps 12 KiB of the messages of one pod, the same part of it for each container, and cuts the end off a longer one. Of a
 * report that it has cut, what came whole counts as told, and the rest as more.
 */
export function readSecretsReport(message: string): SecretsReport | undefined {
  const whole = secretsReport.safeParse(jsonIn(message))
  if (whole.success) return whole.data
  for (const end of [...message.matchAll(/\}/g)].map(({ index }) => index + 1).toReversed()) {
    const { data: cut } = cutReport.safeParse(jsonIn(`${message.slice(0, end)}]}`))
    if (cut !== undefined) return { ...cut, more: cut.count - cut.failed.length }
  }
  // Not even one came whole.
  const [, count] = /^\{"secretsReport":1,"count":(\d+),"failed":\[/.exec(message) ?? []
  return count === undefined ? undefined : { secretsReport: 1, failed: [], more: Number(count) }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
