import type { Issue } from './issue.ts'
import type { Rule } from './kubernetes-names.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Reads variables one by one and gathers what is wrong, so that all problems come out together. An empty variable is an absent one. */
export interface EnvironmentReader {
  readonly issues: readonly Issue[]
  text(name: string, fallback: string, rule?: Rule): string
  boolean<Fallback extends boolean | null>(name: string, fallback: Fallback): boolean | Fallback
  oneOf<Value extends string>(name: string, values: readonly Value[], fallback: Value): Value
  /** Comma-separated, blanks round the items dropped. */
  list(name: string, rule: Rule): readonly string[]
  /** Reads by `parse`, whose problems are told under the variable's name. */
  parsed<Value>(name: string, fallback: Value, parse: (text: string) => Result<Value, string | readonly string[]>): Value
  report(...issues: readonly Issue[]): void
}

export function createEnvironmentReader(environment: Environment): EnvironmentReader {
  const issues: Issue[] = []
  const valueOf = (name: string): string | undefined => {
    const value = Object.hasOwn(environment, name) ? environment[name]?.trim() : undefined
    return value === '' ? undefined : value
  }
  const judge = (name: string, value: string, rule: Rule | undefined): string => {
    const message = rule?.(value)
    if (message !== undefined) issues.push({ code: 'invalid', path: name, message })
    return value
  }
  const parsed: EnvironmentReader['parsed'] = (name, fallback, parse) => {
    const value = valueOf(name)
    const result = value === undefined ? ok(fallback) : parse(value)
    if (result.ok) return result.value
    issues.push(...[result.error].flat().map((message): Issue => ({ code: 'invalid', path: name, message })))
    return fallback
  }
  return {
    issues,
    parsed,
    report: (...more) => void issues.push(...more),
    text: (name, fallback, rule) => judge(name, valueOf(name) ?? fallback, rule),
    boolean: (name, fallback) => parsed<boolean | typeof fallback>(name, fallback, parseBoolean),
    oneOf: (name, values, fallback) => parsed(name, fallback, (text) => parseOneOf(values, text)),
    list: (name, rule) => itemsOf(valueOf(name) ?? '').map((item) => judge(name, item, rule)),
  }
}

function parseBoolean(text: string): Result<boolean, string> {
  const lowerCase = text.toLowerCase()
  return lowerCase === 'true' || lowerCase === 'false' ? ok(lowerCase === 'true') : err('must be true or false')
}

function parseOneOf<Value extends string>(values: readonly Value[], text: string): Result<Value, string> {
  const value = values.find((candidate) => candidate === text)
  return value === undefined ? err(`must be one of ${values.join(', ')}`) : ok(value)
}

function itemsOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
