import { createHash } from 'node:crypto'
import type { Json } from './expression.ts'
import { goJson } from './json-text.ts'
import { nameProblems } from './name-problems.ts'
import { moreQuantity } from './more-quantity.ts'
import { type Shape, shapeProblems } from './shape-problems.ts'
import { tableFields } from './table-fields.ts'
import { tableProblems } from './table-problems.ts'
import { isTruthy } from './truth.ts'

/** One function of the expressions, in both back ends. Its two sides mean the same for every argument. */
interface FunctionRule {
  /** The Go template's text, without brackets, from the arguments' texts. */
  readonly go: (...args: readonly string[]) => string
  readonly js: (...args: readonly Json[]) => Json
  /** How many of the first arguments are taken as texts. */
  readonly textArguments?: number
  readonly returns?: 'text' | 'flag'
}

/** Before the names of templates, which Helm keeps for all charts of a release together. */
export const PREFIX = 'hybrid-runner.'
/** Name of the template that gives a value as text. */
export const TEXT_TEMPLATE = `${PREFIX}text`
/** Name of the template that tells whether a list of named things holds one of that name: arguments are the list and the name. */
export const HAS_NAME_TEMPLATE = `${PREFIX}has-name`
/** Name of the template that tells what is wrong with a table by pipeline type: arguments are the text, its path, and the table's shape. */
export const TABLE_PROBLEMS_TEMPLATE = `${PREFIX}table-problems`
/** Name of the template that tells what has not its shape: arguments as of its twin's file. */
export const SHAPE_PROBLEMS_TEMPLATE = `${PREFIX}shape-problems`
/** Name of the template that finds the name that somebody may have meant: arguments are the name, and those that are known. */
export const NEAREST_KEY_TEMPLATE = `${PREFIX}nearest-key`
/** Name of the template that tells which fields of a table by pipeline type there is a word for: arguments are the text, its path, and the words. */
export const TABLE_FIELDS_TEMPLATE = `${PREFIX}table-fields`
/** Name of the template that tells which names of a list are taken or repeated: arguments as of its twin's file. */
export const NAME_PROBLEMS_TEMPLATE = `${PREFIX}name-problems`
/** Name of the template that tells whether one quantity is more than another: arguments are the two texts. */
export const MORE_QUANTITY_TEMPLATE = `${PREFIX}more-quantity`
/** Name of the template that gives the value of a variable in a list of variables: arguments are the list and the name. */
export const VALUE_OF_NAME_TEMPLATE = `${PREFIX}value-of-name`

/** A value as it stands in a text: strings as they are, nothing as nothing, all else as JSON. Go alone would write a million as 1e+06. */
export function textOf(value: Json): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : goJson(value)
}

const ALL = Number.POSITIVE_INFINITY

/** Choosing and comparing. */
const LOGIC = {
  and: { go: (...args) => `and ${args.join(' ')}`, js: (...args) => firstOrLast(args, (value) => !isTruthy(value)) },
  or: { go: (...args) => `or ${args.join(' ')}`, js: (...args) => firstOrLast(args, isTruthy) },
  not: { go: (value) => `not ${value}`, js: (value = null) => !isTruthy(value), returns: 'flag' },
  /** The first where it is there and not empty, else the second. */
  orElse: { go: (value, fallback) => `${value} | default ${fallback}`, js: (value = null, fallback = null) => (isTruthy(value) ? value : fallback) },
  /** There, whatever it is: false and 0 are. */
  isSet: { go: (value) => `not (kindIs "invalid" ${value})`, js: (value = null) => value !== null, returns: 'flag' },
  /** The same JSON. */
  equals: { go: (one, other) => `eq (toJson ${one}) (toJson ${other})`, js: (one = null, other = null) => goJson(one) === goJson(other), returns: 'flag' },
  /** The second argument where the first is true, else the third. */
  ifElse: {
    go: (condition, one, other) => `ternary ${one} ${other} ${condition}`,
    js: (condition = null, one = null, other = null) => (isTruthy(condition) ? one : other),
  },
} satisfies Readonly<Record<string, FunctionRule>>

/** Texts and numbers. */
const TEXTS = {
  text: { go: (value = '""') => value.replace(/^\((include [^()]*)\)$/, '$1'), js: (value = null) => textOf(value), textArguments: 1, returns: 'text' },
  concat: {
    go: (...args) => `printf ${JSON.stringify('%s'.repeat(args.length))} ${args.join(' ')}`,
    js: (...args) => args.map(textOf).join(''),
    textArguments: ALL,
    returns: 'text',
  },
  /** Cut to so many bytes, for names, which are ASCII. */
  truncated: {
    go: (value, length) => `${value} | trunc ${length} | trimSuffix "-"`,
    js: (value = null, length = null) => textOf(value).slice(0, Number(length)).replace(/-$/, ''),
    textArguments: 1,
    returns: 'text',
  },
  /** The third text with the second in every place of the first. */
  replaced: {
    go: (old, other, text) => `replace ${old} ${other} ${text}`,
    js: (old = null, other = null, text = null) => textOf(text).replaceAll(textOf(old), () => textOf(other)),
    textArguments: 3,
    returns: 'text',
  },
  /** Whether the second text holds the first. */
  contains: {
    go: (part, whole) => `contains ${part} ${whole}`,
    js: (part = null, whole = null) => textOf(whole).includes(textOf(part)),
    textArguments: 2,
    returns: 'flag',
  },
  /** Whether a pattern that Go and JavaScript share fits the second text. */
  matches: {
    go: (pattern, text) => `regexMatch ${pattern} ${text}`,
    js: (pattern = null, text = null) => new RegExp(textOf(pattern), 'u').test(textOf(text)),
    textArguments: 2,
    returns: 'flag',
  },
  /** What of the second text a pattern fits first; empty where it fits nothing. */
  found: {
    go: (pattern, text) => `regexFind ${pattern} ${text}`,
    js: (pattern = null, text = null) => new RegExp(textOf(pattern), 'u').exec(textOf(text))?.[0] ?? '',
    textArguments: 2,
    returns: 'text',
  },
  /** What is wrong with a table by pipeline type, a line each; empty when all is well. */
  tableProblems: {
    go: (text, path, shape) => `include "${TABLE_PROBLEMS_TEMPLATE}" (list ${text} ${path} ${shape})`,
    js: (text = null, path = null, shape = null) => tableProblems(textOf(text), textOf(path), shape as Shape),
    textArguments: 2,
    returns: 'text',
  },
  /** Which fields of a table by pipeline type there is a word for, a line each; empty where there is none. */
  tableFields: {
    go: (text, path, words) => `include "${TABLE_FIELDS_TEMPLATE}" (list ${text} ${path} ${words})`,
    js: (text = null, path = null, words = null) => tableFields(textOf(text), textOf(path), textsOf(words)),
    textArguments: 2,
    returns: 'text',
  },
  /** What of a value has not its shape, a line each; empty when all is well. */
  shapeProblems: {
    go: (value, path, shape) => `include "${SHAPE_PROBLEMS_TEMPLATE}" (list (fromJson (toJson ${value})) ${path} ${shape} (dict) false)`,
    js: (value = null, path = null, shape = null) => shapeProblems(value, textOf(path), shape as Shape).join('\n'),
    returns: 'text',
  },
  /** `true` where the first is more than the second, both amounts with or without a unit; else empty. */
  moreQuantity: {
    go: (one, other) => `include "${MORE_QUANTITY_TEMPLATE}" (list ${one} ${other})`,
    js: (one = null, other = null) => moreQuantity(textOf(one), textOf(other)),
    textArguments: 2,
    returns: 'text',
  },
  sha256: {
    go: (value) => `${value} | sha256sum`,
    js: (value = null) => createHash('sha256').update(textOf(value)).digest('hex'),
    textArguments: 1,
    returns: 'text',
  },
  json: { go: (value) => `toJson ${value}`, js: (value = null) => goJson(value), returns: 'text' },
  /** A text of digits as a number. */
  number: { go: (value) => `int64 ${value}`, js: (value = null) => Number(textOf(value)), textArguments: 1 },
  /** The items as texts, with something between them; a text is its own only item. */
  joined: {
    go: (list, between) => `join ${between} (${list} | default (list))`,
    js: (list = null, between = null) => (typeof list === 'string' ? list : listOf(list).map(textOf).join(textOf(between))),
    returns: 'text',
  },
} satisfies Readonly<Record<string, FunctionRule>>

/** Maps, and lists of named things. */
const COLLECTIONS = {
  /** A map without those keys. */
  without: {
    go: (map, ...keys) => `omit (${map} | default (dict)) ${keys.join(' ')}`,
    js: (map = null, ...keys) => Object.fromEntries(Object.entries(mapOf(map)).filter(([key]) => !keys.includes(key))),
  },
  /** The keys of a map, in the order of their bytes. */
  keys: {
    go: (map) => `keys (${map} | default (dict)) | sortAlpha`,
    js: (map = null) => Object.keys(mapOf(map)).toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
  },
  /** What a map holds under a key, as a text. */
  valueOfKey: {
    go: (map, key) => `get (${map} | default (dict)) ${key}`,
    js: (map = null, key = null) => mapOf(map)[textOf(key)] ?? '',
  },
  /** Both maps in one; where both have a key, the second's. */
  merged: {
    go: (one, other) => `mergeOverwrite (dict) (${one} | default (dict)) (${other} | default (dict))`,
    js: (one = null, other = null) => ({ ...mapOf(one), ...mapOf(other) }),
  },
  /** `true` when one of the list has that name, else empty. */
  hasName: {
    go: (list, name) => `include "${HAS_NAME_TEMPLATE}" (list ${list} ${name})`,
    js: (list = null, name = null) => (listOf(list).some((one) => mapOf(one)['name'] === name) ? 'true' : ''),
    returns: 'text',
  },
  /** The value of the last of the list that has that name; empty without one. */
  valueOfName: {
    go: (list, name) => `include "${VALUE_OF_NAME_TEMPLATE}" (list ${list} ${name})`,
    js: (list = null, name = null) => textOf(mapOf(listOf(list).findLast((one) => mapOf(one)['name'] === name) ?? null)['value'] ?? null),
    returns: 'text',
  },
  /** Which names in a list of maps are taken or repeated, a line each; empty when all is well. */
  nameProblems: {
    go: (...args) => `include "${NAME_PROBLEMS_TEMPLATE}" (list ${args.join(' ')})`,
    js: (list = null, field = null, path = null, taken = null, repeated = null) => {
      const names = listOf(list).map((item) => textOf(mapOf(item)[textOf(field)] ?? null))
      return nameProblems(names, textOf(path), textsOf(taken), textOf(repeated))
    },
    returns: 'text',
  },
} satisfies Readonly<Record<string, FunctionRule>>

const FUNCTIONS = { ...LOGIC, ...TEXTS, ...COLLECTIONS }

export type FunctionName = keyof typeof FUNCTIONS

export function functionRule(name: string): FunctionRule {
  const rule = (FUNCTIONS as Readonly<Record<string, FunctionRule>>)[name]
  if (rule === undefined) throw new Error(`there is no function ${name}`)
  return rule
}

/** As Go's `and` and `or` choose. */
function firstOrLast(args: readonly Json[], isChosen: (value: Json) => boolean): Json {
  const index = args.findIndex(isChosen)
  return args[index < 0 ? args.length - 1 : index] ?? null
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

function mapOf(value: Json): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>) : {}
}

function textsOf(value: Json): ReadonlyMap<string, string> {
  return new Map(Object.entries(mapOf(value)).map(([key, text]) => [key, textOf(text)]))
}
