import type { FailedSecret, SecretsReport } from '../../compiler/secrets-report.ts'

/** The kubelet keeps no more of a termination message. */
export const MOST_BYTES = 4096

/** In the report. References are names, and paths or ARNs at most. */
const MOST_OF_REFERENCE = 200

/** The report as JSON of at most 4,096 bytes. What does not fit is counted. */
export function reportText(failed: readonly FailedSecret[]): string {
  const fitting: FailedSecret[] = []
  for (const whole of failed) {
    const one = { ...whole, reference: shortened(whole.reference) }
    if (Buffer.byteLength(textOfReport([...fitting, one], failed.length)) <= MOST_BYTES) fitting.push(one)
  }
  return textOfReport(fitting, failed.length - fitting.length)
}

/** The log has it whole. */
function shortened(reference: string): string {
  return reference.length > MOST_OF_REFERENCE ? `${reference.slice(0, MOST_OF_REFERENCE)}…` : reference
}

function textOfReport(failed: readonly FailedSecret[], more: number): string {
  return JSON.stringify({ secretsReport: 1, failed: [...failed], more } satisfies SecretsReport)
}
