import type { Expression, Json, Scope } from './expression.ts'
import { functionRule, textOf } from './functions.ts'

/** The value of an expression. Pure. */
export function evaluate(expression: Expression, scope: Scope): Json {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'value':
      return at(scope.values, expression.path)
    case 'builtin':
      return scope.builtins[expression.name]
    case 'item':
      return at(scope.items[expression.variable] ?? null, expression.path)
    case 'named':
      return textOf(evaluate(expression.expression, scope))
    case 'call':
      return functionRule(expression.name).js(...expression.args.map((argument) => evaluate(argument, scope)))
  }
}

function at(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>((found, key) => (isMap(found) ? (found[key] ?? null) : null), value)
}

export function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
