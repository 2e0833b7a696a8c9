import { isMap } from './evaluate.ts'
import type { Expression, Json } from './expression.ts'
import { functionRule } from './functions.ts'

/** The expression as an argument in a Go template: in brackets where it is more than one word. */
export function goArgument(expression: Expression): string {
  const text = goExpression(expression)
  return expression.kind === 'call' ? `(${text})` : text
}

/** The expression as a pipeline of a Go template. */
export function goExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return goLiteral(expression.value)
    case 'value':
      return goPath('$.Values', expression.path)
    case 'builtin':
      return `$.${expression.name}`
    case 'item':
      return goPath(`$${expression.variable}`, expression.path)
    case 'call':
      return functionRule(expression.name).go(...expression.args.map(goArgument))
  }
}

/** `($.Values.a).b`: a map that is not there on the way gives nothing, where `.a.b` would fail. */
function goPath(root: string, path: readonly string[]): string {
  return path.reduce((text, key, index) => `${index === 0 ? text : `(${text})`}.${key}`, root)
}

/** Nothing is a key that a map does not have: `nil` alone is no pipeline. */
function goLiteral(value: Json): string {
  if (value === null) return '(dict).nothing'
  if (Array.isArray(value)) return `(list${value.map((item: Json) => ` ${goLiteral(item)}`).join('')})`
  if (isMap(value))
    return `(dict${Object.entries(value)
      .map(([key, item]) => ` ${JSON.stringify(key)} ${goLiteral(item)}`)
      .join('')})`
  return JSON.stringify(value)
}
