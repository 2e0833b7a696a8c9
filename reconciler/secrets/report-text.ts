import { type FailedSecret, PASSING_PROBLEMS, type SecretsReport } from '../../compiler/secrets-report.ts'

/** The kubelet keeps 12 KiB of the termination messages of a pod, the same part of it for each container: with the two that Argo adds, they are four. */
export const MOST_BYTES = 3072

/** In the report. References are names, and paths or ARNs at most. */
const MOST_OF_REFERENCE = 200
const MOST_OF_MESSAGE = 900

/** The report as JSON of at most 3,072 bytes. What does not fit is counted; what does not pass by itself comes first. */
export function reportText(failed: readonly FailedSecret[]): string {
  const fitting: FailedSecret[] = []
  const isPassing = ({ problem }: FailedSecret): number => Number(PASSING_PROBLEMS.includes(problem))
  for (const whole of failed.toSorted((a, b) => isPassing(a) - isPassing(b))) {
    const one = { ...whole, reference: shortened(whole.reference, MOST_OF_REFERENCE), message: shortened(whole.message, MOST_OF_MESSAGE) }
    if (Buffer.byteLength(textOfReport([...fitting, one], failed.length)) <= MOST_BYTES) fitting.push(one)
  }
  return textOfReport(fitting, failed.length - fitting.length)
}

/** The log has it whole. A failure that is told in part is told: which secret and which store stand before all else. */
function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}

function textOfReport(failed: readonly FailedSecret[], more: number): string {
  return JSON.stringify({ secretsReport: 1, count: failed.length + more, failed: [...failed], more } satisfies SecretsReport)
}
