{{/* A value as it stands in a text: strings as they are, nothing as nothing, all else as JSON. */}}
{{- define "hybrid-runner.text" -}}
{{- if kindIs "string" . }}{{ . }}{{ else if not (kindIs "invalid" .) }}{{ toJson . }}{{ end -}}
{{- end -}}

{{/* "true" when one of a list has a name. Arguments: the list, the name. */}}
{{- define "hybrid-runner.has-name" -}}
{{- $name := index . 1 }}{{ $found := "" }}{{ range index . 0 }}{{ if eq .name $name }}{{ $found = "true" }}{{ end }}{{ end }}{{ $found -}}
{{- end -}}

{{/* The value of the last of a list that has a name. Arguments: the list, the name. */}}
{{- define "hybrid-runner.value-of-name" -}}
{{- $name := index . 1 }}{{ $found := "" }}{{ range index . 0 }}{{ if eq .name $name }}{{ $found = include "hybrid-runner.text" .value }}{{ end }}{{ end }}{{ $found -}}
{{- end -}}
