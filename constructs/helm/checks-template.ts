import { CHECKS, type Check } from '../chart/checks.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Scope } from '../expression/expression.ts'
import { goExpression } from '../expression/go-expression.ts'
import { isTruthy } from '../expression/truth.ts'

const textOf = ({ path, message }: Check): string => `${path}: ${message}.`

/** `templates/checks.yaml`: makes no object, and stops the install with all problems at once. */
export function checksTemplate(): string {
  const lines = CHECKS.flatMap((check) => [
    `{{- if ${goExpression(check.when)} }}`,
    `{{- $problems = append $problems ${JSON.stringify(textOf(check))} }}`,
    '{{- end }}',
  ])
  return ['{{- $problems := list }}', ...lines, '{{- if $problems }}', '{{- fail (printf "\\n%s\\n" (join "\\n" $problems)) }}', '{{- end }}', ''].join('\n')
}

/** The same problems, from our own evaluation. */
export function problemsOf(scope: Scope): string[] {
  return CHECKS.filter(({ when }) => isTruthy(evaluate(when, scope))).map(textOf)
}
