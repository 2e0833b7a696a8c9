import { CHECKS, type Check } from '../chart/checks.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Expression, Scope } from '../expression/expression.ts'
import { textOf } from '../expression/functions.ts'
import { goArgument, goExpression } from '../expression/go-expression.ts'
import { isTruthy } from '../expression/truth.ts'
import { literal } from '../expression/values.ts'

/** The lines that tell a check's problem. */
const problemsWith = (check: Check): Expression => ('problems' in check ? check.problems : literal(`${check.path}: ${check.message}.`))

/** `templates/checks.yaml`: makes no object, and stops the install with all problems at once. */
export function checksTemplate(): string {
  const lines = CHECKS.flatMap((check) => [
    `{{- if ${goExpression(check.when)} }}`,
    `{{- $problems = append $problems ${goArgument(problemsWith(check))} }}`,
    '{{- end }}',
  ])
  return ['{{- $problems := list }}', ...lines, '{{- if $problems }}', '{{- fail (printf "\\n%s\\n" (join "\\n" $problems)) }}', '{{- end }}', ''].join('\n')
}

/** The same problems, from our own evaluation. */
export function problemsOf(scope: Scope): string[] {
  return CHECKS.filter(({ when }) => isTruthy(evaluate(when, scope))).flatMap((check) => textOf(evaluate(problemsWith(check), scope)).split('\n'))
}
