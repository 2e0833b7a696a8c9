import type { Issue } from './issue.ts'
import type { Rule } from './kubernetes-names.ts'
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
  const invalid = (name: string, message: string): void => void issues.push({ code: 'invalid', path: name, message })
  const judge = (name: string, value: string, rule: Rule | undefined): void => {
    const message = rule?.(value)
    if (message !== undefined) invalid(name, message)
  }
  return {
    issues,
    report: (...more) => void issues.push(...more),
    text(name, fallback, rule) {
      const value = valueOf(name) ?? fallback
      judge(name, value, rule)
      return value
    },
    boolean(name, fallback) {
      const value = valueOf(name)?.toLowerCase()
      if (value === undefined) return fallback
      if (value !== 'true' && value !== 'false') invalid(name, 'must be true or false')
      return value === 'true'
    },
    oneOf(name, values, fallback) {
      const value = valueOf(name)
      const found = values.find((candidate) => candidate === value)
      if (value !== undefined && found === undefined) invalid(name, `must be one of ${values.join(', ')}`)
      return found ?? fallback
    },
    list(name, rule) {
      const items = (valueOf(name) ?? '').split(',').map((item) => item.trim()).filter((item) => item !== '')
      for (const item of items) judge(name, item, rule)
      return items
    },
    parsed(name, fallback, parse) {
      const value = valueOf(name)
      if (value === undefined) return fallback
      const result = parse(value)
      if (result.ok) return result.value
      for (const message of [result.error].flat()) invalid(name, message)
      return fallback
    },
  }
}
