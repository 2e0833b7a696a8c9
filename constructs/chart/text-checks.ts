import type { Expression } from '../expression/expression.ts'
import { call, valueAt } from '../expression/values.ts'
import { chartValues } from '../values/chart-values.ts'
import { type Described, describe } from '../values/described.ts'
import { TEXT_RULES } from '../values/text-rules.ts'
import type { Check } from './check.ts'

/** Between the items of a list that is judged as one text. */
const BETWEEN = '\u0000'

/** A check for every value whose schema names a rule for its text. */
export function textChecks(): Check[] {
  return checksOf(describe(chartValues), [])
}

/** @param switches what is round these values and can be switched off */
function checksOf(described: readonly Described[], switches: readonly Expression[]): Check[] {
  const own = described.filter(({ key, isDead }) => key === 'enabled' && isDead !== true).map(({ path }) => valueAt(...path))
  const all = [...switches, ...own]
  return described.flatMap((one): Check[] => (one.parts === undefined ? [...needed(one, all), ...whole(one), ...ruled(one)] : checksOf(one.parts, all)))
}

function needed({ path, isNeeded, description, type }: Described, switches: readonly Expression[]): Check[] {
  if (isNeeded !== true || !type.startsWith('text')) return []
  const message = `is empty. Give a value (${description.replace(/\..*$/s, '')}), or leave the line out for the chart's own`
  return [{ when: call('and', ...switches, call('equals', valueAt(...path), '')), path: path.join('.'), message }]
}

/** YAML reads 1.10 as the number 1.1, so that nobody knows what was written. */
function whole({ path, rule }: Described): Check[] {
  if (rule !== 'tag') return []
  const given = valueAt(...path)
  const when = call('and', call('not', call('equals', given, call('text', given))), call('matches', '[.eE+]', given))
  return [{ when, path: path.join('.'), message: 'is read as a number, which loses digits (1.10 becomes 1.1). Put it in quotes' }]
}

function ruled({ path, rule, type }: Described): Check[] {
  if (rule === undefined) return []
  const { pattern, message } = TEXT_RULES[rule]
  const given = valueAt(...path)
  const when = type.includes('list') ? breaksInList(pattern, given) : breaks(pattern, given)
  return [{ when, path: path.join('.'), message }]
}

function breaks(pattern: string, given: Expression): Expression {
  return call('not', call('matches', `^(${pattern})?$`, given))
}

/** A text in the place of a list is its only item. */
function breaksInList(pattern: string, list: Expression): Expression {
  return call('and', list, call('not', call('matches', `^(${pattern})(\\x00(${pattern}))*$`, call('joined', list, BETWEEN))))
}
