import type { EnvVar } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Expression } from '../expression/expression.ts'
import { call, isGiven } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { valueOf, when } from '../tree/marks.ts'
import { value } from '../values/value.ts'

/** Variables that the operator sets himself; a name among them is his. */
export const OPERATORS_OWN = value('extraEnvs')

/** One variable of the runner. */
export interface Variable {
  readonly name: string
  readonly value: Expression | string
  /** Without a condition it is always there. */
  readonly when?: Expression
}

/** There only where the values say something. */
export function ifSet(name: string, expression: Expression): Variable {
  return { name, value: call('text', expression), when: isGiven(expression) }
}

/** The variable in a container's list, unless the operator's own list has one of that name: a name stands there once. */
export function variableEntry({ name, value: operand, when: condition }: Variable, operatorsOwn: Expression): Marked<EnvVar> {
  const entry = { name, value: typeof operand === 'object' ? valueOf(operand) : operand }
  const isOurs = call('not', call('hasName', operatorsOwn, name))
  return when(condition === undefined ? isOurs : call('and', condition, isOurs), entry)
}
