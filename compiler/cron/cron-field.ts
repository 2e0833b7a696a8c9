import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'

export type CronFieldName = 'minute' | 'hour' | 'day of month' | 'month' | 'day of week'

export interface CronField {
  readonly values: ReadonlySet<number>
  /** Holds a `*` or `?` without a step: of the two day fields, such a one leaves the word to the other. */
  readonly isAny: boolean
}

interface Bounds {
  readonly min: number
  readonly max: number
  /** In order, the first one standing for `min`. */
  readonly names: readonly string[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const BOUNDS: Readonly<Record<CronFieldName, Bounds>> = {
  'minute': { min: 0, max: 59, names: [] },
  'hour': { min: 0, max: 23, names: [] },
  'day of month': { min: 1, max: 31, names: [] },
  'month': { min: 1, max: 12, names: MONTHS },
  'day of week': { min: 0, max: 6, names: WEEKDAYS },
}

const MAX_INT64 = 2n ** 63n - 1n
const MAX_QUOTED = 40

/** Reads one field: a list of `*`, `?`, numbers, names and ranges, each with a step if need be. Empty places in the list count for nothing. */
export function parseCronField(name: CronFieldName, text: string): Result<CronField, string> {
  const values = new Set<number>()
  let isAny = false
  for (const part of text.split(',').filter((part) => part !== '')) {
    const range = parseRange(part, BOUNDS[name])
    if (!range.ok) return err(`${name} ${quoted(part)} ${range.error}`)
    for (let value = range.value.start; value <= range.value.end; value += range.value.step) values.add(value)
    isAny ||= range.value.isAny
  }
  return ok({ values, isAny })
}

interface Range {
  readonly start: number
  readonly end: number
  readonly step: number
  readonly isAny: boolean
}

function parseRange(text: string, bounds: Bounds): Result<Range, string> {
  const [span = '', stepText, ...moreSteps] = text.split('/')
  if (moreSteps.length > 0) return err('has more than one slash')
  const [low = '', high, ...moreEnds] = span.split('-')
  const step = stepText === undefined ? 1 : parseNumber(stepText)
  if (step === undefined || step <= 0) return err('has a step that is no whole number above 0')
  // What follows a star is not looked at.
  if (low === '*' || low === '?') return ok({ start: bounds.min, end: bounds.max, step, isAny: step === 1 })
  if (moreEnds.length > 0) return err('has more than one hyphen')
  const start = parseValue(low, bounds)
  const end = high === undefined ? start : parseValue(high, bounds)
  if (start === undefined || end === undefined) return err(unreadable(bounds))
  return checkedRange({ start, end: high === undefined && stepText !== undefined ? bounds.max : end, step, isAny: false }, bounds)
}

function checkedRange(range: Range, bounds: Bounds): Result<Range, string> {
  const { start, end } = range
  if (start < bounds.min || end > bounds.max) return err(`is out of range; ${takes(bounds)}`)
  if (start > end) return err('begins after its end; write it as two ranges, such as 22-23,0-5 for the hours of a night')
  return ok(range)
}

function parseValue(text: string, { min, names }: Bounds): number | undefined {
  // The one letter outside ASCII that Go's lower case brings into these names.
  const index = names.indexOf(text.replaceAll('\u0130', 'i').toLowerCase())
  return index >= 0 ? min + index : parseNumber(text)
}

/** A decimal number that fits an int64, as Go reads it: a plus sign and leading zeros are fine. */
function parseNumber(text: string): number | undefined {
  const [, sign, digits = ''] = /^([+-]?)0*(\d*)$/.exec(text) ?? []
  if (sign === undefined || text.length === sign.length || digits.length > 19 || BigInt(digits) > MAX_INT64) return undefined
  return sign === '-' ? -Number(digits) : Number(digits)
}

function unreadable(bounds: Bounds): string {
  return `cannot be read; ${takes(bounds)}, ranges such as ${bounds.min}-${bounds.min + 2}, lists with commas, steps such as */2, and *; Kubernetes has no L, W, # or H`
}

function takes({ min, max, names }: Bounds): string {
  const named = names.length === 0 ? '' : ` or ${names[0]?.toUpperCase()} to ${names.at(-1)?.toUpperCase()}`
  return `give numbers from ${min} to ${max}${named}${names === WEEKDAYS ? ', Sunday being 0' : ''}`
}

function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text)
}
