import { bracketList } from './bracket-list.ts'
import { OPENING_BRACE } from '../pod/literal.ts'
import { repeatedKeys } from '../repeated-keys.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'

export interface EnvVariable {
  readonly name: string
  readonly value: string
}

export interface ExtraEnvs {
  readonly variables: readonly EnvVariable[]
  /** Where the form in brackets could be read in another way; for the operator, without a value. */
  readonly doubts: readonly string[]
}

/** Variables of a pod that are the runner's own to set. */
export const RESERVED_VARIABLES: readonly string[] = [
  'config',
  'pipelineType',
  'pipelineRunId',
  'ingestionPipelineFQN',
  'jobName',
  'namespace',
  'pipelineStatus',
  OPENING_BRACE,
]

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/
/** One variable as it was written; a text that is none has no name. */
interface Item {
  readonly name: string | undefined
  readonly value: string
}

/**
 * Reads the extra variables of the pods.
 *
 * `[NAME:value,OTHER:value]` is read as bracket-list.ts says, which tells its doubts. JSON takes any value: an object of strings, or
 * a list of `"NAME:value"`. The rules that are broken never hold a value: it may be a secret.
 */
export function parseExtraEnvs(text: string): Result<ExtraEnvs, string[]> {
  const json = jsonItems(text)
  const list = json === undefined ? bracketList(text) : undefined
  const items = json ?? list?.items.map(itemOf) ?? []
  const variables: EnvVariable[] = []
  const problems = json === undefined ? [] : repeatedKeys(text).map((path) => `sets ${path.join('.')} a second time; keep one`)
  for (const [index, { name, value }] of items.entries()) {
    const problem = name === undefined ? 'must be NAME:value, a string' : ruleForName(name, variables)
    if (problem === undefined) variables.push({ name: name ?? '', value })
    else problems.push(`item ${index + 1} of ${items.length} ${problem}`)
  }
  return problems.length === 0 ? ok({ variables, doubts: list?.doubts ?? [] }) : err(problems)
}

function ruleForName(name: string, before: readonly EnvVariable[]): string | undefined {
  if (!NAME.test(name)) return 'needs a name of letters, digits, "_", "-" and "." that does not begin with a digit, before its first colon'
  if (RESERVED_VARIABLES.includes(name)) return `sets ${name}, which the runner sets itself; take it out`
  return before.some((variable) => variable.name === name) ? `sets ${name} a second time; keep one` : undefined
}

/** The items of a JSON list or object; undefined when the text is none, as the form in brackets is. */
function jsonItems(text: string): readonly Item[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (Array.isArray(value)) return value.map((item: unknown) => (typeof item === 'string' ? itemOf(item) : NO_ITEM))
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).map(([name, one]) => (typeof one === 'string' ? { name, value: one } : NO_ITEM))
}

const NO_ITEM: Item = { name: undefined, value: '' }

function itemOf(text: string): Item {
  const colon = text.indexOf(':')
  return colon < 0 ? NO_ITEM : { name: text.slice(0, colon).trim(), value: text.slice(colon + 1) }
}
