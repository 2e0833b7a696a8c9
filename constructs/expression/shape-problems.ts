import type { Json } from './expression.ts'
import { nearestKey } from './nearest-key.ts'

/** What a value must look like, in data that a template can read, and in words. */
export interface Shape {
  /** Nothing may stand there, null no more than anything else, and this says why. */
  readonly refusal?: string
  /** Kinds of Go's templates, as JSON has them: string, float64, bool, map, slice. Without any it may be anything. */
  readonly kinds?: readonly string[]
  /** The rule: `must be ...`. */
  readonly rule?: string
  /** What to write instead of another kind. */
  readonly mend?: string
  /** What is wrong with null. Without it, null is taken. */
  readonly ifNull?: string
  /** A key that is not there counts as null. */
  readonly isRequired?: boolean
  /** It is missed only where everything round it is switched on. */
  readonly isNeededWhileOn?: boolean
  /** Of a map that its key `enabled` switches: where that is not true, nothing of it is needed. */
  readonly isSwitched?: boolean
  readonly isWhole?: boolean
  readonly least?: number
  readonly most?: number
  readonly options?: readonly string[]
  /** Of a text, in the syntax that Go and JavaScript share. */
  readonly pattern?: string
  readonly isTextFilled?: boolean
  readonly keys?: Readonly<Record<string, Shape>>
  /** What is no key there is none of: `value of this chart`. Without it other keys are taken. */
  readonly noun?: string
  /** Keys that may be proposed. */
  readonly known?: readonly string[]
  /** Of a map without fixed keys. */
  readonly values?: Shape
  readonly items?: Shape
}

/** What a kind is called. */
const WORDS: Readonly<Record<string, string>> = { string: 'a text', float64: 'a number', bool: 'a flag', map: 'a map', slice: 'a list' }

/**
 * What of a value has not its shape, a line each, with its path, the rule and the mend; no line holds a part of a value. The same as
 * the named template below.
 *
 * @param elsewhere paths of keys by their name in lower case, proposed where a key stands in the wrong place
 */
export function shapeProblems(value: Json, path: string, shape: Shape, elsewhere: Readonly<Record<string, string>> = {}): string[] {
  return problemsIn(value, path, shape, { elsewhere, isOff: false })
}

/** What is known on the way down. */
interface Way {
  readonly elsewhere: Readonly<Record<string, string>>
  /** Something round it is switched off. */
  readonly isOff: boolean
}

function problemsIn(value: Json, path: string, shape: Shape, way: Way): string[] {
  const { refusal, kinds, rule, ifNull, isNeededWhileOn } = shape
  const kind = kindOf(value)
  if (refusal !== undefined) return [`${path}: ${refusal}.`]
  if (kind === 'invalid') return ifNull === undefined || (isNeededWhileOn === true && way.isOff) ? [] : [`${path}: ${ifNull}.`]
  if (kinds !== undefined && !kinds.includes(kind)) return [`${path}: is ${WORDS[kind]}, and ${rule}.${mendFor(kind, kinds, shape)}`]
  if (breaksRule(value, shape)) return [`${path}: ${rule}.`]
  if (kind === 'map') return mapProblems(value as Readonly<Record<string, Json>>, path, shape, way)
  const { items } = shape
  if (!Array.isArray(value) || items === undefined) return []
  return (value as readonly Json[]).flatMap((item, index) => problemsIn(item, `${path}[${index}]`, items, way))
}

const MANY = ['map', 'slice']
const ONE_VALUE = ' Write one value behind the colon.'

function mendFor(kind: string, kinds: readonly string[], { mend }: Shape): string {
  if (MANY.includes(kind) && !kinds.some((wanted) => MANY.includes(wanted))) return ONE_VALUE
  return mend === undefined ? '' : ` ${mend}.`
}

function breaksRule(value: Json, { isWhole, least, most, options, pattern, isTextFilled }: Shape): boolean {
  if (typeof value === 'number')
    return (isWhole === true && !Number.isInteger(value)) || (least !== undefined && value < least) || (most !== undefined && value > most)
  if (typeof value !== 'string') return false
  const hasPattern = pattern === undefined || new RegExp(pattern, 'u').test(value)
  return (options !== undefined && !options.includes(value)) || !hasPattern || (isTextFilled === true && value === '')
}

function mapProblems(map: Readonly<Record<string, Json>>, path: string, shape: Shape, { elsewhere, isOff }: Way): string[] {
  const { keys = {}, values, noun, isSwitched } = shape
  const way = { elsewhere, isOff: isOff || (isSwitched === true && map['enabled'] !== true) }
  const required = Object.keys(keys).filter((key) => keys[key]?.isRequired === true)
  return inOrder([...Object.keys(map), ...required]).flatMap((key) => {
    const at = path === '' ? key : `${path}.${key}`
    const inner = Object.hasOwn(keys, key) ? keys[key] : values
    if (inner !== undefined) return problemsIn(Object.hasOwn(map, key) ? (map[key] ?? null) : null, at, inner, way)
    return noun === undefined ? [] : [`${at}: is no ${noun}. ${proposal(key, path, shape, elsewhere)}`]
  })
}

function proposal(key: string, path: string, { known = [] }: Shape, elsewhere: Readonly<Record<string, string>>): string {
  const other = Object.hasOwn(elsewhere, key.toLowerCase()) ? elsewhere[key.toLowerCase()] : undefined
  if (other !== undefined) return `Did you mean ${other}?`
  const near = nearestKey(key, known)
  return near === '' ? `There are ${known.join(', ')}.` : `Did you mean ${path === '' ? near : `${path}.${near}`}?`
}

function kindOf(value: Json): string {
  if (value === null) return 'invalid'
  if (Array.isArray(value)) return 'slice'
  return { object: 'map', number: 'float64', boolean: 'bool' }[typeof value as string] ?? 'string'
}

/** As a template goes through keys: each once, by their bytes. */
function inOrder(keys: readonly string[]): string[] {
  return [...new Set(keys)].toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}

/** Arguments: the value as `fromJson` reads it, its path, its shape, the keys elsewhere, whether something round it is switched off. */
export const shapeProblemsText = (ownTemplate: string, nearestTemplate: string): string => `
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
{{- $word := get (dict ${Object.entries(WORDS)
  .map((word) => word.map((text) => JSON.stringify(text)).join(' '))
  .join(' ')}) $kind }}
{{- $isMany := or (has "map" (get $shape "kinds")) (has "slice" (get $shape "kinds")) }}
{{- $mend := ternary (printf " %s." (get $shape "mend")) "" (hasKey $shape "mend") }}
{{- if and (or (eq $kind "map") (eq $kind "slice")) (not $isMany) }}{{ $mend = ${JSON.stringify(ONE_VALUE)} }}{{ end }}
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
{{- with include "${ownTemplate}" (list (index $value $key) $at $inner $elsewhere $isOff) }}{{ $lines = append $lines . }}{{ end }}
{{- else if hasKey $shape "noun" }}
{{- $near := include "${nearestTemplate}" (list $key (get $shape "known")) }}
{{- $hint := printf "There are %s." (join ", " (get $shape "known")) }}
{{- if hasKey $elsewhere (lower $key) }}{{ $hint = printf "Did you mean %s?" (get $elsewhere (lower $key)) }}
{{- else if $near }}{{ $hint = printf "Did you mean %s?" (ternary $near (printf "%s.%s" $path $near) (eq $path "")) }}
{{- end }}
{{- $lines = append $lines (printf "%s: is no %s. %s" $at (get $shape "noun") $hint) }}
{{- end }}
{{- end }}
{{- else if and (eq $kind "slice") (hasKey $shape "items") }}
{{- range $index, $item := $value }}
{{- with include "${ownTemplate}" (list $item (printf "%s[%d]" $path $index) (get $shape "items") $elsewhere $isOff) }}{{ $lines = append $lines . }}{{ end }}
{{- end }}
{{- end }}
{{- join "\\n" $lines }}`
