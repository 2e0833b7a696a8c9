import { err, ok } from './result.ts'
import type { Result } from './result.ts'

export interface EnvVariable {
  readonly name: string
  readonly value: string
}

/** Variables of a pod that are the runner's own to set. */
const RESERVED: readonly string[] = ['config', 'pipelineType', 'pipelineRunId', 'ingestionPipelineFQN', 'jobName', 'namespace', 'pipelineStatus']

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/
/** Where a new variable may begin after a comma. Anything else goes on with the value before it. */
const BEGINS_VARIABLE = /^\s*[A-Za-z_][A-Za-z0-9_]*:/

/**
 * Reads the extra variables of the pods.
 *
 * Two forms: `[NAME:value,OTHER:value]`, split at the first colon, where a comma followed by no `NAME:` belongs to the value; and a
 * JSON list of `"NAME:value"` strings, for any value. The rules that are broken never hold a value: it may be a secret.
 */
export function parseExtraEnvs(text: string): Result<readonly EnvVariable[], string[]> {
  const variables: EnvVariable[] = []
  const problems: string[] = []
  const items = itemsOf(text)
  for (const [index, item] of items.entries()) {
    const colon = item.indexOf(':')
    const name = item.slice(0, Math.max(colon, 0)).trim()
    const problem = colon < 0 ? 'must be NAME:value' : ruleForName(name, variables)
    if (problem === undefined) variables.push({ name, value: item.slice(colon + 1) })
    else problems.push(`item ${index + 1} of ${items.length} ${problem}`)
  }
  return problems.length === 0 ? ok(variables) : err(problems)
}

function ruleForName(name: string, before: readonly EnvVariable[]): string | undefined {
  if (!NAME.test(name)) return 'needs a name of letters, digits, "_", "-" and "." that does not begin with a digit, before its first colon'
  if (RESERVED.includes(name)) return `sets ${name}, which the runner sets itself; take it out`
  return before.some((variable) => variable.name === name) ? `sets ${name} a second time; keep one` : undefined
}

function itemsOf(text: string): readonly string[] {
  const list = jsonList(text)
  if (list !== undefined) return list
  const trimmed = text.trim()
  const inner = trimmed.startsWith('[') && trimmed.endsWith(']') ? trimmed.slice(1, -1) : trimmed
  if (inner.trim() === '') return []
  const items: string[] = []
  for (const part of inner.split(',')) {
    const last = items.at(-1)
    if (last === undefined || BEGINS_VARIABLE.test(part)) items.push(part)
    else items[items.length - 1] = `${last},${part}`
  }
  return items.map((item) => item.trim())
}

function jsonList(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined
  } catch {
    // The first form is no JSON.
    return undefined
  }
}
