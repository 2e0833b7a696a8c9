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

{{/* What is wrong with a table by pipeline type, a line each. Arguments: the text, its path, the shape of the table. */}}
{{- define "hybrid-runner.table-problems" -}}
{{- $table := fromJson (index . 0) }}
{{- if or (hasKey $table "Error") (eq (trim (index . 0)) "null") }}{{ printf "%s: must be JSON, a map with an entry for each pipeline type. Check its quotes, commas and brackets." (index . 1) }}
{{- else }}{{ include "hybrid-runner.shape-problems" (list $table (index . 1) (index . 2) (dict) false) }}
{{- end }}
{{- end -}}

{{/* Which fields of a table by pipeline type there is a word for, a line each. Arguments: the text, its path, the words by field. */}}
{{- define "hybrid-runner.table-fields" -}}
{{- $path := index . 1 }}{{ $words := index . 2 }}{{ $lines := list }}
{{- range $type, $entry := fromJson (index . 0) }}
{{- if kindIs "map" $entry }}
{{- range $field, $value := $entry }}
{{- if and (hasKey $words $field) (not (kindIs "invalid" $value)) }}{{ $lines = append $lines (printf "%s.%s.%s: %s." $path $type $field (get $words $field)) }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
{{- join "\n" $lines }}
{{- end -}}

{{/* The name that somebody may have meant; empty where none is like it. Arguments: the name, those that are known. */}}
{{- define "hybrid-runner.nearest-key" -}}
{{- $letters := regexReplaceAll "[^a-z0-9]" (lower (index . 0)) "" }}{{ $count := max 0 (sub (len $letters) 1) }}
{{- $best := "" }}{{ $most := 49 }}
{{- range $name := index . 1 }}
{{- $lower := lower $name }}{{ $shared := 0 }}
{{- range $at := until (int $count) }}{{ if contains (substr $at (int (add $at 2)) $letters) $lower }}{{ $shared = add $shared 1 }}{{ end }}{{ end }}
{{- $alike := div (mul 200 $shared) (max 1 (sub (add $count (len $lower)) 1)) }}
{{- if gt (int $alike) (int $most) }}{{ $best = $name }}{{ $most = $alike }}{{ end }}
{{- end }}
{{- $best -}}
{{- end -}}

{{/* What of a value has not its shape, a line each. Arguments: the value, its path, its shape, the paths of keys elsewhere, whether something round it is switched off. */}}
{{- define "hybrid-runner.shape-problems" -}}
{{- $value := index . 0 }}{{ $path := index . 1 }}{{ $shape := index . 2 }}{{ $elsewhere := index . 3 }}{{ $isOff := index . 4 }}
{{- $lines := list }}{{ $kind := kindOf $value }}{{ $isBroken := false }}
{{- if eq $kind "float64" }}
{{- if and (get $shape "isWhole") (ne (floor $value) $value) }}{{ $isBroken = true }}{{ end }}
{{- if hasKey $shape "least" }}{{ if lt $value (float64 (get $shape "least")) }}{{ $isBroken = true }}{{ end }}{{ end }}
{{- if hasKey $shape "most" }}{{ if gt $value (float64 (get $shape "most")) }}{{ $isBroken = true }}{{ end }}{{ end }}
{{- else if eq $kind "string" }}
{{- if hasKey $shape "options" }}{{ $isBroken = not (has $value (get $shape "options")) }}{{ end }}
{{- if and (get $shape "pattern") (not (regexMatch (get $shape "pattern") $value)) }}{{ $isBroken = true }}{{ end }}
{{- if and (get $shape "isTextFilled") (not $value) }}{{ $isBroken = true }}{{ end }}
{{- end }}
{{- if hasKey $shape "refusal" }}{{ $lines = append $lines (printf "%s: %s." $path (get $shape "refusal")) }}
{{- else if eq $kind "invalid" }}
{{- if and (hasKey $shape "ifNull") (not (and (get $shape "isNeededWhileOn") $isOff)) }}{{ $lines = append $lines (printf "%s: %s." $path (get $shape "ifNull")) }}{{ end }}
{{- else if and (hasKey $shape "kinds") (not (has $kind (get $shape "kinds"))) }}
{{- $word := get (dict "string" "a text" "float64" "a number" "bool" "a flag" "map" "a map" "slice" "a list") $kind }}
{{- $isMany := or (has "map" (get $shape "kinds")) (has "slice" (get $shape "kinds")) }}
{{- $mend := ternary (printf " %s." (get $shape "mend")) "" (hasKey $shape "mend") }}
{{- if and (or (eq $kind "map") (eq $kind "slice")) (not $isMany) }}{{ $mend = " Write one value behind the colon." }}{{ end }}
{{- $lines = append $lines (printf "%s: is %s, and %s.%s" $path $word (get $shape "rule") $mend) }}
{{- else if $isBroken }}{{ $lines = append $lines (printf "%s: %s." $path (get $shape "rule")) }}
{{- else if eq $kind "map" }}
{{- $keys := get $shape "keys" | default (dict) }}{{ $all := keys $value }}
{{- if and (get $shape "isSwitched") (ne (toJson (get $value "enabled")) "true") }}{{ $isOff = true }}{{ end }}
{{- range $key, $inner := $keys }}{{ if get $inner "isRequired" }}{{ $all = append $all $key }}{{ end }}{{ end }}
{{- range $key := $all | uniq | sortAlpha }}
{{- $at := ternary $key (printf "%s.%s" $path $key) (eq $path "") }}
{{- if or (hasKey $keys $key) (hasKey $shape "values") }}
{{- $inner := ternary (get $keys $key) (get $shape "values") (hasKey $keys $key) }}
{{- with include "hybrid-runner.shape-problems" (list (index $value $key) $at $inner $elsewhere $isOff) }}{{ $lines = append $lines . }}{{ end }}
{{- else if hasKey $shape "noun" }}
{{- $near := include "hybrid-runner.nearest-key" (list $key (get $shape "known")) }}
{{- $hint := printf "There are %s." (join ", " (get $shape "known")) }}
{{- if hasKey $elsewhere (lower $key) }}{{ $hint = printf "Did you mean %s?" (get $elsewhere (lower $key)) }}
{{- else if $near }}{{ $hint = printf "Did you mean %s?" (ternary $near (printf "%s.%s" $path $near) (eq $path "")) }}
{{- end }}
{{- $lines = append $lines (printf "%s: is no %s. %s" $at (get $shape "noun") $hint) }}
{{- end }}
{{- end }}
{{- else if and (eq $kind "slice") (hasKey $shape "items") }}
{{- range $index, $item := $value }}
{{- with include "hybrid-runner.shape-problems" (list $item (printf "%s[%d]" $path $index) (get $shape "items") $elsewhere $isOff) }}{{ $lines = append $lines . }}{{ end }}
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
