import type { Expression } from '../expression/expression.ts'
import { call, valueAt } from '../expression/values.ts'
import { chartValues } from '../values/chart-values.ts'
import { type Described, describe } from '../values/described.ts'
import { TEXT_RULES } from '../values/text-rules.ts'
import type { Check } from './checks.ts'

/** Between the items of a list that is judged as one text. */
const BETWEEN = '\u0000'

/** A check for every value whose schema names a rule for its text. */
export function textChecks(described: readonly Described[] = describe(chartValues)): Check[] {
  return described.flatMap(({ path, parts, rule, type }): Check[] => {
    if (parts !== undefined) return textChecks(parts)
    if (rule === undefined) return []
    const { pattern, message } = TEXT_RULES[rule]
    const given = valueAt(...path)
    const when = type.startsWith('list') ? breaksInList(pattern, given) : breaks(pattern, given)
    return [{ when, path: path.join('.'), message }]
  })
}

function breaks(pattern: string, given: Expression): Expression {
  return call('not', call('matches', `^(${pattern})?$`, given))
}

function breaksInList(pattern: string, list: Expression): Expression {
  return call('and', list, call('not', call('matches', `^(${pattern})(\\x00(${pattern}))*$`, call('joined', list, BETWEEN))))
}
