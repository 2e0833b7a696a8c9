import type { Check, Finding } from './finding.ts'

/** Runs all checks at once, each for so long at most; none keeps another from its end. The findings come in the order of the checks. */
export async function runChecks(checks: readonly Check[], timeoutMs: number): Promise<Finding[]> {
  return (await Promise.all(checks.map(async (check) => runCheck(check, timeoutMs)))).flat()
}

async function runCheck({ name, remedy, run }: Check, timeoutMs: number): Promise<Finding[]> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${timeoutMs / 1000} seconds`)), timeoutMs)
  try {
    return (await Promise.race([run(), late.promise])).map((judgement) => ({ check: name, ...judgement }))
  } catch (error) {
    return [{ check: name, status: 'fail', message: textOf(error), remedy }]
  } finally {
    clearTimeout(timer)
  }
}

/** Node's own network errors may have no text but a code, or hold several errors, one for each address that was tried. */
export function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return [...new Set(error.errors.map(textOf))].join('; ')
  if (!(error instanceof Error)) return String(error)
  return error.message === '' ? ((error as NodeJS.ErrnoException).code ?? error.name) : error.message
}
