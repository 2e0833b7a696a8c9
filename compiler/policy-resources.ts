import type { EnvironmentReader } from './environment-reader.ts'
import { ok, err } from './result.ts'
import { conflictsIn, overlayResources, ruleForQuantity } from './resources.ts'
import type { Resources } from './resources.ts'

/**
 * Reads `<prefix>_{CPU,MEMORY}_{LIMIT,REQUEST}`.
 *
 * A default gives way to what is set: a limit below the default request lowers the request. A request set above a limit that is
 * set too is an issue.
 */
export function parseResources(reader: EnvironmentReader, prefix: string, defaults: Resources): Resources {
  const given: Resources = { requests: readAmounts(reader, prefix, 'REQUEST'), limits: readAmounts(reader, prefix, 'LIMIT') }
  for (const { name, message } of conflictsIn(given)) {
    const variable = `${prefix}_${name.toUpperCase()}`
    reader.report({ code: 'invalid', path: `${variable}_REQUEST`, message: `${message} (${variable}_LIMIT)` })
  }
  return overlayResources(defaults, given)
}

function readAmounts(reader: EnvironmentReader, prefix: string, side: 'LIMIT' | 'REQUEST'): Record<string, string> {
  const amounts: Record<string, string> = {}
  for (const name of ['cpu', 'memory']) {
    const amount = reader.parsed<string | null>(`${prefix}_${name.toUpperCase()}_${side}`, null, (text) => {
      const rule = ruleForQuantity(name, text)
      return rule === undefined ? ok(text) : err(rule)
    })
    if (amount !== null) amounts[name] = amount
  }
  return amounts
}
