import type { Expression } from '../expression/expression.ts'
import { call, isGiven } from '../expression/values.ts'
import { valueOf, when } from '../tree/marks.ts'

/** A number that may stand in quotes, which Kubernetes would not take; an empty text is none. */
export function wholeOr(given: Expression, fallback: number): Expression {
  return call('number', call('ifElse', isGiven(given), given, fallback))
}

/** As the value of a key: such a number, there only where the values hold one. */
export function whenWhole(given: Expression): string {
  return when(isGiven(given), valueOf(call('number', given)))
}
