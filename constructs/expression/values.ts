import type { Builtin, Expression, Json } from './expression.ts'
import type { FunctionName } from './functions.ts'

/** An expression, or what stands for itself. */
export type Operand = Expression | string | number | boolean | null

export function literal(value: Json): Expression {
  return { kind: 'literal', value }
}

/** A path in the chart's values. */
export function valueAt(...path: readonly string[]): Expression {
  const wrong = path.find((key) => !/^[A-Za-z_]\w*$/.test(key))
  if (path.length === 0 || wrong !== undefined) throw new Error(`a path of keys that a template can name, not ${JSON.stringify(path)}`)
  return { kind: 'value', path }
}

export function builtin(name: Builtin): Expression {
  return { kind: 'builtin', name }
}

/** A text under a name of its own. The same name is the same expression everywhere. */
export function named(name: string, expression: Expression): Expression {
  return { kind: 'named', name, expression }
}

export function call(name: FunctionName, ...args: readonly Operand[]): Expression {
  return { kind: 'call', name, args: args.map(operand) }
}

/** Whether something is said: false and 0 are something, an empty text is not. */
export function isGiven(expression: Expression): Expression {
  return call('and', call('isSet', expression), call('not', call('equals', expression, '')))
}

function operand(value: Operand): Expression {
  return typeof value === 'object' && value !== null ? value : literal(value)
}
