import type { Json } from './expression.ts'

/** Kinds by field, in the words of a template's `kindIs`; `any` is not judged. */
type Kinds = Readonly<Record<string, string>>

/**
 * What is wrong with a table by pipeline type, a line each: the shapes, as far as a template can see them. The runner judges the rest.
 * The same as the named template below.
 */
export function tableProblems(text: string, path: string, kinds: Kinds): string {
  const table = mapIn(text)
  if (table === undefined) return `${path}: must be JSON, a map with an entry for each pipeline type. Check its quotes, commas and brackets.`
  return inOrder(table)
    .flatMap(([type, entry]) => entryProblems(`${path}.${type}`, entry, kinds))
    .join('\n')
}

function entryProblems(path: string, entry: Json, kinds: Kinds): string[] {
  if (kindOf(entry) !== 'map') return [`${path}: must be a map of fields.`]
  return inOrder(entry as Readonly<Record<string, Json>>).flatMap(([field, value]): string[] => {
    const kind = kinds[field]
    if (kind === undefined) return [`${path}.${field}: is no field of an entry. The fields are ${Object.keys(kinds).toSorted().join(', ')}.`]
    if (kind === 'any') return []
    if (kindOf(value) !== kind) return [`${path}.${field}: must be a ${wordFor(kind)}.`]
    if (field === 'nodeSelector')
      return inOrder(value as Readonly<Record<string, Json>>).flatMap(([key, label]) => labelProblems(`${path}.${field}`, key, label))
    if (field === 'tolerations' && (value as readonly Json[]).some((item) => kindOf(item) !== 'map'))
      return [`${path}.${field}: must be a list of tolerations, each a map with key, operator, value and effect.`]
    return []
  })
}

function labelProblems(path: string, key: string, label: Json): string[] {
  return typeof label === 'string' ? [] : [`${path}.${key}: must be a text. Put numbers and true or false in quotes.`]
}

function wordFor(kind: string): string {
  return { slice: 'list', string: 'text' }[kind] ?? kind
}

export const TABLE_PROBLEMS_TEXT = `
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
{{- join "\\n" $lines }}`

/** As Go reads a map: undefined for what is none, for numbers that it cannot hold, and for the key under which a template finds an error. */
function mapIn(text: string): Readonly<Record<string, Json>> | undefined {
  let isTooLarge = false
  try {
    const value = JSON.parse(text, (_, part: unknown) => {
      isTooLarge ||= typeof part === 'number' && !Number.isFinite(part)
      return part
    }) as Json
    if (value === null) return {}
    return kindOf(value) === 'map' && !isTooLarge && !Object.hasOwn(value as object, 'Error') ? (value as Readonly<Record<string, Json>>) : undefined
  } catch {
    return undefined
  }
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'slice'
  if (value === null) return 'invalid'
  return typeof value === 'object' ? 'map' : typeof value
}

/** As a template goes through a map: by key. */
function inOrder(map: Readonly<Record<string, Json>>): [string, Json][] {
  return Object.entries(map).toSorted(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}
