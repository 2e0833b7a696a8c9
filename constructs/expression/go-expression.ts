import { isMap } from './evaluate.ts'
import type { Expression, Json } from './expression.ts'
import { functionRule, PREFIX, TEXT_TEMPLATE } from './functions.ts'

/** The expression as an argument in a Go template: in brackets where it is more than one word. */
export function goArgument(expression: Expression): string {
  const text = goExpression(expression)
  return expression.kind === 'call' || expression.kind === 'named' ? `(${text})` : text
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
    case 'named':
      return `include ${JSON.stringify(PREFIX + expression.name)} $`
    case 'call':
      return goCall(expression)
  }
}

function goCall({ name, args }: Extract<Expression, { kind: 'call' }>): string {
  const { go, textArguments = 0 } = functionRule(name)
  const argumentAt = (argument: Expression, index: number): string => {
    if (name === 'ifElse' && index === 0) return goFlag(argument)
    return index < textArguments ? goText(argument) : goArgument(argument)
  }
  return go(...args.map(argumentAt))
}

/** The expression as an argument that is a text. */
function goText(expression: Expression): string {
  const isText =
    expression.kind === 'builtin' || expression.kind === 'named' || (expression.kind === 'call' && functionRule(expression.name).returns === 'text')
  if (isText || (expression.kind === 'literal' && typeof expression.value === 'string')) return goArgument(expression)
  return `(include "${TEXT_TEMPLATE}" ${goArgument(expression)})`
}

/** The expression as an argument that is true or false. */
function goFlag(expression: Expression): string {
  const isFlag = expression.kind === 'call' && functionRule(expression.name).returns === 'flag'
  return isFlag ? goArgument(expression) : `(not (not ${goArgument(expression)}))`
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
