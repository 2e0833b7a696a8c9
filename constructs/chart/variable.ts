import type { Expression } from '../expression/expression.ts'
import { call } from '../expression/values.ts'
import { value } from '../values/value.ts'

/** Variables that the operator sets himself; a name among them is his. */
export const OPERATORS_OWN = value((v) => v.extraEnvs)

/** One variable of the runner. */
export interface Variable {
  readonly name: string
  readonly value: Expression | string
  /** Without a condition it is always there. */
  readonly when?: Expression
}

/** There only where the values say something. False and 0 are something; an empty text is not. */
export function ifSet(name: string, expression: Expression): Variable {
  return { name, value: call('text', expression), when: call('and', call('isSet', expression), call('not', call('equals', expression, ''))) }
}
