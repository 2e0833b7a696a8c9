import type { Environment } from '../environment.ts'
import { z } from 'zod'
import type { Rule } from '../kubernetes-names.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'
import type { Executor } from './executor.ts'

/** What is to be known of a variable beside its parser and default. */
export interface VariableNotes {
  /** How the documentation shows the default where there is none in text. */
  readonly fallback?: string
  /** The one executor that reads it. */
  readonly executor?: Executor
  /** Names that it had before; what they say still holds. */
  readonly oldNames?: readonly string[]
  /** Its value may be a secret or hold one: it is shown nowhere. */
  readonly mayHoldSecret?: boolean
  /** It is accepted and does nothing; this says what to do instead. */
  readonly deadBecause?: string
}

export interface Variable extends VariableNotes {
  readonly name: string
  /** One sentence. */
  readonly description: string
  readonly defaultText: string | undefined
  readonly isRequired: boolean
}

/** Says what a variable is for: the one place from which warnings and documentation come. */
export function variable<Schema extends z.ZodType>(schema: Schema, description: string, notes: VariableNotes = {}): Schema {
  return schema.meta({ description, ...notes })
}

/** All variables of a schema of an environment, in its order. */
export function variablesOf(schema: z.ZodObject): Variable[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const { description, ...notes } = ((field as z.ZodType).meta() ?? {}) as VariableNotes & { readonly description?: string }
    const { type, defaultValue } = (field as z.ZodType).def as { type: string; defaultValue?: unknown }
    const hasDefault = type === 'prefault' || type === 'default'
    return {
      name,
      description: description ?? '',
      ...notes,
      defaultText: hasDefault ? String(defaultValue) : undefined,
      isRequired: !hasDefault && type !== 'optional',
    }
  })
}

/** Variables that say something; blanks round the value are dropped. */
export function presentIn(environment: Environment): Record<string, string> {
  const trimmed = Object.entries(environment).map(([name, value]) => [name, value?.trim() ?? ''] as const)
  return Object.fromEntries(trimmed.filter(([, value]) => value !== ''))
}

/** A text that keeps the rule. */
export function ruled(rule: Rule) {
  return parsed((text) => {
    const message = rule(text)
    return message === undefined ? ok(text) : err(message)
  })
}

/** A text read by `parse`, whose problems are told under the variable's name. */
export function parsed<Value>(parse: (text: string) => Result<Value, string | readonly string[]>) {
  return z.string().transform((text, context): Value => {
    const result = parse(text)
    if (result.ok) return result.value
    for (const message of [result.error].flat()) context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

export const flag = parsed<boolean>((text) => {
  const lowerCase = text.toLowerCase()
  return lowerCase === 'true' || lowerCase === 'false' ? ok(lowerCase === 'true') : err('must be true or false')
})

export function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, `must be one of ${values.join(', ')}`)
}

/** Separated by commas, each item by the rule. */
export function list(rule: Rule) {
  return parsed<readonly string[]>((text) => {
    const items = text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
    const problems = items.flatMap((item) => rule(item) ?? [])
    return problems.length === 0 ? ok(items) : err(problems)
  })
}

export function wholeSeconds(least: number) {
  const message = `must be a whole number of seconds, ${least} or more`
  return parsed<number>((text) => (/^\d{1,9}$/.test(text) && Number(text) >= least ? ok(Number(text)) : err(message)))
}
