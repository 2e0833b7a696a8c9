import { createHash } from 'node:crypto'
import type { Json } from './expression.ts'
import { goJson } from './json-text.ts'
import { isTruthy } from './truth.ts'

/** One function of the expressions, in both back ends. Its two sides mean the same for every argument. */
interface FunctionRule {
  /** The Go template's text, without brackets, from the arguments' texts. */
  readonly go: (...args: readonly string[]) => string
  readonly js: (...args: readonly Json[]) => Json
}

/** Name of the template that gives a value as text. */
export const TEXT_TEMPLATE = 'hybrid-ingestion-runner.text'

/** A value as it stands in a text: strings as they are, nothing as nothing, all else as JSON. Go alone would write a million as 1e+06. */
export function textOf(value: Json): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : goJson(value)
}

const text = (argument: string): string => (argument.startsWith('"') ? argument : `(include "${TEXT_TEMPLATE}" ${argument})`)

/** As Go's `and` and `or` choose. */
function firstOrLast(args: readonly Json[], isChosen: (value: Json) => boolean): Json {
  const index = args.findIndex(isChosen)
  return args[index < 0 ? args.length - 1 : index] ?? null
}

export const FUNCTIONS = {
  and: { go: (...args) => `and ${args.join(' ')}`, js: (...args) => firstOrLast(args, (value) => !isTruthy(value)) },
  or: { go: (...args) => `or ${args.join(' ')}`, js: (...args) => firstOrLast(args, isTruthy) },
  not: { go: (value) => `not ${value}`, js: (value = null) => !isTruthy(value) },
  /** The first where it is there and not empty, else the second. */
  orElse: { go: (value, fallback) => `${value} | default ${fallback}`, js: (value = null, fallback = null) => (isTruthy(value) ? value : fallback) },
  /** There, whatever it is: false and 0 are. */
  isSet: { go: (value) => `not (kindIs "invalid" ${value})`, js: (value = null) => value !== null },
  /** The same JSON. */
  equals: { go: (one, other) => `eq (toJson ${one}) (toJson ${other})`, js: (one = null, other = null) => goJson(one) === goJson(other) },
  ifElse: {
    go: (condition, one, other) => `ternary ${one} ${other} (not (not ${condition}))`,
    js: (condition = null, one = null, other = null) => (isTruthy(condition) ? one : other),
  },
  concat: {
    go: (...args) => `printf ${JSON.stringify('%s'.repeat(args.length))} ${args.map(text).join(' ')}`,
    js: (...args) => args.map(textOf).join(''),
  },
  /** Cut to so many bytes, for names, which are ASCII. */
  truncated: {
    go: (value, length) => `${text(value ?? '')} | trunc ${length} | trimSuffix "-"`,
    js: (value = null, length = null) => textOf(value).slice(0, Number(length)).replace(/-$/, ''),
  },
  contains: {
    go: (part, whole) => `contains ${text(part ?? '')} ${text(whole ?? '')}`,
    js: (part = null, whole = null) => textOf(whole).includes(textOf(part)),
  },
  sha256: { go: (value) => `${text(value ?? '')} | sha256sum`, js: (value = null) => createHash('sha256').update(textOf(value)).digest('hex') },
  json: { go: (value) => `toJson ${value}`, js: (value = null) => goJson(value) },
} satisfies Readonly<Record<string, FunctionRule>>

export type FunctionName = keyof typeof FUNCTIONS

export function functionRule(name: string): FunctionRule {
  const rule = (FUNCTIONS as Readonly<Record<string, FunctionRule>>)[name]
  if (rule === undefined) throw new Error(`there is no function ${name}`)
  return rule
}
