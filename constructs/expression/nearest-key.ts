/** From this share of letters in common on, in percent, one name is taken for a slip of the other. */
const LEAST_ALIKE = 50

/**
 * The name among those known that somebody may have meant; empty where none is like it. Alike is what shares pairs of neighbouring
 * letters, capital or not: that finds slips, other endings and cut words alike. The same as the named template below.
 */
export function nearestKey(key: string, known: readonly string[]): string {
  const pairs = pairsOf(key.toLowerCase())
  let best = { name: '', alike: LEAST_ALIKE - 1 }
  for (const name of known) {
    const lower = name.toLowerCase()
    const shared = pairs.filter((pair) => lower.includes(pair)).length
    const alike = Math.trunc((200 * shared) / Math.max(1, pairs.length + lower.length - 1))
    if (alike > best.alike) best = { name, alike }
  }
  return best.name
}

/** Of plain letters: what else stands in a key makes no pair. */
function pairsOf(text: string): string[] {
  const letters = text.replace(/[^a-z0-9]/g, '')
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, index) => letters.slice(index, index + 2))
}

/** Arguments: the name, the names that are known. */
export const NEAREST_KEY_TEXT = `
{{- $letters := regexReplaceAll "[^a-z0-9]" (lower (index . 0)) "" }}{{ $count := max 0 (sub (len $letters) 1) }}
{{- $best := "" }}{{ $most := ${LEAST_ALIKE - 1} }}
{{- range $name := index . 1 }}
{{- $lower := lower $name }}{{ $shared := 0 }}
{{- range $at := until (int $count) }}{{ if contains (substr $at (int (add $at 2)) $letters) $lower }}{{ $shared = add $shared 1 }}{{ end }}{{ end }}
{{- $alike := div (mul 200 $shared) (max 1 (sub (add $count (len $lower)) 1)) }}
{{- if gt (int $alike) (int $most) }}{{ $best = $name }}{{ $most = $alike }}{{ end }}
{{- end }}
{{- $best -}}`
