import type { Check } from '../chart/check.ts'
import { CHECKS } from '../chart/checks.ts'
import { IS_SERVER_UNNAMED } from '../chart/server-address.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Expression, Scope } from '../expression/expression.ts'
import { SHAPE_PROBLEMS_TEMPLATE, textOf } from '../expression/functions.ts'
import { goArgument, goExpression } from '../expression/go-expression.ts'
import { isTruthy } from '../expression/truth.ts'
import { call, literal } from '../expression/values.ts'
import { CHART_PATHS, CHART_SHAPE, misshapen } from '../values/judged-values.ts'

/** Where the checks find what the values must look like, as data: a file of the chart. */
export const SHAPES_FILE = 'values.shapes.json'

/** The lines that tell a check's problem. */
const problemsWith = (check: Check): Expression => ('problems' in check ? check.problems : literal(`${check.path}: ${check.message}.`))

/** What the values must look like, and where keys belong. */
export function shapesFile(): string {
  return `${JSON.stringify({ values: CHART_SHAPE, paths: CHART_PATHS }, null, 2)}\n`
}

/**
 * `templates/checks/values.yaml`: makes no object, and stops the install with all problems at once. First come the shapes: where one is
 * wrong, the other checks could not be asked. Helm renders the deepest folder first, so that no other template meets such values.
 */
export function checksTemplate(): string {
  return [
    `{{- $shapes := $.Files.Get "${SHAPES_FILE}" | fromJson }}`,
    `{{- $misshapen := include "${SHAPE_PROBLEMS_TEMPLATE}" (list (fromJson (toJson $.Values)) "" $shapes.values $shapes.paths false) }}`,
    '{{- if $misshapen }}',
    ...refusal('$misshapen'),
    '{{- end }}',
    '{{- $problems := list }}{{ $isWrong := false }}',
    ...CHECKS.flatMap(checkLines),
    '{{- if $problems }}{{ $told := join "\\n" $problems }}',
    ...refusal('$told', '$isWrong'),
    '{{- end }}',
    '',
  ].join('\n')
}

/** `helm lint` passes over `fail`; there a template that is not there fails, by the name of what is wrong. */
function refusal(told: string, condition?: string): string[] {
  const lint = `{{ include ${told} $ }}`
  return [`{{- fail (printf "\\n%s\\n" ${told}) }}`, condition === undefined ? lint : `{{- if ${condition} }}${lint}{{ end }}`]
}

/** What is only missing is no error of a chart that `helm lint` judges without anybody's values. */
function checkLines(check: Check): string[] {
  const isWrong = check.isAbsence === true ? goArgument(call('not', IS_SERVER_UNNAMED)) : 'true'
  return [
    `{{- if ${goExpression(check.when)} }}`,
    `{{- $problems = append $problems ${goArgument(problemsWith(check))} }}{{ $isWrong = or $isWrong ${isWrong} }}`,
    '{{- end }}',
  ]
}

/** The same problems, from our own evaluation. */
export function problemsOf(scope: Scope): string[] {
  const told = misshapen(scope.values)
  if (told.length > 0) return told.flatMap((line) => line.split('\n'))
  return CHECKS.filter(({ when }) => isTruthy(evaluate(when, scope))).flatMap((check) => textOf(evaluate(problemsWith(check), scope)).split('\n'))
}
