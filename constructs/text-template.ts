import { TEXT_TEMPLATE } from './expression/functions.ts'

/** The one named template that printed expressions use: a value as it stands in a text. */
export const TEXT_TEMPLATE_FILE = [
  `{{- define "${TEXT_TEMPLATE}" -}}`,
  '{{- if kindIs "string" . }}{{ . }}{{ else if not (kindIs "invalid" .) }}{{ toJson . }}{{ end -}}',
  '{{- end -}}',
  '',
].join('\n')
