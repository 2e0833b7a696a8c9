import { FULL_NAME, INGESTION_NAMESPACE } from '../chart/names.ts'
import { SERVER_URL } from '../chart/server-address.ts'
import { WARNINGS_TEXT } from '../chart/warnings.ts'
import type { Expression } from '../expression/expression.ts'
import { goExpression } from '../expression/go-expression.ts'
import { call } from '../expression/values.ts'
import { value } from '../values/value.ts'

/** Helm 3.16 takes the pod of a good test away before it has read its log, and fails for that. */
const WHERE_LOGS_STAY = '{{ if semverCompare ">=4.0.0-0" $.Capabilities.HelmVersion.Version }} --logs{{ end }}'

/** One word of a shell, whatever is in it. */
function quotedForShell(expression: Expression): string {
  const text = goExpression(call('text', expression))
  return `'{{ ${text} | replace "'" "'\\\\''" }}'`
}

/** `templates/NOTES.txt`, shown after each install: what to do next, and what of the values has no effect. */
export function notes(): string {
  const put = (expression: Expression): string => `{{ ${goExpression(expression)} }}`
  const name = put(FULL_NAME)
  return [
    `The Hybrid Ingestion Runner ${put(value('config.agentId'))} is installed; it links to ${put(SERVER_URL)}.`,
    '',
    'Is it linked, and if not, why:',
    `  kubectl --namespace {{ $.Release.Namespace }} logs deployment/${name}`,
    'What it needs, checked one by one, each with its mend:',
    `  helm test {{ $.Release.Name }} --namespace {{ $.Release.Namespace }}${WHERE_LOGS_STAY}`,
    'Its runs, and their place in the queue:',
    `  kubectl --namespace {{ $.Release.Namespace }} exec deployment/${name} -- hybrid-runner runs`,
    `Its records, pods and schedules are in the namespace ${put(INGESTION_NAMESPACE)}.`,
    'helm uninstall ends its runs and schedules first. Should that step fail, the rest goes with --no-hooks, and then what runs is taken away',
    'on your machine, in a checkout after `make setup` (docs/install.md, The command on your machine), by',
    `  npx hybrid-runner uninstall --namespace ${put(INGESTION_NAMESPACE)} --agent ${quotedForShell(value('config.agentId'))}`,
    `{{- with ${goExpression(WARNINGS_TEXT)} }}`,
    '',
    'WARNING',
    '{{- range splitList "\\n" (trim .) }}',
    '  * {{ . }}',
    '{{- end }}',
    '{{- end }}',
    '',
  ].join('\n')
}
