import type { ChartTemplate } from '../chart-templates.ts'
import type { Expression } from '../expression/expression.ts'
import {
  HAS_NAME_TEMPLATE,
  MORE_QUANTITY_TEMPLATE,
  NAME_PROBLEMS_TEMPLATE,
  NEAREST_KEY_TEMPLATE,
  PREFIX,
  SHAPE_PROBLEMS_TEMPLATE,
  TABLE_FIELDS_TEMPLATE,
  TABLE_PROBLEMS_TEMPLATE,
  TEXT_TEMPLATE,
  VALUE_OF_NAME_TEMPLATE,
} from '../expression/functions.ts'
import { call } from '../expression/values.ts'
import { goExpression } from '../expression/go-expression.ts'
import { MORE_QUANTITY_TEXT } from '../expression/more-quantity.ts'
import { NEAREST_KEY_TEXT } from '../expression/nearest-key.ts'
import { nameProblemsText } from '../expression/name-problems.ts'
import { shapeProblemsText } from '../expression/shape-problems.ts'
import { TABLE_FIELDS_TEXT } from '../expression/table-fields.ts'
import { tableProblemsText } from '../expression/table-problems.ts'
import { nodesBelow } from '../tree/nodes-below.ts'

/** The named templates that printed expressions use, `templates/_functions.tpl`. */
export const NAMED_TEMPLATES = `{{/* A value as it stands in a text: strings as they are, nothing as nothing, all else as JSON. */}}
{{- define "${TEXT_TEMPLATE}" -}}
{{- if kindIs "string" . }}{{ . }}{{ else if not (kindIs "invalid" .) }}{{ toJson . }}{{ end -}}
{{- end -}}

{{/* "true" when one of a list has a name. Arguments: the list, the name. */}}
{{- define "${HAS_NAME_TEMPLATE}" -}}
{{- $name := index . 1 }}{{ $found := "" }}{{ range index . 0 }}{{ if eq .name $name }}{{ $found = "true" }}{{ end }}{{ end }}{{ $found -}}
{{- end -}}

{{/* The value of the last of a list that has a name. Arguments: the list, the name. */}}
{{- define "${VALUE_OF_NAME_TEMPLATE}" -}}
{{- $name := index . 1 }}{{ $found := "" }}{{ range index . 0 }}{{ if eq .name $name }}{{ $found = include "${TEXT_TEMPLATE}" .value }}{{ end }}{{ end }}{{ $found -}}
{{- end -}}

{{/* Which names of a list are taken or repeated, a line each. Arguments: the list, the field, the path, what is taken, what to say of a repeated one. */}}
{{- define "${NAME_PROBLEMS_TEMPLATE}" -}}${nameProblemsText(TEXT_TEMPLATE)}
{{- end -}}

{{/* What is wrong with a table by pipeline type, a line each. Arguments: the text, its path, the shape of the table. */}}
{{- define "${TABLE_PROBLEMS_TEMPLATE}" -}}${tableProblemsText(SHAPE_PROBLEMS_TEMPLATE)}
{{- end -}}

{{/* Which fields of a table by pipeline type there is a word for, a line each. Arguments: the text, its path, the words by field. */}}
{{- define "${TABLE_FIELDS_TEMPLATE}" -}}${TABLE_FIELDS_TEXT}
{{- end -}}

{{/* The name that somebody may have meant; empty where none is like it. Arguments: the name, those that are known. */}}
{{- define "${NEAREST_KEY_TEMPLATE}" -}}${NEAREST_KEY_TEXT}
{{- end -}}

{{/* What of a value has not its shape, a line each. Arguments: the value, its path, its shape, the paths of keys elsewhere, whether something round it is switched off. */}}
{{- define "${SHAPE_PROBLEMS_TEMPLATE}" -}}${shapeProblemsText(SHAPE_PROBLEMS_TEMPLATE, NEAREST_KEY_TEMPLATE)}
{{- end -}}

{{/* "true" where one quantity is more than another. Arguments: the two, as texts. */}}
{{- define "${MORE_QUANTITY_TEMPLATE}" -}}${MORE_QUANTITY_TEXT}
{{- end -}}
`

/** The texts under a name of their own that the templates use, `templates/_names.tpl`. */
export function namedTexts(templates: readonly ChartTemplate[]): string {
  const found = new Map(nodesBelow(templates, 'named').map(({ name, expression }) => [name, expression]))
  return [...found]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, expression]) => `{{- define "${PREFIX}${name}" -}}\n${body(expression)}\n{{- end -}}\n`)
    .join('\n')
}

const MANY = 6

/** A text of many parts is a part a line, for who reads it. */
function body(expression: Expression): string {
  const isLong = expression.kind === 'call' && expression.name === 'concat' && expression.args.length > MANY
  const parts = isLong ? expression.args.map((part) => call('text', part)) : [expression]
  return parts.map((part, index) => `{{${index === 0 ? '' : '-'} ${goExpression(part)} }}`).join('\n')
}
