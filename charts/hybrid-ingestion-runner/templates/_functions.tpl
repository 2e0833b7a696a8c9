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

{{/* Which names of a list are taken or repeated, a line each. Arguments: the list, the field, the path, what is taken, what to say of a repeated one. */}}
{{- define "hybrid-runner.name-problems" -}}
{{- $field := index . 1 }}{{ $path := index . 2 }}{{ $taken := index . 3 }}{{ $repeated := index . 4 }}
{{- $seen := dict }}{{ $told := dict }}{{ $lines := list }}
{{- range $item := index . 0 }}
{{- $name := include "hybrid-runner.text" (get $item $field) }}
{{- if or (not $name) (hasKey $told $name) }}
{{- else if hasKey $taken $name }}
{{- $_ := set $told $name "" }}{{ $lines = append $lines (printf "%s[%s]: %s." $path $name (get $taken $name)) }}
{{- else if hasKey $seen $name }}
{{- $_ := set $told $name "" }}{{ $lines = append $lines (printf "%s[%s]: %s." $path $name $repeated) }}
{{- end }}
{{- $_ := set $seen $name "" }}
{{- end }}
{{- join "\n" $lines }}
{{- end -}}

{{/* What is wrong with a table by pipeline type, a line each. Arguments: the text, its path, the kinds of the fields. */}}
{{- define "hybrid-runner.table-problems" -}}
{{- $path := index . 1 }}{{ $kinds := index . 2 }}{{ $table := fromJson (index . 0) }}{{ $lines := list }}
{{- if hasKey $table "Error" }}
{{- $lines = append $lines (printf "%s: must be JSON, a map with an entry for each pipeline type. Check its quotes, commas and brackets." $path) }}
{{- else }}
{{- range $type, $entry := $table }}
{{- if not (kindIs "map" $entry) }}{{ $lines = append $lines (printf "%s.%s: must be a map of fields." $path $type) }}
{{- else }}
{{- range $field, $value := $entry }}
{{- $at := printf "%s.%s.%s" $path $type $field }}{{ $kind := get $kinds $field }}
{{- if not $kind }}{{ $lines = append $lines (printf "%s: is no field of an entry. The fields are %s." $at (join ", " (keys $kinds | sortAlpha))) }}
{{- else if eq $kind "any" }}
{{- else if not (kindIs $kind $value) }}{{ $lines = append $lines (printf "%s: must be a %s." $at (get (dict "slice" "list" "string" "text" "map" "map") $kind)) }}
{{- else if eq $field "nodeSelector" }}
{{- range $key, $label := $value }}
{{- if not (kindIs "string" $label) }}{{ $lines = append $lines (printf "%s.%s: must be a text. Put numbers and true or false in quotes." $at $key) }}{{ end }}
{{- end }}
{{- else if eq $field "tolerations" }}
{{- $others := 0 }}{{ range $value }}{{ if not (kindIs "map" .) }}{{ $others = 1 }}{{ end }}{{ end }}
{{- if $others }}{{ $lines = append $lines (printf "%s: must be a list of tolerations, each a map with key, operator, value and effect." $at) }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- join "\n" $lines }}
{{- end -}}

{{/* Which fields of a table by pipeline type there is a word for, a line each. Arguments: the text, its path, the words by field. */}}
{{- define "hybrid-runner.table-fields" -}}
{{- $path := index . 1 }}{{ $words := index . 2 }}{{ $lines := list }}
{{- range $type, $entry := fromJson (index . 0) }}
{{- if kindIs "map" $entry }}
{{- range $field, $value := $entry }}
{{- if hasKey $words $field }}{{ $lines = append $lines (printf "%s.%s.%s: %s." $path $type $field (get $words $field)) }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
{{- join "\n" $lines }}
{{- end -}}

{{/* "true" where one quantity is more than another. Arguments: the two, as texts. */}}
{{- define "hybrid-runner.more-quantity" -}}
{{- $decimal := dict "n" 1.0 "u" 1e3 "m" 1e6 "k" 1e12 "M" 1e15 "G" 1e18 "T" 1e21 "P" 1e24 "E" 1e27 }}
{{- $binary := dict "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 }}
{{- $nanos := list }}
{{- range . }}
{{- if regexMatch "^([0-9]{1,15}\\.?|[0-9]{0,9}\\.[0-9]{1,6})([eE][+-]?[0-9]{1,2}|[numkMGTPE]|[KMGTP]i)?$" . }}
{{- $number := regexFind "^[0-9.]+" . }}{{ $unit := regexFind "[a-zA-Z]+$" . }}
{{- if hasKey $binary $unit }}{{ $nanos = append $nanos (minf (ceil (mulf (float64 $number) (get $binary $unit) 1e9)) 9.223372036854775807e27) }}
{{- else if hasKey $decimal $unit }}{{ $nanos = append $nanos (ceil (mulf (float64 $number) (get $decimal $unit))) }}
{{- else }}{{ $nanos = append $nanos (ceil (mulf (float64 .) 1e9)) }}
{{- end }}
{{- end }}
{{- end }}
{{- if eq (len $nanos) 2 }}{{ if gt (index $nanos 0) (index $nanos 1) }}true{{ end }}{{ end }}
{{- end -}}
