/**
 * What is wrong with the names in a list of maps, a line each: one that is taken, in the words given for it, and one that stands there a
 * second time. Each name is told once. The same as the named template below.
 *
 * @param names what the items hold under the field, as texts
 * @param taken by name, what to say of it
 */
export function nameProblems(names: readonly string[], path: string, taken: ReadonlyMap<string, string>, repeated: string): string {
  const told = new Map<string, string>()
  for (const [index, name] of names.entries()) {
    if (name === '' || told.has(name)) continue
    const words = taken.get(name) ?? (names.indexOf(name) < index ? repeated : undefined)
    if (words !== undefined) told.set(name, words)
  }
  return [...told].map(([name, message]) => `${path}[${name}]: ${message}.`).join('\n')
}

/** Arguments: the list, the field, the path, what is taken, what to say of a repeated name. */
export const nameProblemsText = (textTemplate: string): string => `
{{- $field := index . 1 }}{{ $path := index . 2 }}{{ $taken := index . 3 }}{{ $repeated := index . 4 }}
{{- $seen := dict }}{{ $told := dict }}{{ $lines := list }}
{{- range $item := index . 0 }}
{{- $name := include "${textTemplate}" (get $item $field) }}
{{- if or (not $name) (hasKey $told $name) }}
{{- else if hasKey $taken $name }}
{{- $_ := set $told $name "" }}{{ $lines = append $lines (printf "%s[%s]: %s." $path $name (get $taken $name)) }}
{{- else if hasKey $seen $name }}
{{- $_ := set $told $name "" }}{{ $lines = append $lines (printf "%s[%s]: %s." $path $name $repeated) }}
{{- end }}
{{- $_ := set $seen $name "" }}
{{- end }}
{{- join "\\n" $lines }}`
