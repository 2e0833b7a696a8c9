import type { Json } from './expression.ts'

/** Which fields of a table by pipeline type, but for those that are null, there is a word for, a line each with its path and that word. The same as the named template below. */
export function tableFields(text: string, path: string, words: ReadonlyMap<string, string>): string {
  return entriesIn(parsed(text))
    .flatMap(([type, entry]) =>
      entriesIn(entry).flatMap(([field, value]) => {
        const word = words.get(field)
        return word === undefined || value === null ? [] : [`${path}.${type}.${field}: ${word}.`]
      }),
    )
    .join('\n')
}

export const TABLE_FIELDS_TEXT = `
{{- $path := index . 1 }}{{ $words := index . 2 }}{{ $lines := list }}
{{- range $type, $entry := fromJson (index . 0) }}
{{- if kindIs "map" $entry }}
{{- range $field, $value := $entry }}
{{- if and (hasKey $words $field) (not (kindIs "invalid" $value)) }}{{ $lines = append $lines (printf "%s.%s.%s: %s." $path $type $field (get $words $field)) }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
{{- join "\\n" $lines }}`

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

/** As a template goes through a map: by key. */
function entriesIn(value: Json): [string, Json][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value as Readonly<Record<string, Json>>).toSorted(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}
